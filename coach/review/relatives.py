"""The door to the similarity layer: nothing behind it is imported before a set has something to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from coach.domain.language import Language
from coach.domain.okr_set import OkrSet
from coach.domain.review import Alignment, Coverage, Finding, Note, Relation, StageState
from coach.rubric.engine import Engine, Verdict
from coach.rubric.evidence import Echoes
from coach.rubric.subjects import SetSubject
from coach.settings import Settings

if TYPE_CHECKING:
    from coach.review.kinship import Relatives
    from coach.review.similarity import Similarity as Layer
    from coach.similarity.glossary import Term
    from coach.similarity.verdicts import Verdicts

OFF = "off"
_WHOLE = 2  # circles below the anchor from which on a set is more than a draft with the company's objectives around it


class Similarity:
    """The similarity layer, made when it is first used.

    Args:
        settings: which embedder, which glossary, how many false alarms.
        terms: an organisation's own words.
        verdicts: what its champions said about pairs.
    """

    def __init__(self, settings: Settings, terms: tuple[Term, ...] = (), verdicts: Verdicts | None = None) -> None:
        self.settings = settings
        self.terms = terms
        self.verdicts = verdicts

    @cached_property
    def layer(self) -> Layer:
        """The layer itself; without verdicts, one a process and settings."""
        from coach.review.similarity import similarity_of

        return similarity_of(self.settings, self.terms, self.verdicts)


@dataclass(frozen=True, slots=True)
class Near:
    """Relations of a set to lines of the organisation outside of it, found beforehand.

    Attributes:
        relations: the pointers `b` are empty.
        state: of the stage.
    """

    relations: tuple[Relation, ...] = ()
    state: StageState = "done"


@dataclass(frozen=True, slots=True)
class Kin:
    """What the layer adds to a review."""

    state: StageState = "off"
    relations: tuple[Relation, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[Note, ...] = ()
    relatives: Relatives | None = None
    withdrawn: frozenset[tuple[str, str]] = frozenset()
    coverage: tuple[Coverage, ...] = ()

    def with_rubric(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Return the rubric's findings with those of this layer, which knows some things better."""
        return (*(f for f in findings if (f.code, f.pointer) not in self.withdrawn), *self.findings)

    def aligned(self, alignment: Sequence[Alignment]) -> tuple[Alignment, ...]:
        """Return the alignment with suggested parents."""
        wanting = any(a.state in ("missing", "dangling", "weak") for a in alignment)
        return self.relatives.with_parents(alignment) if self.relatives and wanting else tuple(alignment)


def wanted(settings: Settings, terms: tuple[Term, ...] = (), verdicts: Verdicts | None = None) -> Similarity | None:
    """Return the layer these settings ask for, for an organisation with its words and verdicts; None: it is switched off."""
    return None if settings.embedder == OFF else Similarity(settings, terms, verdicts)


def echoes_of(similarity: Similarity | None, okr_set: OkrSet) -> Echoes | None:
    """Return what compares lines with their circle's duties; None where no circle names any."""
    if similarity is None or not any(
        circle.accountabilities or circle.purpose or circle.metrics for circle in okr_set.circles
    ):
        return None
    from coach.review.kinship import CircleEchoes

    return CircleEchoes(similarity.layer)


def circles_in(okr_set: OkrSet) -> set[str | None]:
    """Return the circles that want to do something in a set; None stands for lines that name none."""
    return {project.circle for project in okr_set.projects} | {objective.circle for objective in okr_set.objectives}


def kinship_of(
    similarity: Similarity | None, engine: Engine, verdict: Verdict, language: Language, near: Near | None = None
) -> Kin:
    """Return relations, findings and suggested parents of a judged set.

    Args:
        similarity: compares by meaning; None: off.
        engine: its rules and its way of saying things.
        verdict: its lines and what the rubric says of them.
        language: the reader's.
        near: relations to what stands outside the set, found beforehand; None: they are looked for within the set.
    """
    if similarity is None:
        return Kin()
    subject = verdict.subject
    if near is None and len(circles_in(subject.okr_set)) < 2 and not any(subject.parents.values()):
        return Kin("done")
    from coach.review.kinship import Relatives

    relatives = Relatives(similarity.layer, engine, verdict, language)
    found = relatives.kinship(near)
    notes: tuple[Note, ...] = ()
    if (degraded := similarity.layer.degraded) is not None:
        text = engine.source.labels["relations-degraded"][language]
        said = text.format(embedder=degraded.embedder, reason=degraded.reason)
        notes = (Note("similarity-degraded", said),)
    coverage = _coverage(similarity, subject, near)
    return Kin(found.state, found.relations, found.findings, notes, relatives, found.withdrawn, coverage)


def _coverage(similarity: Similarity, subject: SetSubject, near: Near | None) -> tuple[Coverage, ...]:
    """How the company objectives are carried from below, in a set that holds more than one circle's part of it."""
    anchors = {circle.id for circle in subject.okr_set.circles if circle.kind == "anchor"}
    below = {objective.circle for objective in subject.okr_set.objectives} - anchors
    if near is not None or not anchors or len(below) < _WHOLE:
        return ()
    from coach.review.coverage import coverage_of

    return coverage_of(subject.okr_set, similarity.layer)
