"""Whether two titles pull against each other: opposed signs on one axis, or more of a thing against its end."""

from __future__ import annotations

from typing import NamedTuple

from coach.similarity.reading import Pointing, Reading

#: Axes on which "more of it" and "less of it" can meet: hiring against cutting, extending against dropping.
_AMOUNT = frozenset({"direction", "staffing", "scope", "presence", "keep", "price", "openness"})
#: Pairs of axes that oppose each other although they differ: (axis, sign) against (axis, sign).
_CROSS = frozenset(
    {
        (("centre", 1), ("presence", 1)), (("standard", 1), ("control", -1)), (("centre", 1), ("standard", -1)),
        (("channel", -1), ("presence", 1)), (("centre", -1), ("standard", 1)), (("control", 1), ("openness", 1)),
        (("control", 1), ("speed", 1)), (("source", -1), ("staffing", 1)),
    }
)  # fmt: skip


class Opposition(NamedTuple):
    """Two words that point against each other; `strength` is 2 on the same axis, 1 on related ones, 0 for none."""

    strength: int
    a: str = ""
    b: str = ""


NONE = Opposition(0)


def opposition(a: Reading, b: Reading) -> Opposition:
    """Return the strongest opposition between two titles.

    Less of something bad and more of something good agree: where one title names something bad, "more" and "less" do not clash.
    """
    best = NONE
    for left in a.pointings:
        for right in b.pointings:
            if (strength := _strength(left, right)) > best.strength and not _agrees(a, b, left, right):
                best = Opposition(strength, left.surface, right.surface)
    if best.strength and _shared(a, b):
        return best._replace(strength=1) if best.strength == 2 and _also_agree(a, b) else best
    return best


def _strength(left: Pointing, right: Pointing) -> int:
    if left.axis == right.axis:
        if left.sign == right.sign:
            return 0
        return 2 if left.firm or right.firm else 1
    if left.axis in _AMOUNT and right.axis in _AMOUNT:
        return 1 if left.sign != right.sign else 0
    one, other = (left.axis, left.sign), (right.axis, right.sign)
    return int((one, other) in _CROSS or (other, one) in _CROSS)


def _agrees(a: Reading, b: Reading, left: Pointing, right: Pointing) -> bool:
    return a.bad != b.bad and left.axis in _AMOUNT and right.axis in _AMOUNT


def _shared(a: Reading, b: Reading) -> bool:
    """Whether both also point the same way on some axis."""
    signs = {(p.axis, p.sign) for p in a.pointings}
    return any((p.axis, p.sign) in signs for p in b.pointings)


def _also_agree(a: Reading, b: Reading) -> bool:
    """Whether one of them contradicts itself, so that the opposition says little: "more and less" against "less"."""
    for reading in (a, b):
        signs = {(p.axis, p.sign) for p in reading.pointings}
        if any((axis, -sign) in signs for axis, sign in signs):
            return True
    return False
