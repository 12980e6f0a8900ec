"""The door to the similarity layer: nothing behind it is imported before a set has something to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coach.domain.language import Language
from coach.domain.okr_set import OkrSet
from coach.domain.review import Alignment, Finding, Note, Relation, StageState
from coach.rubric.engine import Engine, Verdict
from coach.rubric.evidence import Echoes
from coach.settings import Settings

if TYPE_CHECKING:
    from coach.review.kinship import Relatives
    from coach.review.similarity import Similarity as Layer

OFF = "off"


class Similarity:
    """The similarity layer, made when it is first used.

    Args:
        settings: which embedder, which glossary, how many false alarms.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def layer(self) -> Layer:
        """The layer itself, one a process and settings."""
        from coach.review.similarity import similarity_of

        return similarity_of(self.settings)


@dataclass(frozen=True, slots=True)
class Kin:
    """What the layer adds to a review."""

    state: StageState = "off"
    relations: tuple[Relation, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[Note, ...] = ()
    relatives: Relatives | None = None
    withdrawn: frozenset[tuple[str, str]] = frozenset()

    def with_rubric(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Return the rubric's findings with those of this layer, which knows some things better."""
        return (*(f for f in findings if (f.code, f.pointer) not in self.withdrawn), *self.findings)

    def aligned(self, alignment: Sequence[Alignment]) -> tuple[Alignment, ...]:
        """Return the alignment with suggested parents."""
        wanting = any(a.state in ("missing", "dangling", "weak") for a in alignment)
        return self.relatives.with_parents(alignment) if self.relatives and wanting else tuple(alignment)


def wanted(settings: Settings) -> Similarity | None:
    """Return the layer these settings ask for; None: it is switched off."""
    return None if settings.embedder == OFF else Similarity(settings)


def echoes_of(similarity: Similarity | None, okr_set: OkrSet) -> Echoes | None:
    """Return what compares lines with their circle's duties; None where no circle names any."""
    if similarity is None or not any(circle.accountabilities or circle.purpose for circle in okr_set.circles):
        return None
    from coach.review.kinship import CircleEchoes

    return CircleEchoes(similarity.layer)


def circles_in(okr_set: OkrSet) -> set[str | None]:
    """Return the circles that want to do something in a set; None stands for lines that name none."""
    return {project.circle for project in okr_set.projects} | {objective.circle for objective in okr_set.objectives}


def kinship_of(similarity: Similarity | None, engine: Engine, verdict: Verdict, language: Language) -> Kin:
    """Return relations, findings and suggested parents of a judged set."""
    if similarity is None:
        return Kin()
    if len(circles_in(verdict.subject.okr_set)) < 2 and not any(verdict.subject.parents.values()):
        return Kin("done")
    from coach.review.kinship import Relatives

    relatives = Relatives(similarity.layer, engine, verdict, language)
    found = relatives.kinship()
    notes: tuple[Note, ...] = ()
    if (degraded := similarity.layer.degraded) is not None:
        text = engine.source.labels["relations-degraded"][language]
        said = text.format(embedder=degraded.embedder, reason=degraded.reason)
        notes = (Note("similarity-degraded", said),)
    return Kin(found.state, found.relations, found.findings, notes, relatives, found.withdrawn)
