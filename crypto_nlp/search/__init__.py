"""Search over the ledger, in any of its languages. SELECT only."""

from crypto_nlp.search.alerts import Alert, alert, begin, told
from crypto_nlp.search.filters import Filters
from crypto_nlp.search.find import SORTS, corrections, count_claims, find_claims, iterate_claims
from crypto_nlp.search.life import disagreements, due, show_claim

__all__ = [
    "SORTS",
    "Alert",
    "Filters",
    "alert",
    "begin",
    "corrections",
    "count_claims",
    "disagreements",
    "due",
    "find_claims",
    "iterate_claims",
    "show_claim",
    "told",
]
