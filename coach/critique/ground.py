"""Grounding is a filter: what is not borne out by the draft is dropped or taken back, the rest stays, and both are said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from coach.critique.answer import Answer, SaidFinding, SaidRewrite, SaidVerdict
from coach.critique.catalogue import open_codes
from coach.critique.dispatch import Dispatch, SentLine
from coach.critique.figures import Figures
from coach.critique.prompt import vocabulary
from coach.critique.quote import find, folded
from coach.domain.critique import Addition, Dropped, OpinionOf, Part, Question, Quote, Rewrite, Verdict, Why
from coach.domain.language import LANGUAGES, Language
from coach.rubric.engine import Engine
from coach.rubric.manners import line_of

_LONGEST = 600
_LINK = re.compile(r"(?:https?://|www\.)\S+|\]\([^)\s]*\)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_FEWEST_WORDS = 5


@dataclass(slots=True)
class Grounded:
    """What of an answer may be shown."""

    verdicts: list[Verdict] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)
    rewrites: list[Rewrite] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    summary: str = ""
    dropped: list[Dropped] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)


def ground(answer: Answer, sent: Dispatch, engine: Engine) -> Grounded:
    """Return what of an answer the draft bears out."""
    return _Grounding(sent, engine).of(answer)


class _Grounding:
    def __init__(self, sent: Dispatch, engine: Engine) -> None:
        self._sent = sent
        self._open = frozenset(open_codes(engine))
        self._language = sent.sheet.language
        self._stop_words = engine.source.stop_words
        self._control = sent.control[0] if sent.control else None
        texts = [text.text for line in sent.lines.values() for text in line.texts]
        self._figures = Figures(engine, self._language, texts)
        self._out = Grounded()

    def of(self, answer: Answer) -> Grounded:
        out = self._out
        seen: set[str] = set()
        for verdict in answer.verdicts:
            self._verdict(verdict, seen)
        for finding in answer.new_findings:
            self._finding(finding)
        for rewrite in answer.rewrites:
            self._rewrite(rewrite)
        for question in answer.questions:
            line = self._line(question.line, "question")
            text = self._prose(question.question)
            if line and text:
                out.questions.append(Question(line.line.pointer, text))
        out.summary = self._summary(answer.summary)
        self._speaks(answer)
        return out

    def _verdict(self, said: SaidVerdict, seen: set[str]) -> None:
        if self._sent.control and said.finding == self._sent.control[1]:
            return
        asked = self._sent.asked.get(said.finding)
        if asked is None or said.finding in seen:
            self._drop("verdict", "repeated" if asked else "unknown-id")
            return
        seen.add(said.finding)
        finding = asked.finding
        line = next(line for line in self._sent.lines.values() if line.line.pointer == line_of(finding))
        quote = self._quote(said.quote, line)
        opinion: OpinionOf = said.verdict
        if said.quote and quote is None:
            self._drop("quote", "not-verbatim", line.line.pointer, finding.code)
        if opinion == "contest" and quote is None:
            opinion = "unsure"
            self._drop("verdict", "contest-without-quote", line.line.pointer, finding.code)
        elif opinion == "contest" and self._sent.sheet.suspicious:
            opinion = "unsure"
            self._drop("verdict", "speaks-to-the-reviewer", line.line.pointer, finding.code)
        self._out.verdicts.append(
            Verdict(finding.code, finding.pointer, finding.fingerprint, opinion, self._prose(said.reason), quote)
        )

    def _finding(self, said: SaidFinding) -> None:
        line = self._line(said.line, "finding", said.rule)
        if line is None:
            return
        pointer = line.line.pointer
        quote = self._quote(said.quote, line)
        known = {*self._sent.sheet.known, *((entry.code, entry.line) for entry in self._out.additions)}
        why: Why | None = None
        if said.rule not in self._open:
            why = "unknown-rule"
        elif quote is None:
            why = "not-verbatim"
        elif (said.rule, pointer) in known:
            why = "already-found"
        if why or quote is None:
            self._drop("finding", why or "not-verbatim", pointer, said.rule)
            return
        self._out.additions.append(Addition(said.rule, pointer, quote, self._prose(said.explanation)))

    def _rewrite(self, said: SaidRewrite) -> None:
        line = self._line(said.line, "rewrite")
        if line is None:
            return
        text, made_up = self._figures.without(self._clean(said.text), vocabulary().placeholder[self._language])
        pointer = line.line.pointer
        if made_up:
            self._drop("rewrite", "figure-not-in-draft", pointer)
        if not text or folded(text)[0] == folded(line.texts[0].text)[0]:
            self._drop("rewrite", "empty" if not text else "repeated", pointer)
            return
        self._out.rewrites.append(Rewrite(pointer, self._sent.redactor.restore(text), self._prose(said.why)))

    def _summary(self, said: str) -> str:
        text = self._prose(said)
        control = self._sent.lines[self._control].texts[0].text if self._control else ""
        if text and control and _shares(text, control):
            self._drop("summary", "about-the-control-line")
            return ""
        return text

    def _line(self, name: str, what: Part, code: str = "") -> SentLine | None:
        line = self._sent.lines.get(name)
        if line is not None and name == self._control:
            return None
        if line is None or line.line.kind not in ("objective", "key_result"):
            self._drop(what, "unknown-line", "", code)
            return None
        return line

    def _quote(self, said: str | None, line: SentLine) -> Quote | None:
        for text, redacted in zip(line.line.texts, line.texts, strict=True):
            span = find(said, redacted.text) if said else None
            if span is not None:
                start, end = redacted.back(*span)
                return Quote(text.pointer, start, end, redacted.original[start:end])
        return None

    def _prose(self, said: str) -> str:
        """What the model explains: cleaned, personal data put back, and without figures of its own."""
        text, _ = self._figures.without(self._clean(said), vocabulary().placeholder[self._language], counting=True)
        return self._sent.redactor.restore(text)

    def _clean(self, said: str) -> str:
        plain = "".join(c if unicodedata.category(c) not in ("Cf", "Cc", "Co") else " " for c in said)
        plain = _LINK.sub(vocabulary().link[self._language], plain)
        plain = " ".join(plain.split())
        return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1].rstrip() + "…"

    def _speaks(self, answer: Answer) -> None:
        blocks = [
            answer.summary,
            " ".join(verdict.reason for verdict in answer.verdicts),
            " ".join(question.question for question in answer.questions),
            " ".join(finding.explanation for finding in answer.new_findings),
        ]
        spoken = {self._tongue(block) for block in blocks} - {None}
        if spoken - {self._language} or answer.language != self._language:
            self._out.flags.append("language")

    def _tongue(self, text: str) -> Language | None:
        """The language of a text by its function words; None where they do not tell."""
        words = [word.lower() for word in _WORD.findall(text)]
        if len(words) < _FEWEST_WORDS:
            return None
        counts = sorted(((_count(words, self._stop_words, language), language) for language in LANGUAGES), reverse=True)
        (first, spoken), (second, _) = counts[:2]
        return spoken if first >= 2 and first - second >= 2 else None

    def _drop(self, what: Part, why: Why, pointer: str = "", code: str = "") -> None:
        self._out.dropped.append(Dropped(what, why, pointer, code))


def _count(words: Iterable[str], stop_words: Mapping[str, Sequence[Language]], language: Language) -> int:
    return sum(language in stop_words.get(word, ()) for word in words)


def _shares(text: str, control: str) -> bool:
    """Whether a text speaks of the control line: three of its long words in a row of its own words."""
    said = set(_long(text))
    return sum(word in said for word in _long(control)) >= 3


def _long(text: str) -> Sequence[str]:
    return [word.lower() for word in _WORD.findall(text) if len(word) > 4]
