"""Figures that begin with "one": "one in three", and "one" itself where it stands against another figure."""

from __future__ import annotations

from coach.rubric.quantities import NumberWords, Quantity
from coach.rubric.text import Words

_PARTITIVE = frozenset({"of", "von", "van", "aus"})


def single_ratios(words: Words, numbers: NumberWords) -> list[Quantity]:
    """Find "un client sur deux" and "one in three", whose first figure is an article and counts only here."""
    found = []
    tokens = words.tokens
    for index, token in enumerate(tokens):
        if token not in numbers.one:
            continue
        for gap in (1, 2):
            at = index + gap
            if at + 1 >= len(tokens) or tokens[at] not in numbers.out_of or (gap > 1 and tokens[at] in _PARTITIVE):
                continue
            last = at + 2 if tokens[at + 1] in numbers.articles and at + 2 < len(tokens) else at + 1
            digits = tokens[last].isdigit() and len(tokens[last]) <= 2
            value = float(tokens[last]) if digits else numbers.values.get(tokens[last])
            if value and 1 < value <= 20:
                found.append(Quantity(words.starts[index], words.ends[last], 1 / value, "ratio", "", index, last))
                break
    return found


def with_ones(words: Words, numbers: NumberWords, found: list[Quantity]) -> list[Quantity]:
    """Add each "one" that is a figure.

    Beside another one it is where something leads to it or is set against it ("from nine days to one", "one instead of three"); by
    itself after a limit ("at least one", "moins d'une heure").
    """
    tokens = words.tokens
    taken = {index for q in found for index in range(q.first, q.last + 1)}
    ones = []
    for index, token in enumerate(tokens):
        if token not in numbers.one or token in numbers.indefinite or index in taken:
            continue
        before = tokens[index - 1] if index else ""
        earlier = [q for q in found if q.last < index - 1]
        led = before in numbers.to and any(
            q.measures and index - q.last <= 6 and not numbers.start.isdisjoint(tokens[max(0, q.first - 3) : q.first])
            for q in earlier
        )
        later = next((q for q in found if q.first > index), None)
        opposed = later and later.first - index <= 8 and not numbers.instead.isdisjoint(tokens[index + 1 : later.first])
        limited = before in numbers.limits or (
            before in numbers.than and index > 1 and tokens[index - 2] in numbers.amounts
        )
        if led or opposed or limited or (found and before in numbers.only):
            ones.append(Quantity(words.starts[index], words.ends[index], 1.0, "word", "", index, index))
    return sorted([*found, *ones], key=lambda q: q.start) if ones else found


def merged(found: list[Quantity], ratios: list[Quantity]) -> list[Quantity]:
    """Let a ratio swallow the figures it is made of."""
    if not ratios:
        return found
    kept = [q for q in found if not any(r.first <= q.first and q.last <= r.last for r in ratios)]
    fresh = [r for r in ratios if not any(q.first <= r.first and r.last <= q.last for q in kept)]
    return sorted([*kept, *fresh], key=lambda q: q.start)
