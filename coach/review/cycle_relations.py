"""The relations between all circles of a cycle, and those of one circle's set among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from coach.domain.language import Language
from coach.domain.okr_set import OkrSet
from coach.domain.review import Coverage, OtherLine, Relation
from coach.review.coverage import parents_of
from coach.review.relatives import Near
from coach.similarity.pairs import Judgement
from coach.similarity.sets import Entry, Found, SetRelations


@dataclass(frozen=True)
class CycleRelations:
    """What was found in a whole cycle.

    Attributes:
        okr_set: everything in the cycle.
        entries: its titles; `found` names them by their places.
        languages: of the titles.
        degraded: whether the embedder of the house had to stand in.
        coverage: how the company's objectives are carried from below.
    """

    okr_set: OkrSet
    entries: Sequence[Entry]
    languages: Sequence[Language]
    found: SetRelations
    degraded: bool
    coverage: Sequence[Coverage] = ()

    @cached_property
    def names(self) -> dict[str, str]:
        """What each title is called, by its pointer: `objective:O1`, `key_result:O1/0` (the first of O1), `project:P1`."""
        return dict(names_of(self.okr_set))

    def line(self, at: int) -> OtherLine:
        """Return a title as it is shown elsewhere."""
        entry = self.entries[at]
        return OtherLine(self.names[entry.pointer], entry.kind, entry.text, entry.group, self.languages[at])

    def near(self, sent: OkrSet) -> Near:
        """Return the relations of a set that stands in this cycle to the rest of it."""
        mine = {name: pointer for pointer, name in names_of(sent)}
        found = []
        for relation in self.found.found:
            for own, other in ((relation.a, relation.b), (relation.b, relation.a)):
                pointer = mine.get(self.names[self.entries[own].pointer])
                if pointer is not None and self.names[self.entries[other].pointer] not in mine:
                    found.append(related_to(pointer, self.line(other), relation.judgement))
        return Near(tuple(found), "degraded" if self.degraded else "done")


def untied(okr_set: OkrSet, entries: Sequence[Entry], found: SetRelations) -> SetRelations:
    """Return the relations without those between lines that a link ties: what is alike there is a cascade, not a duplicate."""
    parents = parents_of(okr_set)
    owners = [_objective(entry.pointer) for entry in entries]

    def tied(pair: Found) -> bool:
        a, b = owners[pair.a], owners[pair.b]
        return a is not None and b is not None and (b in parents[a] or a in parents[b])

    return replace(
        found,
        found=tuple(pair for pair in found.found if not tied(pair)),
        undecided=tuple(pair for pair in found.undecided if not tied(pair)),
    )


def _objective(pointer: str) -> int | None:
    _, kind, at, *_ = pointer.split("/")
    return int(at) if kind == "objectives" else None


def names_of(okr_set: OkrSet) -> Iterator[tuple[str, str]]:
    """Yield pointer and name of every title of a set; one without an id is called by its place."""
    for at, objective in enumerate(okr_set.objectives):
        name = objective.id or f"#{at}"
        yield f"/objectives/{at}", f"objective:{name}"
        for number in range(len(objective.key_results)):
            yield f"/objectives/{at}/key_results/{number}", f"key_result:{name}/{number}"
    for at, project in enumerate(okr_set.projects):
        yield f"/projects/{at}", f"project:{project.id or f'#{at}'}"


def related_to(pointer: str, other: OtherLine, said: Judgement) -> Relation:
    """Return the relation of a line of a set to one outside of it."""
    assert said.relation != "unrelated"
    return Relation(
        said.relation, pointer, "", said.similarity, said.band, said.reasons(), said.probability, said.decided, other
    )
