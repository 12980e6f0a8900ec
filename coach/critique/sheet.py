"""What is put before a model: the lines of one circle, what the rubric said of them, and what they hang from.

Never two circles' drafts: from elsewhere come the titles of parents, and nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from coach.critique.catalogue import INJECTION
from coach.domain.language import Language
from coach.domain.okr_set import Circle, KeyResult, Objective, OkrSet, Project
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
        self._circles = {circle.id: (at, circle) for at, circle in enumerate(okr_set.circles)}
        self._languages = {item.pointer: item.language for item in review.items}
        self._review = review
        self._by_line: dict[str, list[Finding]] = {}
        for finding in review.findings:
            self._by_line.setdefault(line_of(finding), []).append(finding)
        self._steering = [finding.pointer for finding in review.findings if finding.code == INJECTION]
        self._people = tuple(e.text for f in review.findings if f.code == "X803" for e in f.evidence)
        self._projects: dict[str | None, list[tuple[int, Project]]] = {}
        for at, project in enumerate(okr_set.projects):
            self._projects.setdefault(project.circle, []).append((at, project))
        self._titles = _titles(okr_set)

    def sheet(self, indexes: list[int]) -> Sheet:
        lines = tuple(line for at, index in enumerate(indexes, 1) for line in self._okr(f"O{at}", index))
        pointers = {line.pointer: line.id for line in lines}
        context = tuple(self._context(indexes, self._set.objectives[indexes[0]].circle))
        findings = [f for pointer in pointers for f in self._by_line.get(pointer, ())]
        organisation = self._set.organisation
        return Sheet(
            language=self._language(pointers),
            lines=lines,
            asked=tuple(self._asked(findings, pointers)),
            context=context,
            suspicious=self._steered((*context, *lines)),
            people=self._people,
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

    def _steered(self, lines: tuple[SheetLine, ...]) -> bool:
        """Whether the rubric saw words that speak to the reviewer in anything on the sheet."""
        return any(pointer.startswith(f"{line.pointer}/") for pointer in self._steering for line in lines)

    def _context(self, indexes: list[int], circle: str | None) -> Iterator[SheetLine]:
        if circle in self._circles:
            at, own = self._circles[circle]
            yield from _circle(own, at)
        named = [self._set.objectives[index] for index in indexes]
        yield from self._parents(named)
        served = {kr.id for objective in named for kr in objective.key_results if kr.id}
        mine = list(self._projects.get(circle, ())) if circle else []
        # A project of no circle belongs to the draft it delivers to; one of another circle is not ours to send.
        mine += [(at, project) for at, project in self._projects.get(None, ()) if served & set(project.delivers)]
        for number, (at, project) in enumerate(mine[:_MOST_PROJECTS], 1):
            pointer = f"/projects/{at}"
            texts = [Text("text", f"{pointer}/title", project.title)]
            if project.description:
                texts.append(Text("description", f"{pointer}/description", project.description))
            yield SheetLine(f"P{number}", "project", pointer, tuple(texts))

    def _parents(self, named: list[Objective]) -> Iterator[SheetLine]:
        own = {objective.id for objective in named if objective.id}
        above = [parent for objective in named for parent in objective.contributes_to]
        above += [link.to for link in self._set.links if link.from_ in own and link.state == "accepted"]
        wanted = [parent for parent in dict.fromkeys(above) if parent in self._titles and parent not in own]
        for at, parent in enumerate(wanted, 1):
            pointer, title = self._titles[parent]
            yield SheetLine(f"A{at}", "above", pointer.rpartition("/")[0], (Text("text", pointer, title),))


def _titles(okr_set: OkrSet) -> dict[str, tuple[str, str]]:
    """Return what may stand above something: id -> where its title stands, and the title."""
    strategy = okr_set.organisation.strategy if okr_set.organisation else []
    found = {o.id: (f"/objectives/{at}/title", o.title) for at, o in enumerate(okr_set.objectives) if o.id}
    return found | {s.id: (f"/organisation/strategy/{at}/text", s.text) for at, s in enumerate(strategy) if s.id}


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
