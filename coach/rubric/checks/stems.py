"""Comparing two lines by their words without endings, where no similarity layer is at hand."""

from __future__ import annotations

from coach.rubric.line import Line
from coach.rubric.space import FeatureSpace
from coach.rubric.text import strip_accents

_STEM = 6


def stems(line: Line, space: FeatureSpace) -> frozenset[str]:
    """Return the words of a line that carry meaning, cut to their first letters; figures and function words are left out."""
    skip = space.lexicon("stop_word") | space.lexicon("we") | space.lexicon("purpose_connector")
    small = {at for hit in line.hits if hit.bits & skip for at in range(hit.first, hit.last + 1)}
    return frozenset(
        strip_accents(token)[:_STEM]
        for at, token in enumerate(line.words.tokens)
        if at not in small and len(token) > 2 and not token[0].isdigit()
    )


def overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """Return shared words over the shorter line's words; 0 when either has none."""
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """Return shared words over all words; 0 when both have none."""
    return len(a & b) / len(a | b) if a or b else 0.0
