"""A trend as a picture (SVG, PNG, HTML), drawn on this machine by Altair and vl-convert, the extra ``charts``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crypto_nlp.errors import QueryError
from crypto_nlp.trends.periods import first_day, next_first_day

if TYPE_CHECKING:
    from crypto_nlp.trends.series import Trend

FORMATS = ("svg", "png", "html")
_WIDTH, _HEIGHT = 640, 320
_ARABIC = re.compile(r"[\u0600-\u06ff]")
# A right-to-left mark before and after keeps figures and brackets of an Arabic label in its own order.
_MARK = "\u200f"


def draw(trend: Trend, path: Path, title: str = "") -> None:
    """Write the picture of ``trend`` to ``path``; the file's ending says which kind. A whole file is written or none.

    A line for each group; a span in which nothing was read is shaded, and no line runs through it.

    Raises:
        QueryError: the ending is none of ``FORMATS``, there is nothing to draw, or the extra is not installed.
    """
    kind = path.suffix.lower().lstrip(".")
    if kind not in FORMATS:
        message = f"{path} cannot be drawn: end the name with .svg, .png or .html."
        raise QueryError(message)
    if not any(row["value"] is not None for row in trend.rows):
        message = "There is nothing to draw: no claim matches; try fewer words or filters."
        raise QueryError(message)
    chart = _chart(trend, title)
    partial = path.with_name(f".{path.name}.partial.{kind}")
    try:
        if kind == "html":
            partial.write_text(chart.to_html(inline=True), encoding="utf-8")
        else:
            chart.save(str(partial), format=kind, scale_factor=2 if kind == "png" else 1)
        partial.replace(path)
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror}): choose another place."
        raise QueryError(message) from error
    finally:
        partial.unlink(missing_ok=True)


def _chart(trend: Trend, title: str) -> Any:
    try:
        import altair as alt  # noqa: PLC0415 - a second, and an extra
        import vl_convert  # noqa: F401, PLC0415 - said here rather than from inside a half-drawn picture
    except ImportError as error:
        message = "Charts need Altair and vl-convert: install them with `pip install 'crypto-nlp[charts]'`."
        raise QueryError(message) from error
    question = trend.question
    grouped = any(row["group"] for row in trend.rows)
    axis = alt.X("day:T", title=None)
    unit = f", {trend.unit}" if trend.unit else ""
    values = [_point(row) for row in trend.rows]
    line = alt.Chart(alt.InlineData(values=values)).mark_line(point=True, strokeWidth=2)
    encoding: dict[str, Any] = {
        "x": axis,
        "y": alt.Y("value:Q", title=f"{question.of}{unit}", scale=alt.Scale(zero=True)),
    }
    encoding["tooltip"] = [alt.Tooltip(f"{name}:N") for name in ("period", "value", "claims", "stories", "sources")]
    if grouped:
        names = list(dict.fromkeys(value["group"] for value in values))
        encoding["color"] = alt.Color("group:N", title=question.group_by, sort=names)
    layers = [line.encode(**encoding)]
    gaps = _gaps(trend)
    if gaps:
        shade = alt.Chart(alt.InlineData(values=gaps)).mark_rect(color="#e6e6e6")
        layers.insert(0, shade.encode(x=alt.X("from:T", title=None), x2="to:T"))
    heading = _readable(title or f"{question.of} by {question.by}")
    return alt.layer(*layers).properties(width=_WIDTH, height=_HEIGHT, title=heading)


def _point(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"day": first_day(row["period"]).isoformat(), "group": _readable(row["group"] or "")}


def _gaps(trend: Trend) -> list[dict[str, str]]:
    """The spans in which nothing was read: every group has None there."""
    empty = dict.fromkeys(row["period"] for row in trend.rows if row["claims"] is None)
    return [{"from": first_day(each).isoformat(), "to": next_first_day(each).isoformat()} for each in empty]


def _readable(text: str) -> str:
    return f"{_MARK}{text}{_MARK}" if _ARABIC.search(text) else text
