"""Marking words in a text, on the server only: the browser never computes an offset."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup, escape

#: Joiners and selectors that belong to the character before them: a mark never ends in front of one.
_CLINGING = frozenset("\u200d\ufe0e\ufe0f")


class Span(NamedTuple):
    """Words to mark: code points `[start, end)`, the class of the mark, and whether the remark is only a question."""

    start: int
    end: int
    tone: str
    asks: bool = False


def marked(text: str, spans: Iterable[Span]) -> Markup:
    """Return the text as HTML with its words marked; where spans overlap, the first one given wins.

    Spans that reach beyond the text are cut to it, so that a stale one cannot break a page.
    """
    owner: list[Span | None] = [None] * len(text)
    for span in spans:
        for at in range(max(span.start, 0), _whole(text, span.end)):
            owner[at] = owner[at] or span
    parts = []
    for span_here, places in groupby(range(len(text)), key=lambda at: owner[at]):
        run = [*places]
        words = text[run[0] : run[-1] + 1]
        parts.append(_mark(words, span_here) if span_here else escape(words))
    return Markup("").join(parts)


def _mark(words: str, span: Span) -> Markup:
    return Markup('<mark class="{}">{}</mark>').format(f"{span.tone} asks" if span.asks else span.tone, words)


def _whole(text: str, end: int) -> int:
    """Move an end behind what belongs to the last character: combining accents, joiners, variation selectors."""
    end = min(end, len(text))
    while 0 < end < len(text) and (unicodedata.combining(text[end]) or text[end] in _CLINGING):
        end += 1
    return end
