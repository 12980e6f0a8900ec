"""Comparing two lines by their words without endings, where no similarity layer is at hand."""

from __future__ import annotations

from collections.abc import Callable

from coach.rubric.line import Line
from coach.rubric.space import FeatureSpace
from coach.rubric.text import strip_accents

_STEM = 6
_DIGITS = frozenset("0123456789")

Stems = Callable[[Line], frozenset[str]]


def stemmer(space: FeatureSpace) -> Stems:
    """Return what gives the words of a line that carry meaning, cut to their first letters.

    Figures and function words are left out. A line keeps its stems once they are made.
    """
    skip = 0
    for name in ("stop_word", "we", "purpose_connector", "more_word", "less_word"):
        skip |= space.lexicon(name)

    def stems(line: Line) -> frozenset[str]:
        if line.stems is None:
            words = line.words
            small = {at for hit in line.hits if hit.bits & skip for at in range(hit.first, hit.last + 1)}
            found = [
                token
                for at, token in enumerate(words.tokens)
                if len(token) > 2 and at not in small and token[0] not in _DIGITS and not line.bits_of(token) & skip
            ]
            if not words.low.isascii():
                found = [strip_accents(token) for token in found]
            line.stems = frozenset([token[:_STEM] for token in found])
        return line.stems

    return stems


def overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """Return shared words over the shorter line's words; 0 when either has none."""
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """Return shared words over all words; 0 when both have none."""
    return len(a & b) / len(a | b) if a or b else 0.0
