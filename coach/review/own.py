"""Reading a set within what is kept around it: joined for the judgement, told apart again for the answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from coach.domain.okr_set import Objective, OkrSet, Organisation
from coach.domain.review import Finding, Review

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Own:
    """What of a joined set was sent: the first so many of each kind; and the circles whose lines these are.

    Attributes:
        circles: indices of the circles that were sent, or that own something that was sent.
        whole: whether what is about no line and no circle belongs to it, too.
    """

    objectives: int
    projects: int
    links: int
    waivers: int
    circles: frozenset[int]
    whole: bool = True

    @classmethod
    def all(cls, okr_set: OkrSet) -> Own:
        """Return the whole of a set."""
        sizes = (len(okr_set.objectives), len(okr_set.projects), len(okr_set.links), len(okr_set.waivers))
        return cls(*sizes, frozenset(range(len(okr_set.circles))))

    def covers(self, pointer: str) -> bool:
        """Tell whether a pointer leads to something that was sent, or to the set as a whole."""
        _, *parts = pointer.split("/")
        if len(parts) < 2 or not parts[1].isdigit():
            return self.whole
        index = int(parts[1])
        match parts[0]:
            case "objectives":
                return index < self.objectives
            case "projects":
                return index < self.projects
            case "links":
                return index < self.links
            case "waivers":
                return index < self.waivers
            case "circles":
                return index in self.circles
        return True


def joined(sent: OkrSet, around: OkrSet) -> tuple[OkrSet, Own]:
    """Return a set with what is kept around it behind it, so that the pointers into the set stay true.

    What was sent wins over what is kept under the same id.
    """
    circles = _with_others(sent.circles, around.circles)
    mine = {o.circle for o in sent.objectives} | {p.circle for p in sent.projects} | {c.id for c in sent.circles}
    whole = sent.model_copy(
        update={
            "organisation": _organisation(sent.organisation, around.organisation),
            "cycles": _with_others(sent.cycles, around.cycles),
            "cycle": sent.cycle or around.cycle,
            "circles": circles,
            "objectives": [*sent.objectives, *_apart(around.objectives, sent.objectives)],
            "projects": _with_others(sent.projects, around.projects),
            "links": [*sent.links, *(link for link in around.links if link not in sent.links)],
            "waivers": [*sent.waivers, *(waiver for waiver in around.waivers if waiver not in sent.waivers)],
        }
    )
    indices = frozenset(index for index, circle in enumerate(circles) if circle.id in mine)
    return whole, replace(Own.all(sent), circles=indices)


def repointed(review: Review, sent: OkrSet, whole: OkrSet) -> Review:
    """Return a review whose pointers all lead into what was sent.

    A remark about a circle that is kept but was not sent points to the name of that circle in its first objective or project.
    """
    places: dict[str, str] = {}
    for at, objective in enumerate(sent.objectives):
        places.setdefault(objective.circle or "", f"/objectives/{at}/circle")
    for at, project in enumerate(sent.projects):
        places.setdefault(project.circle or "", f"/projects/{at}/circle")

    def place(pointer: str) -> str:
        parts = pointer.split("/")
        if len(parts) < 3 or parts[1] != "circles" or not parts[2].isdigit() or int(parts[2]) < len(sent.circles):
            return pointer
        return places.get(whole.circles[int(parts[2])].id, "")

    for finding in review.findings:
        finding.pointer = place(finding.pointer)
    deductions = tuple(replace(deduction, pointer=place(deduction.pointer)) for deduction in review.score.deductions)
    return replace(review, score=replace(review.score, deductions=deductions))


def marked_dismissed(findings: Iterable[Finding], dismissed: Collection[str]) -> list[Finding]:
    """Return the findings, those that people have dismissed with that status."""
    found = list(findings)
    for finding in found:
        if finding.fingerprint in dismissed and finding.status != "waived":
            finding.status = "dismissed"
    return found


def _with_others(sent: list[T], kept: list[T]) -> list[T]:
    known = {name for entry in sent if (name := getattr(entry, "id", None)) is not None}
    return [*sent, *(entry for entry in kept if getattr(entry, "id", None) not in known)]


def _apart(kept: list[Objective], sent: list[Objective]) -> list[Objective]:
    """The kept objectives that were not sent; a key result's id that was sent as well is made different."""
    known = {objective.id for objective in sent if objective.id}
    taken = {kr.id for objective in sent for kr in objective.key_results if kr.id}
    return [
        objective.model_copy(
            update={
                "key_results": [
                    kr.model_copy(update={"id": f"{objective.id}.{kr.id}"}) if kr.id in taken else kr
                    for kr in objective.key_results
                ]
            }
        )
        if any(kr.id in taken for kr in objective.key_results)
        else objective
        for objective in kept
        if objective.id not in known
    ]


def _organisation(sent: Organisation | None, kept: Organisation | None) -> Organisation | None:
    if sent is None or kept is None:
        return sent or kept
    filled = {name: getattr(kept, name) for name in type(kept).model_fields if not getattr(sent, name)}
    return sent.model_copy(update=filled)
