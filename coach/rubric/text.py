"""From a text to lower-case words with offsets.

Offsets always point into the text as it came. A text in decomposed form (NFD), or with letters whose lower case is
longer, is read through an offset map; all others are read directly.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# Letters and digits; a hyphen or a full stop stays inside a word only between letters ("e-mail", "t.o.v").
_WORD = re.compile(r"[^\W_]+(?:(?<=[^\W\d_])[-‑.](?=[^\W\d_])[^\W_]+)*")


class Words(NamedTuple):
    """A text prepared for matching: `low` has the same length as the offsets refer to, unless `offsets` maps them."""

    low: str
    tokens: list[str]
    starts: list[int]
    ends: list[int]
    offsets: list[int] | None


@lru_cache(maxsize=1024)
def words_of(text: str) -> Words:
    """Split a text into lower-case words; `starts` and `ends` index `low`.

    Kept for a while: a text is read once to tell its language and once more to be annotated.
    """
    offsets: list[int] | None = None
    if text.isascii():
        low = text.lower()
    else:
        low, offsets = _folded(text)
    spans = [found.span() for found in _WORD.finditer(low)]
    tokens = [low[start:end] for start, end in spans]
    return Words(low, tokens, [start for start, _ in spans], [end for _, end in spans], offsets)


def _folded(text: str) -> tuple[str, list[int] | None]:
    low = text.lower()
    if len(low) == len(text) and unicodedata.is_normalized("NFC", low):
        return low, None
    out: list[str] = []
    offsets: list[int] = []
    start = 0
    for end in [*_cluster_starts(text), len(text)]:
        if end == start:
            continue
        cluster = unicodedata.normalize("NFC", text[start:end]).lower()
        cluster = unicodedata.normalize("NFC", cluster)
        out.append(cluster)
        offsets.extend([start] * len(cluster))
        start = end
    offsets.append(len(text))
    return "".join(out), offsets


def _cluster_starts(text: str) -> list[int]:
    """Where a base character begins, so that it is composed together with the marks that follow it."""
    return [index for index, char in enumerate(text) if not unicodedata.combining(char)]


def original_span(words: Words, start: int, end: int) -> tuple[int, int]:
    """Return the offsets into the original text of a span of `low`."""
    if words.offsets is None:
        return start, end
    first = words.offsets[start]
    last = words.offsets[end]
    return first, last


def strip_accents(word: str) -> str:
    """Return the word without accents and umlauts, ß as ss."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word.replace("ß", "ss").replace("œ", "oe"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))
