"""robots.txt, for article pages: feeds that the user named are asked for because a person named them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from protego import Protego

from crypto_nlp.errors import FetchError
from crypto_nlp.feeds.addresses import Origin
from crypto_nlp.feeds.charset import decode
from crypto_nlp.feeds.http import Fetcher, Turn

AGENT = "crypto-nlp"
MAX_ROBOTS = 512 * 1024


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin allows.

    ``reachable`` is false where its robots.txt could not be had, and then nothing is allowed.
    """

    reachable: bool = True
    parsed: Protego | None = None

    def allow(self, url: str) -> bool:
        """True where ``url`` may be asked for."""
        return self.reachable and (self.parsed is None or bool(self.parsed.can_fetch(url, AGENT)))

    @property
    def crawl_delay(self) -> float:
        """Seconds between two requests that the site wishes for; 0 if it does not say."""
        return float(self.parsed.crawl_delay(AGENT) or 0.0) if self.parsed else 0.0


class Robots:
    """The robots.txt of each origin, asked for once a run."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._rules: dict[str, Rules] = {}
        self._lock = threading.Lock()

    def rules(self, url: str, *, trusted: frozenset[Origin], turn: Turn) -> Rules:
        """The rules that hold for ``url``, asked for on first use (RFC 9309.

        4xx allows all, 5xx and no answer nothing).
        """
        parts = urlsplit(url)
        place = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], "/robots.txt", "", ""))
        with self._lock:
            known = self._rules.get(place)
        if known is None:
            known = self._ask(place, trusted, turn)
            with self._lock:
                self._rules[place] = known
        return known

    def _ask(self, place: str, trusted: frozenset[Origin], turn: Turn) -> Rules:
        try:
            response = self._fetcher.fetch(
                place, accept="text/plain, */*;q=0.1", trusted=trusted, turn=turn, limit=MAX_ROBOTS
            )
        except FetchError as error:
            if error.kind in {"private_address", "url"}:
                # The page itself must not be asked for either, and its own reason says more than robots.txt could.
                raise
            # Too long a file is read as none: its start cannot be trusted to be the whole.
            return Rules(reachable=error.kind in {"too_large", "redirects", "redirect_loop"})
        if response.status >= 500 or response.status == 429:
            return Rules(reachable=False)
        if not 200 <= response.status < 300:
            return Rules()
        return Rules(parsed=Protego.parse(decode(response.body, response.headers.get("content-type", ""))))
