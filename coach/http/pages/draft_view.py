"""What the drafting page shows, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from coach.domain.review import Finding, Note, Score
from coach.http.pages.checked import Checked, Fault
from coach.http.pages.circle_view import CircleView
from coach.http.pages.draft_form import FIGURES, MOST, Draft, KeyResultDraft, ObjectiveDraft
from coach.http.pages.frame import Frame
from coach.http.pages.marks import marked
from coach.http.pages.near import Near
from coach.http.pages.opinion_view import OpinionView
from coach.http.pages.organisation import Choice
from coach.http.pages.reading import LineReading, Reading
from coach.http.pages.remarks import TONES, Remark, remark, spans
from coach.http.pages.words import Words
from coach.rubric.engine import Engine

SURE = 0.5


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form: its id is its name; `marked` is the text with its marks, for the layer behind it."""

    id: str
    value: str
    marked: Markup
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class Margin:
    """What stands in the margin beside a line.

    Attributes:
        sure: False where the type is only the likeliest one.
        shown: the remarks that stand open; `folded`: the others.
    """

    type: str
    tone: str
    sure: bool
    home: str
    score: int | None
    praise: str
    shown: tuple[Remark, ...]
    folded: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A key result, or the objective itself, with what stands beside it."""

    id: str
    number: str
    text: Field
    language: str
    margin: Margin | None
    figures: tuple[Field, ...] = ()

    @property
    def summary(self) -> str:
        """The figures in one line, for the fold."""
        by_name = {figure.id.rsplit("-", 1)[1]: figure.value.strip() for figure in self.figures}
        way = " → ".join(value for value in (by_name["baseline"], by_name["target"]) if value)
        parts = (f"{way} {by_name['unit']}".strip(), by_name["due"], by_name["owner"], by_name["source"])
        return " · ".join(part for part in parts if part)

    @property
    def unfolded(self) -> bool:
        """Whether a figure has a fault that must be seen."""
        return any(figure.fault for figure in self.figures)


@dataclass(frozen=True, slots=True)
class OkrView:
    """An objective with its key results."""

    line: Line
    why: Field
    parent: str
    key_results: tuple[Line, ...]
    waiting: bool
    full: bool
    near: tuple[Near, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftPage:
    """Everything `draft.html` and `fragment.html` show."""

    frame: Frame
    words: Words
    draft: Draft
    okrs: tuple[OkrView, ...]
    circle: CircleView | None
    circles: tuple[Choice, ...]
    parents: tuple[Choice, ...]
    own_circle: tuple[Field, ...]
    whole: tuple[Remark, ...]
    notes: tuple[Note, ...]
    score: Score | None
    remarks: int
    questions: int
    read: bool
    fresh: bool
    full: bool
    qualitative: bool
    focus: str
    before: str
    part: str
    opinion: OpinionView | None = None
    said: str = ""


class LineViews:
    """Makes the views of lines.

    Args:
        checked: the draft's faults.
        reading: what was found.
        words: the reader's.
        engine: the rubric.
        near: who else is doing it, for each objective.
    """

    def __init__(
        self, checked: Checked, reading: Reading, words: Words, engine: Engine, near: Sequence[tuple[Near, ...]] = ()
    ) -> None:
        self._near = near
        self._checked = checked
        self._reading = reading
        self._words = words
        self._engine = engine

    def okr(self, index: int, typed: ObjectiveDraft, *, alone: bool) -> OkrView:
        """Return the view of an objective; where it is the only one, its key results need no number of their own."""
        name = f"o{index}"
        before = "" if alone else f"{index + 1}."
        key_results = tuple(
            self._key_result(f"{name}-kr{at}", f"{before}{at + 1}", line) for at, line in enumerate(typed.key_results)
        )
        return OkrView(
            line=self._line(name, str(index + 1), typed.title),
            why=self.field(f"{name}-why", typed.why, self._findings(name), "/why"),
            parent=typed.parent,
            key_results=key_results,
            waiting=name in self._checked.waiting,
            full=len(key_results) >= MOST,
            near=self._near[index] if index < len(self._near) else (),
        )

    def field(self, name: str, value: str, findings: list[Finding] | None = None, end: str = "/title") -> Field:
        """Return the view of a field with the marks of the remarks that stand open."""
        return Field(
            name, value, marked(value, spans(findings or [], self._engine, end)), self._checked.faults.get(name)
        )

    def remark(self, finding: Finding, language: str = "") -> Remark:
        """Return the view of a remark."""
        return remark(finding, self._engine, self._words, language=language)

    def _key_result(self, name: str, number: str, typed: KeyResultDraft) -> Line:
        figures = tuple(self.field(f"{name}-{part}", getattr(typed, part)) for part in FIGURES)
        return self._line(name, number, typed.title, figures)

    def _line(self, name: str, number: str, title: str, figures: tuple[Field, ...] = ()) -> Line:
        found = self._reading.lines.get(name)
        return Line(
            id=name,
            number=number,
            text=self.field(f"{name}-title", title, self._findings(name)),
            language=found.item.language if found else "",
            margin=self._margin(found) if found else None,
            figures=figures,
        )

    def _findings(self, name: str) -> list[Finding]:
        found = self._reading.lines.get(name)
        return found.findings if found else []

    def _margin(self, found: LineReading) -> Margin:
        item = found.item
        remarks = [(finding.visible, self.remark(finding, item.language)) for finding in found.findings]
        return Margin(
            type=self._words.label(f"type-{item.type}") if item.type else "",
            tone=TONES.get(item.type or "", "other"),
            sure=(item.confidence or 0) >= SURE,
            home=self._words.label(f"home-{item.belongs_to}") if item.belongs_to else "",
            score=item.score,
            praise=item.praise or "",
            shown=tuple(view for visible, view in remarks if visible),
            folded=tuple(view for visible, view in remarks if not visible),
        )
