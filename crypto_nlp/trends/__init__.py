"""Trends: series over the ledger. SELECT only."""

from crypto_nlp.trends.chart import draw
from crypto_nlp.trends.named import named_trend, named_trends
from crypto_nlp.trends.periods import SPANS
from crypto_nlp.trends.series import MEASURES, Question, Trend, sparkline, trend

__all__ = ["MEASURES", "SPANS", "Question", "Trend", "draw", "named_trend", "named_trends", "sparkline", "trend"]
