"""What a check may look at: a line, an objective with its key results, a circle, a whole set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from coach.domain.language import Language
from coach.domain.okr_set import Circle, Cycle, KeyResult, Objective, OkrSet, Project, Stage
from coach.domain.review import Evidence, Kind, Signal, State
from coach.rubric.line import Line


@dataclass(slots=True)
class Remark:
    """What a check found, before it is put into words.

    Attributes:
        pointer: where; the field that is missing, when something is absent.
        confidence: 0 to 1.
        values: numbers and quotations for the message's placeholders.
        stage: `ready` for what is asked only when the set is ready, though the rest of its rule is not.
    """

    pointer: str
    confidence: float = 1.0
    state: State = "open"
    evidence: tuple[Evidence, ...] = ()
    signals: tuple[Signal, ...] = ()
    values: dict[str, str] = field(default_factory=dict)
    stage: Stage = "draft"


@dataclass(slots=True)
class LineSubject:
    """An objective or a key result, annotated and judged.

    Attributes:
        shares: confidence of every type.
        logits: log-odds of every scorer of the kind's judge.
    """

    kind: Kind
    pointer: str
    record: Objective | KeyResult
    line: Line
    title_pointer: str
    type: str | None
    shares: dict[str, float]
    logits: list[float]
    parent: LineSubject | None = None

    @property
    def confidence(self) -> float:
        """How sure the type is, 0 to 1."""
        return self.shares[self.type] if self.type else 0.0

    @property
    def id(self) -> str | None:
        """The caller's id, where there is one."""
        return self.record.id


@dataclass(slots=True)
class OkrSubject:
    """An objective with its key results."""

    pointer: str
    record: Objective
    objective: LineSubject
    key_results: list[LineSubject]
    language: Language
    circle: Circle | None
    why: Line | None = None


@dataclass(slots=True)
class CircleSubject:
    """A circle with what it wants to do; `circle` is None for a draft that names none.

    `duties` are its accountabilities; its purpose, where it has none.
    """

    circle: Circle | None
    pointer: str
    okrs: list[OkrSubject]
    projects: list[tuple[str, Project]]
    language: Language
    duties: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class SetSubject:
    """Everything that was sent, with what can be looked up in it."""

    okr_set: OkrSet
    okrs: list[OkrSubject]
    circles: list[CircleSubject]
    language: Language
    objectives_by_id: dict[str, OkrSubject]
    key_results_by_id: dict[str, LineSubject]
    strategy_ids: frozenset[str]
    cycles_by_id: dict[str, Cycle]
    parents: Mapping[str, Sequence[str]]  # pointer of an objective -> ids it contributes to

    @property
    def company_okrs(self) -> list[OkrSubject]:
        """The objectives of anchor circles."""
        return [okr for okr in self.okrs if okr.circle is not None and okr.circle.kind == "anchor"]

    @property
    def knows_the_organisation(self) -> bool:
        """Whether enough was sent to say that something above is missing: an anchor circle, or strategy."""
        return any(circle.kind == "anchor" for circle in self.okr_set.circles)


Subject = LineSubject | OkrSubject | CircleSubject | SetSubject
