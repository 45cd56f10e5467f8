"""Which feeds to read: feeds.yaml with its settings, checked hard on load, each error with file and line."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from crypto_nlp.errors import FeedsFileError
from crypto_nlp.records import Feed

ENVIRONMENT = "CRYPTO_NLP_FEEDS"
MAX_URL = 2048
# Sub-domains of these are one site behind one limiter: several feeds there are asked one at a time.
PLATFORMS = ("cointelegraph.com", "beincrypto.com", "substack.com", "medium.com", "wordpress.com", "blogspot.com")

Loc = tuple[str | int, ...]


def check_url(url: str) -> str:
    """Return ``url`` if it is an http or https address of at most 2,048 characters; raises ValueError otherwise."""
    if len(url) > MAX_URL:
        msg = f"the address is longer than {MAX_URL} characters"
        raise ValueError(msg)
    parts = urlsplit(url)
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        msg = f"{mask_secrets(url)!r} is no http or https address"
        raise ValueError(msg)
    if any(unicodedata.category(char) in {"Cc", "Cf", "Zs", "Zl", "Zp"} for char in url):
        msg = "the address holds white space or control characters"
        raise ValueError(msg)
    try:
        _ = parts.port
    except ValueError:
        msg = f"the port of {mask_secrets(url)!r} is no number from 0 to 65535"
        raise ValueError(msg) from None
    return url


def _check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        msg = f"{name!r} is no time zone; use a name such as Europe/Moscow"
        raise ValueError(msg) from None
    return name


def _check_contact(contact: str) -> str:
    if not contact.isascii() or not contact.isprintable():
        msg = "the contact goes into an HTTP header: write it in plain ASCII on one line"
        raise ValueError(msg)
    return contact


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Url = Annotated[Text, StringConstraints(max_length=MAX_URL), AfterValidator(check_url)]
Zone = Annotated[Text, AfterValidator(_check_zone)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
StoreText = Literal["full", "evidence"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _FeedModel(_Strict):
    url: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(check_url)]
    title: Text
    language: Language
    topics: tuple[Text, ...] = ()
    name: Text | None = None
    timezone: Zone | None = None
    store_text: StoreText | None = None


class _SettingsModel(_Strict):
    contact: Annotated[Text, AfterValidator(_check_contact)] | None = None
    timezone: Zone = "UTC"
    store_text: StoreText = "full"
    rules: tuple[Text, ...] = ()
    platforms: tuple[Text, ...] = ()


class _FileModel(_Strict):
    settings: _SettingsModel = _SettingsModel()
    feeds: tuple[_FeedModel, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """What feeds.yaml says beside its feeds. ``rules`` are folders.

    Relative ones are taken from the file's own folder.
    """

    contact: str = ""
    timezone: str = "UTC"
    store_text: str = "full"
    rules: tuple[Path, ...] = ()
    platforms: tuple[str, ...] = PLATFORMS


@dataclass(frozen=True, slots=True)
class FeedList:
    """The feeds of one file. ``path`` is None for the packaged list."""

    feeds: tuple[Feed, ...]
    settings: Settings = field(default_factory=Settings)
    path: Path | None = None

    def named(self, names: Iterable[str]) -> FeedList:
        """Only the feeds that ``names`` give by name, title or address, in the file's order.

        An unknown name is a FeedsFileError.
        """
        wanted = tuple(names)
        if not wanted:
            return self
        kept: set[str] = set()
        for name in wanted:
            matches = {feed.url for feed in self.feeds if name.casefold() in _handles(feed)}
            if not matches:
                msg = f"No feed is called {name!r}; `crypto-nlp feeds list` shows the names."
                raise FeedsFileError(msg)
            kept |= matches
        return FeedList(tuple(feed for feed in self.feeds if feed.url in kept), self.settings, self.path)


def _handles(feed: Feed) -> set[str]:
    return {feed.name.casefold(), feed.title.casefold(), feed.url.casefold()}


def mask_secrets(url: str) -> str:
    """``url`` fit to be shown: the password, and the values of parameters that look like keys, written as ``***``."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "(an address that cannot be read)"
    if ":" in host:
        host = f"[{host}]"
    user = "***@" if parts.username or parts.password else ""
    query = "&".join(_mask_parameter(pair) for pair in parts.query.split("&")) if parts.query else ""
    return urlunsplit((parts.scheme, f"{user}{host}{port}", parts.path, query, ""))


def without_secrets(url: str) -> str:
    """``url`` for an export: without user name, password and parameters that look like keys."""
    parts = urlsplit(url)
    kept = "&".join(pair for pair in parts.query.split("&") if pair and _mask_parameter(pair) == pair)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=kept))


_SECRET_WORDS = ("key", "token", "secret", "pass", "pwd", "auth", "sig", "session", "hash", "credential")


def _mask_parameter(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}=***" if equals and any(word in name.lower() for word in _SECRET_WORDS) else pair


def load_feeds(named: str | Path | None = None) -> FeedList:
    """The feeds to read: the ``named`` file, else ``CRYPTO_NLP_FEEDS``, else ./feeds.yaml, else the packaged list.

    Raises FeedsFileError where a named file is missing or any file is wrong; the message says where.
    """
    chosen = named or os.environ.get(ENVIRONMENT) or None
    if chosen:
        path = Path(chosen)
        if not path.is_file():
            msg = f"{path} does not exist; check the name given with --feeds or in {ENVIRONMENT}."
            raise FeedsFileError(msg)
        return read_feeds_file(path)
    local = Path("feeds.yaml")
    return read_feeds_file(local) if local.is_file() else packaged_feeds()


def packaged_feeds() -> FeedList:
    """The list that ships with the program."""
    listed = read_feeds_file(packaged_file())
    return FeedList(listed.feeds, listed.settings, None)


def packaged_file() -> Path:
    """Where the list that ships stands: inside the wheel, or the repository's feeds.yaml in a checkout."""
    packaged = Path(str(resources.files("crypto_nlp"))) / "data" / "feeds.yaml"
    return packaged if packaged.is_file() else Path(__file__).resolve().parents[2] / "feeds.yaml"


def read_feeds_file(path: Path) -> FeedList:
    """Read one feeds.yaml. Raises FeedsFileError with ``file:line:`` where it cannot be used."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read as UTF-8 text ({error}); check the file."
        raise FeedsFileError(msg) from error
    return parse_feeds(text, path)


def parse_feeds(text: str, path: Path) -> FeedList:
    """Like `read_feeds_file` with the text at hand; ``path`` stands in messages and anchors relative folders."""
    data, lines = _compose(text, path)
    if not isinstance(data, dict):
        msg = f"{path}:1: feeds.yaml needs a list called `feeds:` with url, title, language and topics for each feed."
        raise FeedsFileError(msg)
    try:
        model = _FileModel.model_validate(data)
    except ValidationError as error:
        raise FeedsFileError(_say(error, lines, path)) from error
    settings = Settings(
        contact=model.settings.contact or "",
        timezone=model.settings.timezone,
        store_text=model.settings.store_text,
        rules=tuple(path.parent / folder for folder in model.settings.rules),
        platforms=(*PLATFORMS, *model.settings.platforms),
    )
    return FeedList(_feeds(model, lines, path), settings, path)


def _feeds(model: _FileModel, lines: dict[Loc, int], path: Path) -> tuple[Feed, ...]:
    feeds: list[Feed] = []
    seen: dict[str, int] = {}
    for index, item in enumerate(model.feeds):
        line = lines.get(("feeds", index), 1)
        feed = Feed(
            name=item.name or item.title,
            url=item.url,
            language=item.language,
            title=item.title,
            topics=item.topics,
            timezone=item.timezone or model.settings.timezone,
            store_text=item.store_text or model.settings.store_text,
        )
        for key in (f"url {mask_secrets(feed.url)}", f"name {feed.name!r}"):
            handle = key if key.startswith("name") else f"url {feed.url}"
            if handle in seen:
                msg = f"{path}:{line}: the {key} stands already on line {seen[handle]}; keep one of them."
                raise FeedsFileError(msg)
            seen[handle] = line
        feeds.append(feed)
    return tuple(feeds)


def _compose(text: str, path: Path) -> tuple[Any, dict[Loc, int]]:
    """The YAML as plain values, and the line of each value by its place."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        msg = f"{path}:{line}: this is no valid YAML: {error.problem}."
        raise FeedsFileError(msg) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        msg = f"{path}:1: this is no valid YAML: {error}."
        raise FeedsFileError(msg) from error
    lines: dict[Loc, int] = {}
    _lines(node, (), lines, path)
    return data, lines


def _lines(node: yaml.Node | None, loc: Loc, lines: dict[Loc, int], path: Path) -> None:
    if node is None or len(loc) > 6:
        return
    lines.setdefault(loc, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*loc, str(key.value))
            if place in lines:
                msg = f"{path}:{key.start_mark.line + 1}: `{key.value}` stands twice; keep one of them."
                raise FeedsFileError(msg)
            lines[place] = key.start_mark.line + 1
            _lines(value, place, lines, path)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _lines(value, (*loc, index), lines, path)


def _say(error: ValidationError, lines: dict[Loc, int], path: Path) -> str:
    """The first thing that pydantic found, as one sentence with file and line."""
    first = error.errors()[0]
    loc = tuple(part for part in first["loc"] if isinstance(part, (str, int)))
    line = next((lines[loc[:size]] for size in range(len(loc), -1, -1) if loc[:size] in lines), 1)
    key = loc[-1] if loc else "file"
    if first["type"] == "extra_forbidden":
        known = ", ".join(_known(loc))
        return f"{path}:{line}: unknown key `{key}`; the keys known here are {known}."
    if first["type"] == "missing":
        return f"{path}:{line}: `{key}` is missing; add it."
    reason = first["msg"].removeprefix("Value error, ").replace("valid tuple", "list")
    return f"{path}:{line}: `{key}`: {reason[:1].lower()}{reason[1:]}."


def _known(loc: Loc) -> list[str]:
    if loc[0] == "feeds":
        return list(_FeedModel.model_fields)
    return list(_SettingsModel.model_fields) if len(loc) > 1 else list(_FileModel.model_fields)
