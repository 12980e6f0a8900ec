"""What a change of profile or rubric moves: two reviews of one okr-set, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from coach.domain.review import Finding, Review

Move = Literal["new", "gone", "changed"]


class Stand(NamedTuple):
    """How a remark stands in one review."""

    severity: str
    state: str
    status: str
    main: bool


@dataclass(frozen=True, slots=True)
class MovedType:
    """A line that is read as something else."""

    pointer: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class MovedFinding:
    """A remark that came, went or stands otherwise; `message` is what it says now, or said."""

    code: str
    pointer: str
    move: Move
    before: Stand | None
    after: Stand | None
    message: str


@dataclass(frozen=True, slots=True)
class Moves:
    """Everything that moved between two reviews of the same okr-set.

    Attributes:
        score: the overall score before and after; None where it was not assessed.
        stayed: how many remarks stand as they did.
    """

    score: tuple[int | None, int | None]
    types: tuple[MovedType, ...]
    findings: tuple[MovedFinding, ...]
    stayed: int


def moves_between(before: Review, after: Review) -> Moves:
    """Return what moved from one review of a set to another of the same set."""
    types = {item.pointer: item.type for item in before.items}
    moved = tuple(
        MovedType(item.pointer, types.get(item.pointer), item.type)
        for item in after.items
        if types.get(item.pointer) != item.type
    )
    findings = tuple(sorted(_moved(before, after), key=lambda found: (_place(found.pointer), found.code)))
    stands = _stands(after)
    stayed = sum(stands.get(key, (None, finding))[0] == stand for key, (stand, finding) in _stands(before).items())
    return Moves((before.score.overall, after.score.overall), moved, findings, stayed)


def _moved(before: Review, after: Review) -> Iterator[MovedFinding]:
    old, new = _stands(before), _stands(after)
    for key in old.keys() | new.keys():
        was, now = old.get(key), new.get(key)
        if was and now and was[0] == now[0]:
            continue
        finding = (now or was)[1]  # type: ignore[index]
        move: Move = "changed" if was and now else "new" if now else "gone"
        yield MovedFinding(*key[:2], move, was[0] if was else None, now[0] if now else None, finding.message)


def _stands(review: Review) -> dict[tuple[str, str, int], tuple[Stand, Finding]]:
    """Remarks by rule and place; the third part tells several of one rule at one place apart."""
    found: dict[tuple[str, str, int], tuple[Stand, Finding]] = {}
    for finding in review.findings:
        number = 0
        while (finding.code, finding.pointer, number) in found:
            number += 1
        stand = Stand(finding.severity, finding.state, finding.status, finding.main)
        found[finding.code, finding.pointer, number] = (stand, finding)
    return found


def _place(pointer: str) -> list[tuple[int, str]]:
    """Sort key that puts objective 2 before objective 10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in pointer.split("/")]
