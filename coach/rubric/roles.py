"""What the figures of a line do: starting value, target, change, limit, range, date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from coach.rubric.quantities import NumberWords, Quantity
from coach.rubric.text import Words

_ARROW = re.compile(r"→|->|=>|➜|➔|⟶|▸|⇒|>>|»\s*$|–>|…|\.\.\.")
_BRACKET = 45
_NEAR = 28  # characters between a figure and the word that gives it its role


@dataclass(slots=True)
class Roles:
    """Which figures are starting values, and how the others are meant; spans are in the lower-case text."""

    from_to: tuple[int, int] | None = None
    arrow: bool = False
    descending: bool = False
    range: tuple[int, int] | None = None
    baseline: tuple[int, int] | None = None
    targets: Sequence[Quantity] = ()


def roles_of(
    words: Words,
    measures: list[Quantity],
    markers: list[tuple[int, int]],
    numbers: NumberWords,
    dated: Sequence[int] = (),
) -> Roles:
    """Find the roles of the figures of a line.

    Args:
        words: the words of the line.
        measures: its figures that measure something, in order.
        markers: first and last word of each hit of the class `baseline_marker`.
        numbers: the number words of its language.
        dated: index of each word that names a past or plain date, months and years; not those a deadline opens.
    """
    roles = Roles(targets=measures)
    for a, b in pairwise(measures):
        between = words.low[a.end : b.start]
        if len(between) > 45:
            continue
        if _ARROW.search(between):
            roles.arrow = True
            _from_to(roles, a, b, measures)
        elif _goes_to(words, a, b, numbers):
            _from_to(roles, a, b, measures)
        elif _is_range(words, a, b, between, numbers):
            roles.range = (a.start, b.end)
        if roles.from_to:
            return roles
    base = _beside_marker(words, measures, markers) if markers else None
    if base is None and len(measures) > 1:
        base = _in_brackets(words, measures) or _dated(words, measures, dated)
    if base is not None:
        roles.baseline = (base.start, base.end)
        roles.targets = [q for q in measures if q is not base]
    return roles


def _from_to(roles: Roles, a: Quantity, b: Quantity, measures: list[Quantity]) -> None:
    roles.from_to = roles.baseline = (a.start, b.end)
    roles.descending = a.value is not None and b.value is not None and b.value < a.value
    roles.targets = [q for q in measures if q is not a]


def _goes_to(words: Words, a: Quantity, b: Quantity, numbers: NumberWords) -> bool:
    """Whether a preposition leads from one figure to the next: "de 7 à 5", "van 105 naar 70", "from 4.2 to 2.5"."""
    between = words.tokens[a.last + 1 : b.first]
    if not 1 <= len(between) <= 5:
        return False
    lead = next((i for i, token in enumerate(between) if token in numbers.to), None)
    if lead is None or len(between) - lead > 3:
        return False
    word = between[lead]
    falling = a.value is not None and b.value is not None and b.value < a.value
    opened = any(token in numbers.start for token in words.tokens[max(0, a.first - 4) : a.first])
    colon = words.low[: a.start].rstrip(" <>~+-–≥≤€$£").endswith((":", "=", "("))
    if word in ("naar", "nr", "auf", "vers"):  # these never make a range
        return True
    return opened or falling or (colon and word in ("to", "à", "tot", "zu"))


def _is_range(words: Words, a: Quantity, b: Quantity, between: str, numbers: NumberWords) -> bool:
    if between.strip() in ("-", "–", "—", "à", "to", "tot", "bis"):
        return True
    before = words.tokens[max(0, a.first - 2) : a.first]
    return any(token in numbers.ranges for token in before) and len(words.tokens[a.last + 1 : b.first]) <= 3


def _beside_marker(words: Words, measures: list[Quantity], markers: list[tuple[int, int]]) -> Quantity | None:
    """Return the figure that a word such as "currently" or "instead of" makes the starting value."""
    for first, last in markers:
        start, end = words.starts[first], words.ends[last]
        after = [q for q in measures if 0 <= q.start - end <= _NEAR and not _broken(words.low[end : q.start])]
        before = [q for q in measures if 0 <= start - q.end <= _NEAR and not _broken(words.low[q.end : start])]
        if after and (len(measures) > 1 or not before):
            return after[0]
        closes = words.low[end:].startswith(",")  # "140 a month today, to be brought down"
        if before and (len(measures) > 1 or closes or "(" in words.low[: before[-1].start]):
            return before[-1]
    return None


def _broken(between: str) -> bool:
    return any(mark in between for mark in ".;()") and between.strip(" .:(") != ""


def _in_brackets(words: Words, measures: list[Quantity]) -> Quantity | None:
    """Return a figure that stands alone in a short bracket behind another one: "3 days (11 at the time of writing)"."""
    opened = words.low.rfind("(")
    closed = words.low.find(")", opened)
    if opened <= 0 or closed - opened > _BRACKET or closed < 0:
        return None
    inside = [q for q in measures if opened < q.start < closed]
    before = [q for q in measures if q.end <= opened]
    return inside[0] if before and len(inside) == 1 and inside[0].kind != "ratio" else None


def _dated(words: Words, measures: list[Quantity], dated: Sequence[int]) -> Quantity | None:
    """Return the one of two figures that a past date stands beside: "45 %, 20 at the end of 2024"."""
    beside = [q for q in measures if any(0 < at - q.last <= 3 or 0 < q.first - at <= 3 for at in dated)]
    return beside[0] if len(beside) == 1 and len(measures) == 2 else None


def after_figures(quantities: list[Quantity]) -> tuple[set[int], set[int]]:
    """Indices of the words right after a count, and right after a share."""
    counted: set[int] = set()
    share: set[int] = set()
    for q in quantities:
        if q.kind in ("number", "word"):
            counted.update((q.last + 1, q.last + 2))
        elif q.kind in ("percent", "ratio", "multiplier"):
            share.update((q.last + 1, q.last + 2, q.last + 3))
    return counted, share
