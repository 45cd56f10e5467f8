"""Articles: from a feed's entry, a web page, a PDF or plain text to one text that claims can be read from."""

from crypto_nlp.articles.build import from_entry, from_html, from_pdf, from_text, needs_page
from crypto_nlp.articles.language import identify_language, supported_languages
from crypto_nlp.articles.pages import Page, read_page
from crypto_nlp.articles.urls import canonical_url

__all__ = [
    "Page",
    "canonical_url",
    "from_entry",
    "from_html",
    "from_pdf",
    "from_text",
    "identify_language",
    "needs_page",
    "read_page",
    "supported_languages",
]
