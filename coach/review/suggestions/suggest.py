"""Up to three wordings for one remark, in the language of the line; what the rubric would object to is not shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from coach.domain.language import Language
from coach.domain.review import Finding, Item, Kind, Suggestion
from coach.review.suggestions.benefit_map import BenefitMap, Known
from coach.review.suggestions.fill import Filler, joined, named
from coach.review.suggestions.reuse import PIECES, Reader, Reused
from coach.rubric.benefits import Family, Situation
from coach.rubric.engine import Engine
from coach.rubric.lazily import Lazily
from coach.rubric.line import Line
from coach.rubric.subjects import LineSubject

MOST = 3
_REMEMBERED = 8192
_LONGEST = 220
_GOOD = ("outcome", "transformational")
_SITUATIONS: dict[str, Situation] = {
    "output": "output", "kpi_bau": "kpi_bau", "project": "project", "bau": "bau", "kpi": "kpi", "strategy": "strategy",
}  # fmt: skip
#: Remarks that ask for something else than the type of the line would.
_BY_CODE: dict[str, Situation] = {
    "K204": "no-baseline",
    "K205": "no-target",
    "O103": "project",
    "O104": "no-what",
    "P706": "task",
}
#: Remarks about something else than the wording of the line: its place, its people, the set.
_ELSEWHERE = ("A", "C", "D", "S", "W", "X")
_FAMILIES: dict[Situation, tuple[Family, ...]] = {
    "output": ("deliverable",),
    "project": ("deliverable",),
    "task": ("deliverable",),
    "kpi_bau": ("metric", "duty"),
    "bau": ("duty",),
    "kpi": ("metric",),
    "vague-result": ("wish", "metric", "duty"),
    "vague": ("wish", "duty"),
    "strategy": ("wish",),
}
#: Figures that stand in for ⟨today⟩, ⟨target⟩ and ⟨date⟩ while the rubric reads a wording.
_STAND_INS = ("40", "60", "31/03/2027")


def suggestions(engine: Engine, finding: Finding, item: Item, subject: LineSubject) -> tuple[Suggestion, ...]:
    """Return what could be written instead of a line.

    Args:
        engine: the rubric, which also reads every wording.
        finding: the remark it would answer.
        item: what the line is.
        subject: the line as it was read.
    """
    return _suggester(engine).suggest(tuple(_situations(finding, item)), subject)


def label_of(suggestion: Suggestion) -> str:
    """Return the name of the label a wording is shown with."""
    return f"suggestion-as-{suggestion.kind}" if suggestion.kind else "suggestion"


def _situations(finding: Finding, item: Item) -> Iterator[Situation]:
    """What the remark asks for; then what the type of the line does."""
    if finding.code in _BY_CODE:
        yield _BY_CODE[finding.code]
    if finding.code.startswith(_ELSEWHERE) or finding.code == "P706":
        return
    if item.type == "vague":
        yield "vague" if item.kind == "objective" else "vague-result"
    elif item.type in _SITUATIONS:
        yield _SITUATIONS[item.type]


@lru_cache(maxsize=8)
def _suggester(engine: Engine) -> Suggester:
    return Suggester(engine)


class Suggester:
    """Makes wordings with one engine, and remembers what the rubric said of each.

    Args:
        engine: the rubric.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = Reader(engine.space)
        self._maps = Lazily(lambda language: BenefitMap(engine.source.benefits[language]))
        self._wanted = lru_cache(maxsize=None)(self._wanting)
        self._judged = lru_cache(maxsize=_REMEMBERED)(self._judge)

    def suggest(self, situations: tuple[Situation, ...], subject: LineSubject) -> tuple[Suggestion, ...]:
        """Return up to three wordings for a line; the rubric has no grave remark on any of them."""
        chosen: dict[str, Suggestion] = {}
        for kind, text in (found for situation in situations for found in self._wordings(situation, subject)):
            if len(chosen) == MOST:
                break
            if text in chosen or len(text) > _LONGEST or text == subject.line.text:
                continue
            checked = self._judged(kind, text, subject.line.language)
            if checked is not None:
                chosen[text] = Suggestion(text, checked, None if kind == subject.kind else kind)
        return tuple(chosen.values())

    def _wordings(self, situation: Situation, subject: LineSubject) -> Iterator[tuple[Kind, str]]:
        """Yield wordings, the most fitting first; an empty one could not be filled."""
        line = subject.line
        known = self._maps[line.language]
        above = subject.parent.line.words.tokens if subject.parent else []
        fill = Filler(
            known, self._reused(situation, line), line.language, self._engine.speaker.term("baseline", line.language)
        )
        anybody = known.audience(line.words.tokens) or known.audience(above)
        own, general = self._general(known, situation)
        yield subject.kind, next(filter(None, (fill(text, anybody) for text in own)), "")
        for benefit in known.about(line.words.tokens, _FAMILIES.get(situation, ()))[:2]:
            # Whom the objective is for may not be who is trained or gets the tool: it must be who usually benefits.
            audience = known.audience(line.words.tokens, benefit.who) or known.audience(above, benefit.who[:1])
            audience = audience or known.usual(benefit)
            for text in self._of(benefit, situation, known.what):
                yield subject.kind, fill(text, audience)
        for text in known.wordings.get("kpi-result", []) if situation == "kpi" else ():
            yield "key_result", fill(text, anybody)
        for text in general:
            yield subject.kind, fill(text, anybody)

    @staticmethod
    def _general(known: BenefitMap, situation: Situation) -> tuple[list[str], list[str]]:
        """The wordings that fit any line of a kind: those that take up its own words, and the others."""
        general = known.wordings.get(situation, [])
        own = [text for text in general if "{metric}" in text or "{purpose}" in text]
        return own, [text for text in general if text not in own]

    def _of(self, benefit: Known, situation: Situation, what: str) -> Iterator[str]:
        """What the benefit map says for a kind of line."""
        if situation in ("output", "kpi_bau", "vague-result"):
            yield from benefit.measures
            return
        what_why = self._engine.profile.form == "what_why"
        if benefit.so_that and situation == "kpi":
            yield joined(what, benefit.so_that)
        elif benefit.so_that and situation == "project" and what_why:
            yield joined("{line}", benefit.so_that)
        if benefit.change:
            yield benefit.change

    def _reused(self, situation: Situation, line: Line) -> Reused:
        reused = self._reader.read(line, self._wanted(situation, line.language))
        return replace(reused, line=self._reader.whole(line)) if situation == "no-baseline" else reused

    def _wanting(self, situation: Situation, language: Language) -> frozenset[str]:
        """The pieces of a line that a wording for this kind of line may take over."""
        known = self._maps[language]
        texts = [*known.texts, *known.wordings.get(situation, [])]
        if situation == "kpi":
            texts += known.wordings.get("kpi-result", [])
        elif situation == "project":
            texts.append("{line}")
        return PIECES & {name for text in texts for name in named(text)}

    def _judge(self, kind: Kind, text: str, language: Language) -> bool | None:
        """Let the rubric read a wording: None when it objects, True when it has nothing of weight to say."""
        if not text:
            return None
        read = text
        for name, figure in zip(self._maps[language].figures, _STAND_INS, strict=False):
            read = read.replace(f"⟨{name}⟩", figure)
        line, findings = self._engine.line(kind, read, language=language, only=_GOOD)
        if line.type not in _GOOD:
            return None
        open_ = [f for f in findings if f.state == "open" and self._engine.rules[f.code].stage == "draft"]
        if any(f.severity in ("blocker", "major") for f in open_):
            return None
        return not any(f.severity == "minor" for f in open_)
