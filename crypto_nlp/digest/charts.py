"""Small charts as inline SVG: no script, no font, colours from the page's own style, a text that says the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT, PAD = 640, 120, 24
_ROW = 22
# What a letter takes at most, about, and the least and most that labels take of the width.
_LETTER = 6.5
_LABELS = (120.0, 320.0)
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def columns(points: Sequence[tuple[str, int]], title: str) -> str:
    """A column for each (label, count), in order from left to right."""
    top = max((count for _, count in points), default=0)
    if not top:
        return ""
    step = (WIDTH - 2 * PAD) / len(points)
    every = max(1, len(points) // 8)
    parts = [f'<line class="axis" x1="{PAD}" y1="{HEIGHT - PAD}" x2="{WIDTH - PAD}" y2="{HEIGHT - PAD}"/>']
    for i, (label, count) in enumerate(points):
        height = (HEIGHT - 2 * PAD) * count / top
        x, y = PAD + i * step, HEIGHT - PAD - height
        parts.append(f'<rect x="{x + step * 0.1:.1f}" y="{y:.1f}" width="{step * 0.8:.1f}" height="{height:.1f}"/>')
        if count and len(points) <= 31:
            parts.append(f'<text x="{x + step / 2:.1f}" y="{y - 4:.1f}" text-anchor="middle">{count}</text>')
        if i % every == 0:
            parts.append(f'<text x="{x + step / 2:.1f}" y="{HEIGHT - 6}" text-anchor="middle">{escape(label)}</text>')
    return _svg("".join(parts), HEIGHT, title)


def dots(rows: Sequence[tuple[str, float, float]], title: str) -> str:
    """A row for each (label, low, high) on one scale from nought: a dot for a figure, a line for a range."""
    top = max((high for _, _, high in rows), default=0.0)
    if top <= 0 or min(low for _, low, _ in rows) < 0:
        return ""
    least, most = _LABELS
    start = min(max(least, max(len(label) for label, _, _ in rows) * _LETTER + 10), most)
    scale = (WIDTH - start - PAD) / top
    parts = []
    for i, (label, low, high) in enumerate(rows):
        y = i * _ROW + _ROW / 2 + 4
        left, right = start + low * scale, start + high * scale
        # The end of a label stands at the scale; in text from right to left that is where it begins.
        side = 'text-anchor="start" direction="rtl"' if _RTL.search(label) else 'text-anchor="end"'
        parts.append(f'<text x="{start - 10:.0f}" y="{y + 4:.1f}" {side}>{escape(label)}</text>')
        parts.append(f'<line class="axis" x1="{start:.0f}" y1="{y:.1f}" x2="{WIDTH - PAD}" y2="{y:.1f}"/>')
        if right - left >= 1:
            parts.append(f'<line class="range" x1="{left:.1f}" y1="{y:.1f}" x2="{right:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<circle cx="{left:.1f}" cy="{y:.1f}" r="5"/>')
        if right - left >= 1:
            parts.append(f'<circle cx="{right:.1f}" cy="{y:.1f}" r="5"/>')
    return _svg("".join(parts), len(rows) * _ROW + 8, title)


def _svg(inside: str, height: int, title: str) -> str:
    # Numbers and dates read left to right in every language; the labels carry their own direction.
    return (
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {WIDTH} {height}" direction="ltr" '
        f'xmlns="http://www.w3.org/2000/svg">{inside}</svg>'
    )
