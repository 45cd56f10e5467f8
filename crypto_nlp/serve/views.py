"""The pages of a ledger: each reads what its address asks for, asks the store, and answers as HTML, CSV or JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from datasette.utils import tilde_decode
from datasette.utils.asgi import NotFound, Response

from crypto_nlp.digest.model import Line
from crypto_nlp.digest.pages import said_by
from crypto_nlp.digest.words import LANGUAGES
from crypto_nlp.errors import QueryError, StoreError
from crypto_nlp.search import corrections, show_claim
from crypto_nlp.search.filters import Condition
from crypto_nlp.search.find import claim_ids
from crypto_nlp.search.rows import claim_rows
from crypto_nlp.serve import exports, queries
from crypto_nlp.serve.addresses import ROUTES, Addresses, addresses
from crypto_nlp.serve.asked import PAGE, Asked, asked, reader_language
from crypto_nlp.serve.claim import claim_context, days_chart, figures_chart
from crypto_nlp.serve.ledgers import ask, full_text, is_ledger
from crypto_nlp.serve.page import STYLE, line, place, render, said
from crypto_nlp.serve.questions import searches
from crypto_nlp.store import Store

_BATCH = 400
_PERMISSION = "view-database"
_PLACES = (
    *(
        "article_url",
        "article_title",
        "feed",
        "publisher",
        "lang",
        "published",
        "fetched",
        "page",
        "anchor",
        "sentence",
    ),
    *("source", "modality", "value_low", "value_high", "unit", "bound", "per", "when", "condition", "confidence"),
    *("story_id", "revision", "start", "end", "model", "vanished", "vanished_by"),
)
_HEALTH = (
    *("name", "url", "state", "last_outcome", "message", "hint", "last_check", "last_success", "next_check"),
    *("failures", "gone", "moved_to", "articles", "claims", "waiting", "failed", "newest"),
)
View = Callable[[Any, Any], Awaitable[Any]]


class _Visit:
    """One request to one ledger."""

    def __init__(self, datasette: Any, request: Any, database: str) -> None:
        self.datasette = datasette
        self.database = database
        self.form: str = request.url_vars.get("form") or ""
        self.pairs = parse_qsl(request.query_string)
        self.single = dict(self.pairs)
        self.path: str = request.path
        self.accepted: str = request.headers.get("accept-language", "")
        self.reader = reader_language(self.single.get("hl", ""), self.accepted)
        self.at: Addresses = addresses(datasette, database)

    async def ask(self, question: Callable[[Store], Any]) -> Any:
        return await ask(self.datasette, self.database, question)

    async def page(self, template: str, *, status: int = 200, **context: Any) -> Response:
        return self._page(template, status, await self.ask(lambda store: store.setting("sample") is not None), context)

    def _page(self, template: str, status: int, sample: bool, context: dict[str, Any]) -> Response:  # noqa: FBT001
        body = render(
            template,
            self.reader,
            at=self.at,
            translations={reader: self._translated(reader) for reader in LANGUAGES},
            sample=sample,
            here=context.pop("here", ""),
            **context,
        )
        return Response.html(body, status=status, headers={"vary": "accept-language"})

    def _translated(self, reader: str) -> str:
        return (
            f"{self.path}?{urlencode([*((name, value) for name, value in self.pairs if name != 'hl'), ('hl', reader)])}"
        )

    def problem(self, message: str, status: int) -> Response:
        if self.form:
            return exports.json_response({"ok": False, "error": message}, status)
        return self._page("problem.html", status, False, {"problem": message})  # noqa: FBT003


def _view(answer: Callable[[_Visit, Any], Awaitable[Any]]) -> View:
    """A Datasette view: only ledgers have these pages, and what goes wrong is one sentence on a page."""

    async def view(datasette: Any, request: Any) -> Any:
        database = tilde_decode(request.url_vars["database"])
        if not is_ledger(datasette, database):
            message = f"There is no ledger called {database} here."
            raise NotFound(message)
        await datasette.ensure_permissions(request.actor, [(_PERMISSION, database), "view-instance"])
        visit = _Visit(datasette, request, database)
        try:
            return await answer(visit, request)
        except QueryError as error:
            return visit.problem(str(error), 400)
        except StoreError as error:
            return visit.problem(str(error), 503)

    return view


def routes() -> list[tuple[str, View]]:
    """What Datasette is to answer with our pages."""
    views = {"search": _search, "claim": _claim, "feeds": _feeds, "feed": _feed, "article": _article}
    return [(ROUTES["style"], _style), *((ROUTES[name], _view(answer)) for name, answer in views.items())]


async def _style(datasette: Any, request: Any) -> Response:  # noqa: ARG001 - a view's signature
    return Response(STYLE.read_text(encoding="utf-8"), content_type="text/css; charset=utf-8")


async def _search(visit: _Visit, _: Any) -> Any:
    if visit.form:
        wanted = asked(visit.pairs, visit.accepted)
        batches = _batches(visit, wanted)
        # The first batch is read before anything is sent, so that a wrong query is answered as one.
        first = await anext(batches, None) or []
        return exports.claims_stream(_after(first, batches), visit.form, "claims")
    problem, context = "", dict[str, Any]()
    try:
        wanted = asked(visit.pairs, visit.accepted)
        context = await visit.ask(lambda store: _found(store, wanted))
    except QueryError as error:
        problem = str(error)
        wanted = Asked(query=visit.single.get("q", ""), reader=visit.reader)
    return await visit.page("search.html", status=400 if problem else 200, **_search_context(wanted, context, problem))


def _found(store: Store, wanted: Asked) -> dict[str, Any]:
    filters = wanted.filters
    offset = (wanted.page - 1) * PAGE
    rows = queries.found(
        store, wanted.query, filters, sort=wanted.sort, lang=wanted.reader, limit=PAGE + 1, offset=offset
    )
    counted = queries.counts(store, wanted.query, filters)
    return {
        "total": counted.total,
        "lines": [line(row, wanted.reader) for row in rows[:PAGE]],
        "more": len(rows) > PAGE,
        # Figures of several measures do not stand on one scale.
        "chart": figures_chart(rows, said(wanted.reader)) if len(filters.measures) == 1 else "",
        "facets": counted.facets,
        "corrections": corrections(store, wanted.query),
    }


def _search_context(wanted: Asked, found: Mapping[str, Any], problem: str) -> dict[str, Any]:
    words = said(wanted.reader)
    choices = {
        "type": sorted(words.digest.table["types"], key=lambda name: str(words.digest.table["types"][name])),
        "lang": list(LANGUAGES),
        "modality": ["fact", "forecast", "plan", "possible"],
    }
    shown = {*choices, "since", "until"}
    nothing = {"total": 0, "lines": [], "more": False, "facets": {}, "corrections": {}, "chart": ""}
    return {
        **nothing,
        **found,
        "asked": wanted,
        "problem": problem,
        "choices": choices,
        "kept": [(name, value) for name, values in wanted.given.items() if name not in shown for value in values],
        "questions": searches(),
        "by": _by(wanted.reader),
        "here": "search",
    }


def _by(reader: str) -> Callable[[Line], str]:
    return lambda line: said_by(said(reader).digest, line)


async def _batches(visit: _Visit, wanted: Asked) -> AsyncIterator[list[dict[str, Any]]]:
    filters = wanted.filters
    ids, shown = await visit.ask(lambda store: claim_ids(store.connection, wanted.query, filters, sort=wanted.sort))
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        yield await visit.ask(partial(_rows, batch, wanted.reader, shown))


def _rows(ids: list[int], reader: str, shown: tuple[Condition, ...], store: Store) -> list[dict[str, Any]]:
    return list(claim_rows(store.connection, ids, reader, shown))


async def _after(
    first: list[dict[str, Any]], rest: AsyncIterator[list[dict[str, Any]]]
) -> AsyncIterator[list[dict[str, Any]]]:
    yield first
    async for batch in rest:
        yield batch


async def _claim(visit: _Visit, request: Any) -> Any:
    claim_id = unquote(request.url_vars["claim"])
    try:
        shown, row = await visit.ask(lambda store: _shown(store, claim_id, visit.reader))
    except QueryError as error:
        return visit.problem(str(error), 404)
    if visit.form == ".json":
        return exports.json_response(shown)
    if visit.form:
        return exports.csv_response(shown["places"], _PLACES, f"claim-{shown['claim_id']}")
    context = claim_context(shown, line(row, visit.reader) if row else None, said(visit.reader))
    return await visit.page(
        "claim.html", shown=shown, by=_by(visit.reader), texts=full_text(visit.datasette), **context
    )


def _shown(store: Store, claim_id: str, reader: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    shown = show_claim(store, claim_id, lang=reader)
    claim = shown["claim"]
    if claim is None:
        return shown, None
    # The row that stands for the claim is one of its places; that one says where its sentence begins.
    own = next(
        place["sentence_start"]
        for place in shown["places"]
        if (place["article_url"], place["start"], place["sentence"])
        == (claim["article_url"], claim["start"], claim["sentence"])
    )
    return shown, claim | {"sentence_start": own}


def health(feed: Mapping[str, Any]) -> str:
    """How a feed does, in one word: ``gone``, ``failing``, ``moved``, ``not_asked`` or ``well``."""
    if feed["gone"]:
        return "gone"
    if feed["failures"]:
        return "failing"
    if feed["moved_to"]:
        return "moved"
    return "well" if feed["last_success"] else "not_asked"


async def _feeds(visit: _Visit, _: Any) -> Any:
    found = [row | {"state": health(row)} for row in await visit.ask(queries.feeds)]
    if visit.form == ".json":
        return exports.json_response(found)
    if visit.form:
        return exports.csv_response(found, _HEALTH, "feeds")
    return await visit.page("feeds.html", feeds=found, here="feeds")


async def _feed(visit: _Visit, _: Any) -> Any:
    url = visit.single.get("url", "")
    words = said(visit.reader)
    found = await visit.ask(lambda store: queries.feed(store, url))
    if found is None:
        return visit.problem(words.say("missing_feed", url=url), 404)
    feed = found["feed"] | {"state": health(found["feed"])}
    if visit.form == ".json":
        return exports.json_response({**found, "feed": feed})
    if visit.form:
        return exports.csv_response(
            found["latest"], ("url", "title", "lang", "published", "fetched", "revision", "claims"), "feed"
        )
    latest = [row | {"href": _href(row["url"])} for row in found["latest"]]
    return await visit.page(
        "feed.html",
        feed=feed,
        latest=latest,
        troubles=found["troubles"],
        claims=Asked(given={"feed": (feed["name"],)}, reader=visit.reader).address(),
        chart=days_chart(found["by_day"], "chart_articles", words),
        here="feeds",
    )


def _href(url: str) -> str | None:
    """The address where a browser may be sent: web pages only."""
    return place({"article_url": url, "sentence": ""}).href and url


async def _article(visit: _Visit, _: Any) -> Any:
    words = said(visit.reader)
    if not full_text(visit.datasette):
        return visit.problem(str(words["no_texts"]), 403)
    url = visit.single.get("url", "")
    found = await visit.ask(lambda store: queries.article(store, url))
    if found is None:
        return visit.problem(words.say("missing_article", url=url), 404)
    if visit.form == ".json":
        return exports.json_response(found)
    if visit.form:
        return exports.csv_response([dict(found)], ("url", "title", "lang", "feed", "published", "text"), "article")
    return await visit.page("article.html", article=found, pieces=pieces(found["text"] or "", found["claims"]))


def pieces(text: str, claims: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """``text`` cut at its claims: (piece, claim id or nothing); where anchors overlap, the first keeps its words."""
    found: list[tuple[str, str]] = []
    at = 0
    for claim in claims:
        if claim["start"] >= at:
            found += [(text[at : claim["start"]], ""), (text[claim["start"] : claim["end"]], claim["claim_id"])]
            at = claim["end"]
    return [*found, (text[at:], "")]
