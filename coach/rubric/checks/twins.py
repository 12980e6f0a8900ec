"""S307: two lines of one set that say the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from coach.rubric.checks.base import Gated, Params
from coach.rubric.checks.stems import Stems, jaccard, overlap, stemmer
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import LineSubject, Remark, SetSubject

_SAME = 0.8
_NEARLY = 0.74
_MOST = 60  # lines of one circle that are compared with each other; more than that is another problem
_PREFIX = 4


class _Seen(NamedTuple):
    line: LineSubject
    text: str
    words: frozenset[str]
    figures: frozenset[float]


def same_thing_twice(params: Params, space: FeatureSpace) -> Gated:
    """S307: two objectives of one circle, or two key results of one objective, say the same."""
    stems = stemmer(space)

    def check(subject: SetSubject) -> Sequence[Remark]:
        found: list[Remark] = []
        for circle in subject.circles:
            if len(circle.okrs) > 1:
                found += _twins([okr.objective for okr in circle.okrs[:_MOST]], stems)
            for okr in circle.okrs:
                if len(okr.key_results) > 1:
                    found += _twins(okr.key_results[:_MOST], stems)
        return found

    return Gated(check)


def _twins(lines: Sequence[LineSubject], stems: Stems) -> Iterator[Remark]:
    seen: list[_Seen] = []
    for line in lines:
        words = frozenset(word[:_PREFIX] for word in stems(line.line))
        figures = frozenset(q.value for q in line.line.quantities if q.measures and q.value is not None)
        now = _Seen(line, line.line.words.low.strip(), words, figures)
        for other in seen:
            if _alike(now, other):
                yield Remark(line.title_pointer, values={"evidence": line.line.text, "other": other.line.line.text})
                break
        seen.append(now)


def _alike(a: _Seen, b: _Seen) -> bool:
    if a.text == b.text:
        return True
    if len(a.words) >= 3 and jaccard(a.words, b.words) >= _SAME:
        return True
    return len(a.words) >= 2 and bool(a.figures & b.figures) and overlap(a.words, b.words) >= _NEARLY
