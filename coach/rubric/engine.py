"""The rubric engine: an okr-set in, items and findings out. Pure, without I/O, safe to share between threads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from coach.domain.language import LANGUAGES, Language
from coach.domain.okr_set import Circle, KeyResult, Objective, OkrSet
from coach.domain.review import Finding, Home, Item, Kind
from coach.errors import RubricError
from coach.rubric.annotate import Annotator
from coach.rubric.checks.base import Check, Gated
from coach.rubric.checks.count import compile_count
from coach.rubric.checks.lexicon import compile_lexicon
from coach.rubric.checks.pattern import compile_pattern
from coach.rubric.checks.python import compile_python
from coach.rubric.checks.relation import compile_relation
from coach.rubric.checks.signals import compile_signals
from coach.rubric.evidence import Echoes
from coach.rubric.judge import Judge
from coach.rubric.language import Detector
from coach.rubric.lazily import Lazily
from coach.rubric.manners import silence
from coach.rubric.overrides import Applied, apply_overrides
from coach.rubric.profile import Profile
from coach.rubric.quantities import NumberWords
from coach.rubric.reader import Reader
from coach.rubric.schema import (
    CountDetect,
    LexiconDetect,
    PatternDetect,
    PythonDetect,
    RelationDetect,
    Rule,
    Scope,
    SignalsDetect,
)
from coach.rubric.schools import School
from coach.rubric.source import RubricSource
from coach.rubric.subjects import LineSubject, OkrSubject, Remark, SetSubject, Subject
from coach.rubric.text_model import TextModel
from coach.rubric.waivers import apply_waivers, standing
from coach.rubric.wording import Speaker, check_placeholders

#: Where a line of each type should live instead.
HOMES: dict[str, Home] = {
    "output": "projects", "kpi_bau": "metrics", "project": "projects", "bau": "circle", "kpi": "metrics", "strategy": "strategy",
}  # fmt: skip
_KINDS: tuple[Kind, ...] = ("objective", "key_result")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rubric says: every line's nature, every finding (silencing done, manners not yet), and the reading itself."""

    subject: SetSubject
    items: tuple[Item, ...]
    findings: tuple[Finding, ...]
    exceptions: tuple[Applied, ...] = ()


class Engine:
    """A rubric compiled for one profile.

    Args:
        source: the rubric's files, read.
        profile: the choices about the method.
        models: the text model of each kind of line; None: the verdict rests on the named signals alone.

    Raises:
        RubricError: a rule names something that does not exist, or lacks a translation.
    """

    def __init__(self, source: RubricSource, profile: Profile, models: Mapping[str, TextModel] | None = None) -> None:
        self.source = source
        self.profile = profile
        self._models = models or {}
        self.space = source.space()
        self.rules: dict[str, Rule] = {code: rule for code, rule in source.rules.items() if self._speaks(rule)}
        terms: Mapping[str, Mapping[str, str]] = {language: source.terms[language] for language in LANGUAGES}
        for rule in source.rules.values():
            check_placeholders(rule, terms)
        self.speaker = Speaker(profile, terms)
        judged = {c: r for c, r in source.rules.items() if c in self.rules or self._in_nature(c)}
        self._judges = {
            kind: Judge(kind, judged, source.signals, source.natures.get(kind), self.space) for kind in _KINDS
        }
        self._school = School(profile, self.rules, source.labels, self.space, self.speaker)
        self._checks: dict[str, list[tuple[Rule, int, Check]]] = {}
        for rule in self.rules.values():
            if gated := self._compiled(rule):
                self._checks.setdefault(rule.scope, []).append((rule, gated.needs, gated.check))

    @cached_property
    def reader(self) -> Reader:
        """Reads okr-sets into subjects."""
        detector = Detector(self.source.stop_words, self.source.vocabularies)
        annotators = Lazily(self._annotator)
        return Reader(annotators, self._judges, detector, self.space, self._models)

    def _annotator(self, language: Language) -> Annotator:
        vocabulary = self.source.vocabularies[language]
        numbers = NumberWords(language, self.source.numbers[language], vocabulary.months)
        return Annotator(vocabulary, numbers, self.space)

    def judge(
        self,
        okr_set: OkrSet,
        language: Language | None = None,
        input_language: Language | None = None,
        progress: Callable[[int, int], None] | None = None,
        *,
        today: date | None = None,
        quiet: bool = True,
        echoes: Echoes | None = None,
    ) -> Verdict:
        """Judge a set.

        Args:
            okr_set: what was sent.
            language: the reader's; None: that of the draft.
            input_language: the draft's; None: detected.
            progress: called with the number of objectives done and in all.
            today: the day that decides whether a waiver has run out; None: none has.
            quiet: let rules that say the same silence each other.
            echoes: compares lines with their circle's duties by meaning; None: words have to do.
        """
        subject = self.reader.read(okr_set, input_language, echoes)
        spoken = language or subject.language
        ready = okr_set.stage == "ready"
        items: list[Item] = []
        findings: list[Finding] = []
        for done, okr in enumerate(subject.okrs, 1):
            if progress and done % 50 == 0:
                progress(done, len(subject.okrs))
            found: list[Finding] = []
            for line in (okr.objective, *okr.key_results):
                items.append(item_of(line))
                found += self._apply(line.kind, line, spoken, line, all_stages=ready)
            found += self._apply("okr", okr, spoken, okr.objective, all_stages=ready)
            findings += self._school.amend(okr, found, spoken)
        for circle in subject.circles:
            findings += self._apply("circle", circle, spoken, None, all_stages=ready)
        findings += self._apply("set", subject, spoken, None, all_stages=ready)
        findings, exceptions = apply_overrides(okr_set, findings, self.profile.overrides)
        kept = silence(findings, self.rules) if quiet else findings
        if waivers := standing(subject, self.profile):
            kept, remarks = apply_waivers(subject, kept, self.source.rules, today, waivers)
            kept += [self.speaker.finding(self.rules[c], r, spoken, c, None) for c, r in remarks if c in self.rules]
        return Verdict(subject, tuple(items), tuple(kept), tuple(exceptions))

    def line(
        self,
        kind: Kind,
        text: str,
        *,
        language: Language | None = None,
        parent: str | None = None,
        circle: Circle | None = None,
        record: Objective | KeyResult | None = None,
        quiet: bool = True,
        echoes: Echoes | None = None,
        only: Collection[str] | None = None,
    ) -> tuple[LineSubject, list[Finding]]:
        """Judge one line by itself, as `classify` does.

        Args:
            kind: objective or key result.
            text: the line.
            language: its language; None: detected from it and its parent.
            parent: text of the objective above a key result.
            circle: the circle it belongs to, where known.
            record: the line with its structured fields; None: the text is all there is.
            quiet: let rules that say the same silence each other.
            echoes: compares the line with its circle's duties by meaning; None: words have to do.
            only: types of line whose findings are wanted; None: all.

        Returns:
            The judged line and its findings in its own language, silenced ones left out.
        """
        reader = self.reader
        own = record or (Objective(title=text) if kind == "objective" else KeyResult(title=text))
        spoken = language or reader.detect([text, *([parent] if parent else [])], circle.language if circle else None)
        evidence = reader.evidence_of(circle, [], spoken, echoes) if circle else None
        above = None
        if parent and kind == "key_result":
            objective = Objective(title=parent)
            above_line = reader.line("objective", parent, spoken, objective, evidence)
            above = reader.judged("objective", "/objectives/0", objective, above_line, None)
        pointer = "/objectives/0/key_results/0" if kind == "key_result" else "/objectives/0"
        line = reader.judged(kind, pointer, own, reader.line(kind, text, spoken, own, evidence), above)
        if only is not None and line.type not in only:
            return line, []
        findings = self._apply(kind, line, spoken, line)
        if kind == "objective" and isinstance(own, Objective):
            okr = OkrSubject(pointer, own, line, [], spoken, circle)
            findings += [f for f in self._apply("okr", okr, spoken, line) if "key_results" not in f.pointer]
            findings = self._school.amend_objective(line, findings, spoken)
        return line, silence(findings, self.rules) if quiet else findings

    def judge_of(self, kind: Kind) -> Judge:
        """Return the judge of a kind of line, for evaluation and fitting."""
        return self._judges[kind]

    def _apply(
        self,
        scope: Scope | Kind,
        subject: Subject,
        language: Language,
        line: LineSubject | None,
        *,
        all_stages: bool = True,
    ) -> list[Finding]:
        """Let the rules of a scope speak; those that ask for completeness only where that is wanted."""
        found: list[Finding] = []
        mask = subject.line.mask if isinstance(subject, LineSubject) else -1
        for rule, needs, check in self._checks.get(scope, ()):
            if (needs and not mask & needs) or (rule.stage == "ready" and not all_stages):
                continue
            for remark in check(subject):
                if remark.stage == "ready" and not all_stages:
                    continue
                title = line.line.text if line else self._title(subject, remark)
                found.append(self.speaker.finding(rule, remark, language, title, line.id if line else None))
        return found

    def _title(self, subject: Subject, remark: Remark) -> str:
        """The words a remark of a whole set is about: those of the objective its pointer names."""
        parts = remark.pointer.split("/")
        if isinstance(subject, SetSubject) and len(parts) > 2 and parts[1] == "objectives" and parts[2].isdigit():
            return subject.okrs[int(parts[2])].record.title
        return ""

    def _speaks(self, rule: Rule) -> bool:
        if rule.status in ("deprecated", "removed") or not self.profile.speaks(rule.code):
            return False
        return all(self.profile.setting(path) == wanted for path, wanted in rule.when.items())

    def _in_nature(self, code: str) -> bool:
        return any(code in scorer.rules for nature in self.source.natures.values() for scorer in nature.types.values())

    def _compiled(self, rule: Rule) -> Gated | None:
        try:
            return self._compile(rule)
        except RubricError as error:
            raise RubricError(f"{rule.code}: {error.message}") from None

    def _compile(self, rule: Rule) -> Gated | None:
        match rule.detect:
            case SignalsDetect() as detect:
                of_type, rivals = self._type_of(rule)
                return Gated(compile_signals(rule, detect, self._judges[rule.scope], of_type, rivals))  # type: ignore[index]
            case CountDetect() as detect:
                return Gated(compile_count(detect, rule.scope, self.profile))
            case PatternDetect() as detect:
                return Gated(compile_pattern(detect, rule.scope))
            case LexiconDetect() as detect:
                return compile_lexicon(detect, rule.scope, self.space)
            case RelationDetect() as detect:
                return Gated(compile_relation(detect, rule.scope, self.profile, self.space))
            case PythonDetect() as detect:
                return compile_python(detect, self.profile.params.get(rule.code, {}), self.space)
        return None

    def _type_of(self, rule: Rule) -> tuple[str | None, list[str]]:
        if rule.scope in self.source.natures:
            for name, scorer in self.source.natures[rule.scope].types.items():
                if rule.code in scorer.rules:
                    return name, [code for code in scorer.rules if code != rule.code]
        return None, []


def item_of(line: LineSubject) -> Item:
    """Return what a judged line is, as it is reported."""
    return Item(
        pointer=line.pointer,
        id=line.id,
        kind=line.kind,
        type=line.type,  # type: ignore[arg-type]
        language=line.line.language,
        confidence=round(line.confidence, 3) if line.type else None,
        alternatives={name: round(share, 3) for name, share in line.shares.items() if name != line.type},
        belongs_to=HOMES.get(line.type or ""),
    )
