"""One address for one article: without the marks that feeds and newsletters hang on it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

_TRACKING = re.compile(
    r"""(?:utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|_hs(?:enc|mi)|at_(?:medium|campaign|custom\d|link\w*)|mc_[ce]id|mkt_tok
    |fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|ysclid|igshid|twclid|ttclid|li_fat_id|vero_id|oly_(?:anon|enc)_id
    |_openstat|from_source|rss|cmpid|ncid|ocid|s_cid|ref_src|ref_url|guccounter|spm|share_source|xtor|wt_mc|sr_share
    |__twitter_impression|ito|smid|partner|feedref)""",
    re.VERBOSE | re.IGNORECASE,
)
# These track only with such values; elsewhere a page may depend on them.
_TRACKING_VALUES = re.compile(r"(?:rss\w*|feed\w*|twitter|facebook|telegram|tg|newsletter|email)", re.IGNORECASE)
_MAYBE_TRACKING = frozenset({"ref", "source", "from", "src", "via", "medium"})
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str) -> str:
    """``url`` with scheme and host in lower case and without default port, fragment, user name and tracking parameters.

    A fragment that names an entry without an address of its own (``#entry-…``) stays. Order of parameters stays.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url
    host = (parts.hostname or "").lower().rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    scheme = parts.scheme.lower()
    netloc = host if port in {None, _DEFAULT_PORTS.get(scheme)} else f"{host}:{port}"
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _tracks(pair))
    fragment = parts.fragment if parts.fragment.startswith("entry-") else ""
    return urlunsplit((scheme, netloc, parts.path or "/", query, fragment))


def _tracks(pair: str) -> bool:
    name, _, value = pair.partition("=")
    if _TRACKING.fullmatch(name):
        return True
    return name.lower() in _MAYBE_TRACKING and bool(_TRACKING_VALUES.fullmatch(value))


def same_site(one: str, other: str) -> bool:
    """True where two addresses are on one site: the same host, or one below the other, ``www.`` and ``m.`` aside."""
    first, second = (_site(url) for url in (one, other))
    return bool(first and second) and (first == second or first.endswith("." + second) or second.endswith("." + first))


def _site(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port and parts.port not in {80, 443} else ""
        return re.sub(r"^(?:www|m|amp)\.", "", (parts.hostname or "").lower()) + port
    except ValueError:
        return ""
