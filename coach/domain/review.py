"""`okr-review/1`: what the coach says about an okr-set.

Plain data classes with slots: a review of a whole cycle holds tens of thousands of them. `REVIEW` reads, writes and
describes them as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pydantic import ConfigDict, TypeAdapter, with_config

from coach.domain.critique import Critique
from coach.domain.language import Language
from coach.domain.okr_set import Source

Severity = Literal["blocker", "major", "minor", "hint"]
State = Literal["open", "review"]
Status = Literal["new", "unchanged", "resolved", "waived", "dismissed", "contested"]
Dimension = Literal["make", "align", "achieve", "measure"]
Kind = Literal["objective", "key_result", "project"]
StageState = Literal["done", "off", "pending", "skipped", "degraded", "failed"]
ObjectiveType = Literal["transformational", "bau", "kpi", "project", "strategy", "vague"]
KeyResultType = Literal["outcome", "output", "kpi_bau", "vague"]
ItemType = ObjectiveType | KeyResultType
AlignmentState = Literal["aligned", "missing", "dangling", "copied", "weak", "no_company_okr", "not_assessed"]
FindingSource = Literal["rubric", "similarity", "critique", "person"]
Home = Literal["objectives", "metrics", "projects", "strategy", "circle"]

SEVERITIES: tuple[Severity, ...] = ("blocker", "major", "minor", "hint")
DIMENSIONS: tuple[Dimension, ...] = ("make", "align", "achieve", "measure")


class Signal(NamedTuple):
    """One named reason and what it adds to the log-odds of the finding."""

    id: str
    weight: float


@dataclass(slots=True)
class Evidence:
    """Words a finding rests on: code point offsets `[start, end)` into the text the pointer names.

    `of` names another text, when the words stand elsewhere: an accountability or a metric of the circle.
    """

    start: int
    end: int
    text: str
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A wording to start from; `checked` is True when the rubric has read it and found nothing of weight.

    `kind` is set where the wording is of another kind than the line: a figure that belongs under an objective as its key result.
    """

    text: str
    checked: bool = False
    kind: Kind | None = None


@dataclass(slots=True)
class Finding:
    """One remark, in the reader's language. The review decides last what is `main`, `visible` and of which `status`."""

    code: str
    name: str
    severity: Severity
    state: State
    confidence: float
    dimension: Dimension
    pointer: str
    message: str
    ask: str | None = None
    evidence: tuple[Evidence, ...] = ()
    signals: tuple[Signal, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    status: Status = "new"
    main: bool = False
    visible: bool = True
    preview: bool = False
    source: FindingSource = "rubric"
    fingerprint: str = ""


@dataclass(slots=True)
class Item:
    """What one line is, and where it should live."""

    pointer: str
    id: str | None
    kind: Kind
    type: ItemType | None
    language: Language
    confidence: float | None
    alternatives: dict[str, float] = field(default_factory=dict)
    belongs_to: Home | None = None
    score: int | None = None
    praise: str | None = None


@dataclass(frozen=True, slots=True)
class Deduction:
    """What one finding takes from the overall score; the deductions add up to what is missing."""

    code: str
    pointer: str
    points: float


@dataclass(frozen=True, slots=True)
class Score:
    """The overall score and its parts; None means not assessed, never full marks.

    `low` and `high` are the score with every doubtful (`review`) finding confirmed and dismissed.
    """

    overall: int | None
    low: int | None
    high: int | None
    make: int | None = None
    align: int | None = None
    achieve: int | None = None
    measure: int | None = None
    scale: int = 100
    deductions: tuple[Deduction, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherLine:
    """A line that stands in the organisation and not in the set that was sent."""

    id: str
    kind: Kind
    title: str
    circle: str | None
    language: Language


@dataclass(frozen=True, slots=True)
class Relation:
    """Two lines that say the same, nearly the same, or the opposite.

    Attributes:
        b: empty where the other line stands in the organisation and not in the set; `other` then says what it is.
        decided: whether a champion said so.
    """

    relation: Literal["duplicate", "related", "contradiction"]
    a: str
    b: str
    similarity: float
    band: Literal["likely", "possible", "uncertain"]
    why: tuple[str, ...] = ()
    probability: float | None = None
    decided: bool = False
    other: OtherLine | None = None


@dataclass(frozen=True, slots=True)
class ParentSuggestion:
    """Something above that the objective could contribute to."""

    pointer: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Contribution:
    """An objective from below, and how much it serves the one above, 0 to 1; under 0.3 hardly anybody sees how."""

    pointer: str
    strength: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a company objective is carried from below.

    Attributes:
        contributors: what says that it contributes to it, the clearest first.
        could: what contributes to nothing yet and is about the same thing.
    """

    pointer: str
    contributors: tuple[Contribution, ...] = ()
    could: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Alignment:
    """How an objective hangs together with what stands above it."""

    pointer: str
    state: AlignmentState
    suggested: tuple[ParentSuggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Something said once: what was not assessed, or why a stage did not finish."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Stages:
    """Which layers have spoken."""

    rubric: StageState = "done"
    similarity: StageState = "off"
    critique: StageState = "off"


@with_config(ConfigDict(serialize_by_alias=True, defer_build=True))
@dataclass(frozen=True, slots=True)
class Review:
    """Everything the coach has to say about one okr-set; `id` where it is kept, `source` as it was sent."""

    rubric_version: str
    profile: str
    language: Language
    score: Score
    schema: Literal["okr-review/1"] = "okr-review/1"
    stages: Stages = field(default_factory=Stages)
    notes: tuple[Note, ...] = ()
    items: tuple[Item, ...] = ()
    findings: tuple[Finding, ...] = ()
    relations: tuple[Relation, ...] = ()
    alignment: tuple[Alignment, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    critique: Critique | None = None
    source: Source | None = None
    id: str | None = None


REVIEW: TypeAdapter[Review] = TypeAdapter(Review)
