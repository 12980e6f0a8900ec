"""From an okr-set to subjects: every line annotated once, in its language, with its context, and judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from coach.domain.language import LANGUAGES, Language
from coach.domain.okr_set import Circle, KeyResult, Objective, OkrSet, Project
from coach.domain.review import Kind
from coach.rubric.annotate import Annotator
from coach.rubric.evidence import CircleEvidence, Echoes
from coach.rubric.judge import Judge
from coach.rubric.language import Detector
from coach.rubric.line import Line
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import CircleSubject, LineSubject, OkrSubject, SetSubject
from coach.rubric.text_model import TextModel

_FIELDS = ("baseline", "target", "due", "owner", "source", "unit", "why", "baseline_by")
_DONE = (1, 100)  # from 0 to 1, from 0 to 100 %: how a tool says "done"
_SURE = 0.6  # below it, what the objective above is says nothing about a key result
_AROUND = 3  # circles above that may lend their accountabilities


class Reader:
    """Reads okr-sets; holds nothing of what it read."""

    def __init__(
        self,
        annotators: Mapping[Language, Annotator],
        judges: Mapping[Kind, Judge],
        detector: Detector,
        space: FeatureSpace,
        models: Mapping[str, TextModel] | None = None,
    ) -> None:
        self._models = models or {}
        self._annotators = annotators
        self._judges = judges
        self._detector = detector
        self._space = space
        self._parent_flags = {
            name: space.flag(f"parent-is-{name}")
            for name in ("vague", "kpi", "project", "bau", "transformational", "strategy")
        }
        self._field_flags = {name: space.flag(f"field-{name.replace('_', '-')}") for name in _FIELDS}

    def read(self, okr_set: OkrSet, input_language: Language | None = None, echoes: Echoes | None = None) -> SetSubject:
        """Return everything that was sent, annotated and judged.

        Args:
            okr_set: what was sent.
            input_language: language of all its lines; None: detected for each objective with its key results.
            echoes: compares lines with their circle's duties by meaning; None: words have to do.
        """
        return _SetReading(self, okr_set, input_language, echoes).subject()

    def line(
        self, kind: Kind, text: str, language: Language, record: Objective | KeyResult, evidence: CircleEvidence | None
    ) -> Line:
        """Annotate one line with its structured fields and its circle."""
        line = self._annotators[language].annotate(text)
        mask = line.mask
        for name in record.model_fields_set & self._field_flags.keys():
            if getattr(record, name) not in (None, ""):
                mask |= self._field_flags[name]
        if isinstance(record, Objective) and record.change == "correct":
            mask |= self._space.flag("field-correct")
        elif isinstance(record, KeyResult):
            mask |= self._figures(record)
        line.mask = mask
        if evidence is not None:
            evidence.apply(line)
            line.mask |= self._space.flag("context-circle")
        if (model := self._models.get(kind)) is not None:
            line.numbers.update(zip(model.names, model.read(line), strict=True))
            line.model = model
        return line

    def _figures(self, record: KeyResult) -> int:
        """What the fields say in figures counts as much as a sentence that says it."""
        flag, baseline, target = self._space.flag, record.baseline, record.target
        if target is None:
            return 0 if baseline is None else flag("baseline")
        if baseline == target:
            return flag("target-equals-baseline")
        if baseline is None:
            return 0  # tools fill in "target 1" or "100 %" for a thing to be done
        if not baseline:
            return 0 if target in _DONE else flag("quantified")
        return flag("quantified") | flag("baseline") | flag("from-to")

    def judged(
        self, kind: Kind, pointer: str, record: Objective | KeyResult, line: Line, parent: LineSubject | None
    ) -> LineSubject:
        """Return a line with its type."""
        if parent is not None:
            line.mask |= self._space.flag("context-parent")
            if parent.type in self._parent_flags and parent.confidence >= _SURE:
                line.mask |= self._parent_flags[parent.type]
        verdict = self._judges[kind].judge(line)
        return LineSubject(
            kind, pointer, record, line, f"{pointer}/title", verdict.type, verdict.shares, verdict.logits, parent
        )

    def detect(self, texts: Iterable[str], prefer: Language | None) -> Language:
        """Return the language of texts that belong together."""
        return self._detector.detect(texts, prefer)

    def evidence_of(
        self, circle: Circle, around: list[Circle], language: Language, echoes: Echoes | None = None
    ) -> CircleEvidence | None:
        """Return what a circle says about itself; None when it says nothing."""
        found = CircleEvidence(circle, around, self._annotators[language], self._space, echoes)
        return found if found.knows_duties or circle.metrics or circle.checklists else None

    def annotate(self, text: str, language: Language) -> Line:
        """Annotate a text that is neither objective nor key result."""
        return self._annotators[language].annotate(text)


class _SetReading:
    """One reading of one set."""

    def __init__(self, reader: Reader, okr_set: OkrSet, input_language: Language | None, echoes: Echoes | None) -> None:
        self._reader = reader
        self._echoes = echoes
        self._set = okr_set
        self._input = input_language
        self._circles = {circle.id: circle for circle in okr_set.circles}
        self._default = okr_set.organisation.language if okr_set.organisation else None
        self._evidence: dict[tuple[str, Language], CircleEvidence | None] = {}

    def subject(self) -> SetSubject:
        okrs = [self._okr(index, objective) for index, objective in enumerate(self._set.objectives)]
        language = self._input or self._default or _majority(okrs) or "en"
        circles = self._circle_subjects(okrs, language)
        strategy = self._set.organisation.strategy if self._set.organisation else []
        return SetSubject(
            okr_set=self._set,
            okrs=okrs,
            circles=circles,
            language=language,
            objectives_by_id={okr.record.id: okr for okr in okrs if okr.record.id},
            key_results_by_id={kr.id: kr for okr in okrs for kr in okr.key_results if kr.id},
            strategy_ids=frozenset(entry.id for entry in strategy if entry.id),
            cycles_by_id={cycle.id: cycle for cycle in self._set.cycles},
            parents=self._parents(okrs),
        )

    def _okr(self, index: int, objective: Objective) -> OkrSubject:
        reader = self._reader
        circle = self._circles.get(objective.circle) if objective.circle else None
        texts = [
            objective.title,
            *([objective.why] if objective.why else []),
            *(kr.title for kr in objective.key_results),
        ]
        prefer = (circle.language if circle else None) or self._default
        language = self._input or reader.detect(texts, prefer)
        evidence = self._evidence_for(circle, language)
        pointer = f"/objectives/{index}"
        line = reader.line("objective", objective.title, language, objective, evidence)
        parent = reader.judged("objective", pointer, objective, line, None)
        key_results = []
        for at, kr in enumerate(objective.key_results):
            kr_line = reader.line("key_result", kr.title, language, kr, evidence)
            key_results.append(reader.judged("key_result", f"{pointer}/key_results/{at}", kr, kr_line, parent))
        why = reader.annotate(objective.why, language) if objective.why else None
        return OkrSubject(pointer, objective, parent, key_results, language, circle, why)

    def _evidence_for(self, circle: Circle | None, language: Language) -> CircleEvidence | None:
        if circle is None:
            return None
        key = (circle.id, language)
        if key not in self._evidence:
            around: list[Circle] = []
            at = circle
            while len(around) < _AROUND and at.parent in self._circles:
                at = self._circles[at.parent]
                around.append(at)
            self._evidence[key] = self._reader.evidence_of(circle, around, language, self._echoes)
        return self._evidence[key]

    def _circle_subjects(self, okrs: list[OkrSubject], language: Language) -> list[CircleSubject]:
        """Group by circle and cycle: a yearly and a four-monthly set of one circle are two sets."""
        groups: dict[tuple[str | None, str | None], list[OkrSubject]] = defaultdict(list)
        for okr in okrs:
            groups[okr.record.circle, okr.record.cycle or self._set.cycle].append(okr)
        projects: dict[str | None, list[tuple[str, Project]]] = defaultdict(list)
        for index, project in enumerate(self._set.projects):
            projects[project.circle].append((f"/projects/{index}", project))
        places = {circle.id: f"/circles/{index}" for index, circle in enumerate(self._set.circles)}
        subjects = []
        served: set[str | None] = set()
        for (name, _), members in groups.items():
            own = [] if name in served else projects.get(name, [])
            served.add(name)
            circle = self._circles.get(name) if name else None
            spoken = (circle.language if circle else None) or _majority(members) or language
            duties = self._duties(circle, spoken)
            subjects.append(CircleSubject(circle, places.get(name or "", "/objectives"), members, own, spoken, duties))
        for name, own in projects.items():
            if name not in served:
                circle = self._circles.get(name) if name else None
                spoken = (circle.language if circle else None) or language
                subjects.append(CircleSubject(circle, places.get(name or "", "/projects"), [], own, spoken))
        return subjects

    def _duties(self, circle: Circle | None, language: Language) -> list[Line]:
        if circle is None:
            return []
        texts = [text for text in circle.accountabilities if text.strip()] or [circle.purpose or ""]
        return [self._reader.annotate(text, language) for text in texts if text.strip()]

    def _parents(self, okrs: list[OkrSubject]) -> dict[str, list[str]]:
        by_id = {okr.record.id: okr.pointer for okr in okrs if okr.record.id}
        parents = {okr.pointer: list(okr.record.contributes_to) for okr in okrs}
        for link in self._set.links:
            if link.from_ in by_id:
                parents[by_id[link.from_]].append(link.to)
        return parents


def _majority(okrs: list[OkrSubject]) -> Language | None:
    counts = {language: sum(okr.language == language for okr in okrs) for language in LANGUAGES}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] else None
