"""What is put before a model: the lines of one circle, what the rubric said of them, and what they hang from.

Never two circles' drafts: from elsewhere come the titles of parents, and nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from coach.domain.language import Language
from coach.domain.okr_set import Circle, KeyResult, Objective, OkrSet
from coach.domain.review import Finding, Review
from coach.rubric.engine import Engine
from coach.rubric.manners import line_of

_MOST_ASKED = 40
_MOST_PROJECTS = 8


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a line: its key in the prompt, and where it stands in the okr-set."""

    key: str
    pointer: str
    text: str


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line as a model sees it. `id` is ours (O1, O1.KR2, P1), never the caller's."""

    id: str
    kind: str
    pointer: str
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A finding that a model is asked about; `of` is the id of its line."""

    id: str
    of: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Sheet:
    """One prompt's worth of draft.

    Attributes:
        language: of the draft, in which the model answers.
        context: the circle, what is above and its projects; nothing of it is judged.
        suspicious: the rubric saw words in it that speak to the reviewer (X801).
        people: names the rubric saw in the draft (X803), to be taken out before it is sent.
        known: code and line of everything the rubric says, so that nothing is said twice.
        organisation: id under which budgets are kept, with `cycle`.
    """

    language: Language
    lines: tuple[SheetLine, ...]
    asked: tuple[Asked, ...]
    context: tuple[SheetLine, ...] = ()
    suspicious: bool = False
    people: tuple[str, ...] = ()
    organisation: str = ""
    cycle: str = ""
    known: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    @property
    def everything(self) -> tuple[SheetLine, ...]:
        """Context and lines."""
        return (*self.context, *self.lines)


def sheets(
    okr_set: OkrSet, review: Review, engine: Engine, *, only: frozenset[str] | None = None, most: int = 12
) -> list[Sheet]:
    """Return the sheets of a set, one for each circle, and more where a circle has many lines.

    Args:
        okr_set: what was sent.
        review: what the rubric said of it.
        engine: the rubric.
        only: pointers of the objectives to send; None: all.
        most: lines on one sheet; an objective is never split.
    """
    by_circle: dict[str, list[int]] = {}
    for index, objective in enumerate(okr_set.objectives):
        if only is None or f"/objectives/{index}" in only:
            by_circle.setdefault(objective.circle or "", []).append(index)
    writer = _Writer(okr_set, review, engine)
    return [writer.sheet(part) for indexes in by_circle.values() for part in _parts(okr_set, indexes, most)]


def _parts(okr_set: OkrSet, indexes: list[int], most: int) -> Iterator[list[int]]:
    part: list[int] = []
    size = 0
    for index in indexes:
        weight = 1 + len(okr_set.objectives[index].key_results)
        if part and size + weight > most:
            yield part
            part, size = [], 0
        part.append(index)
        size += weight
    if part:
        yield part


class _Writer:
    """Writes the sheets of one set."""

    def __init__(self, okr_set: OkrSet, review: Review, engine: Engine) -> None:
        self._set = okr_set
        self._rules = engine.rules
        self._circles = {circle.id: circle for circle in okr_set.circles}
        self._languages = {item.pointer: item.language for item in review.items}
        self._review = review
        self._by_line: dict[str, list[Finding]] = {}
        for finding in review.findings:
            self._by_line.setdefault(line_of(finding), []).append(finding)

    def sheet(self, indexes: list[int]) -> Sheet:
        lines = tuple(line for at, index in enumerate(indexes, 1) for line in self._okr(f"O{at}", index))
        pointers = {line.pointer: line.id for line in lines}
        circle = self._circles.get(self._set.objectives[indexes[0]].circle or "")
        findings = [f for pointer in pointers for f in self._by_line.get(pointer, ())]
        organisation = self._set.organisation
        return Sheet(
            language=self._language(pointers),
            lines=lines,
            asked=tuple(self._asked(findings, pointers)),
            context=tuple(self._context(indexes, circle)),
            suspicious=any(finding.code == "X801" for finding in self._review.findings),
            people=tuple(e.text for f in self._review.findings if f.code == "X803" for e in f.evidence),
            organisation=(organisation.id if organisation else None) or "",
            cycle=self._set.objectives[indexes[0]].cycle or self._set.cycle or "",
            known=frozenset((finding.code, line_of(finding)) for finding in findings),
        )

    def _language(self, pointers: Iterable[str]) -> Language:
        spoken = [self._languages[pointer] for pointer in pointers if pointer in self._languages]
        return max(spoken, key=spoken.count) if spoken else self._review.language

    def _asked(self, findings: list[Finding], pointers: dict[str, str]) -> Iterator[Asked]:
        askable = [
            finding
            for finding in findings
            if finding.source == "rubric" and finding.status != "waived" and self._rules[finding.code].critique
        ]
        for at, finding in enumerate(askable[:_MOST_ASKED], 1):
            yield Asked(f"F{at}", pointers[line_of(finding)], finding)

    def _okr(self, name: str, index: int) -> Iterator[SheetLine]:
        objective = self._set.objectives[index]
        pointer = f"/objectives/{index}"
        texts = [Text("text", f"{pointer}/title", objective.title)]
        if objective.why:
            texts.append(Text("why", f"{pointer}/why", objective.why))
        yield SheetLine(name, "objective", pointer, tuple(texts))
        for at, key_result in enumerate(objective.key_results):
            below = f"{pointer}/key_results/{at}"
            yield SheetLine(f"{name}.KR{at + 1}", "key_result", below, tuple(_figures(key_result, below)))

    def _context(self, indexes: list[int], circle: Circle | None) -> Iterator[SheetLine]:
        if circle is not None:
            yield from _circle(circle, self._set.circles.index(circle))
        named = [self._set.objectives[index] for index in indexes]
        yield from self._parents(named)
        mine = circle.id if circle else None
        served = {kr.id for objective in named for kr in objective.key_results if kr.id}
        count = 0
        for index, project in enumerate(self._set.projects):
            if count < _MOST_PROJECTS and (served & set(project.delivers) or (mine and project.circle == mine)):
                count += 1
                pointer = f"/projects/{index}"
                texts = [Text("text", f"{pointer}/title", project.title)]
                if project.description:
                    texts.append(Text("description", f"{pointer}/description", project.description))
                yield SheetLine(f"P{count}", "project", pointer, tuple(texts))

    def _parents(self, named: list[Objective]) -> Iterator[SheetLine]:
        own = {objective.id for objective in named if objective.id}
        above = [parent for objective in named for parent in objective.contributes_to]
        above += [link.to for link in self._set.links if link.from_ in own and link.state == "accepted"]
        strategy = self._set.organisation.strategy if self._set.organisation else []
        titles = {o.id: (f"/objectives/{at}/title", o.title) for at, o in enumerate(self._set.objectives) if o.id}
        titles |= {s.id: (f"/organisation/strategy/{at}/text", s.text) for at, s in enumerate(strategy) if s.id}
        wanted = [parent for parent in dict.fromkeys(above) if parent in titles and parent not in own]
        for at, parent in enumerate(wanted, 1):
            pointer, title = titles[parent]
            yield SheetLine(f"A{at}", "above", pointer.rpartition("/")[0], (Text("text", pointer, title),))


def _circle(circle: Circle, index: int) -> Iterator[SheetLine]:
    pointer = f"/circles/{index}"
    texts = [Text("name", f"{pointer}/name", circle.name)] if circle.name else []
    if circle.purpose:
        texts.append(Text("purpose", f"{pointer}/purpose", circle.purpose))
    texts += [Text("duty", f"{pointer}/accountabilities/{at}", t) for at, t in enumerate(circle.accountabilities)]
    if texts:
        yield SheetLine("C", "circle", pointer, tuple(texts))


def _figures(key_result: KeyResult, pointer: str) -> Iterator[Text]:
    yield Text("text", f"{pointer}/title", key_result.title)
    for key, name in (("from", "baseline"), ("to", "target"), ("unit", "unit")):
        value = getattr(key_result, name)
        if value is not None:
            yield Text(key, f"{pointer}/{name}", value if isinstance(value, str) else f"{value:g}")
