"""Checks of a line against its neighbours: the objective above it, the key results beside it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from coach.domain.review import Evidence
from coach.errors import RubricError
from coach.rubric.checks.base import NOTHING, Gated, Params, bits
from coach.rubric.checks.stems import Stems, jaccard, overlap, stemmer
from coach.rubric.line import Line
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import LineSubject, OkrSubject, Remark

_AND = {"en": ("and",), "fr": ("et",), "nl": ("en",), "de": ("und", "sowie")}
_VERBS = (
    "deliver_verb", "study_verb", "raise_verb", "lower_verb", "improve_verb", "transform_verb", "stop_verb", "duty_verb",
    "hold_verb", "behave_verb", "render_verb",
)  # fmt: skip
_NEARLY = 0.74


def several_objectives(params: Params, space: FeatureSpace) -> Gated:
    """O102: two verbs, each with its own object, joined by "and" before any why."""
    verbs, stop = bits(space, *_VERBS, part="act"), space.lexicon("stop_word")

    def check(subject: LineSubject) -> Sequence[Remark]:
        line = subject.line
        joints = _AND[line.language]
        for at, token in enumerate(line.words.tokens[: line.why_at]):
            if token not in joints:
                continue
            closing = line.language in ("nl", "de")
            last = _both_infinitives(line, verbs, at) if closing else _both_heads(line, verbs, at, stop)
            if last is not None:
                quote = line.evidence(line.words.starts[at], line.words.ends[last])
                return (Remark(subject.title_pointer, 0.8, evidence=(quote,), values={"evidence": quote.text}),)
        return NOTHING

    return Gated(check, verbs)


def repeats_objective(params: Params, space: FeatureSpace) -> Gated:
    """K209: the objective's words again, and no measure added."""
    stems = stemmer(space)

    def check(subject: LineSubject) -> Sequence[Remark]:
        if subject.parent is None or any(q.measures for q in subject.line.quantities):
            return NOTHING
        own, above = stems(subject.line), stems(subject.parent.line)
        if len(own) < 2 or overlap(own, above) < _NEARLY or jaccard(own, above) < 0.5:
            return NOTHING
        quote = Evidence(0, len(subject.line.text), subject.line.text)
        return (Remark(subject.title_pointer, evidence=(quote,), values={"parent": subject.parent.line.text}),)

    return Gated(check, space.flag("context-parent"))


def off_the_why(params: Params, space: FeatureSpace) -> Gated:
    """K214: the objective states a why, and no key result has a word of it, nor an effect on people."""
    stems, people = stemmer(space), bits(space, "customer", "citizen") | _behaviour(space)

    def check(subject: OkrSubject) -> Sequence[Remark]:
        why = _why_words(subject, stems)
        if len(why) < 2 or not subject.key_results:
            return NOTHING
        effects = [kr for kr in subject.key_results if kr.type == "outcome"]
        if any(stems(kr.line) & why or kr.line.mask & people for kr in effects):
            return NOTHING
        pointer = f"{subject.pointer}/why" if subject.why else f"{subject.pointer}/title"
        words = subject.record.why or _why_text(subject.objective.line)
        return (Remark(pointer, 0.55, "review", values={"evidence": words}),)

    return Gated(check)


def _behaviour(space: FeatureSpace) -> int:
    """Signals of people who do something, where the rubric has them."""
    found = 0
    for name in ("people-act", "share-of-people"):
        with contextlib.suppress(RubricError):
            found |= space.signal(name)
    return found


def all_outputs(params: Params, space: FeatureSpace) -> Gated:
    """S303: every key result, at least two, is a deliverable."""

    def check(subject: OkrSubject) -> Sequence[Remark]:
        results = subject.key_results
        if len(results) < 2 or any(kr.type != "output" for kr in results):
            return NOTHING
        confidence = round(min(kr.confidence for kr in results), 3)
        return (Remark(f"{subject.pointer}/key_results", confidence, values={"count": str(len(results))}),)

    return Gated(check)


def no_guardrail(params: Params, space: FeatureSpace) -> Gated:
    """S306: the key results push speed, cost or volume, and none watches quality or people."""
    lasts, priced = space.flag("duration"), bits(space, "cost", "money", place="main")
    opens = bits(space, "cost", "money", place="head")
    moves = bits(space, "raise_verb", "lower_verb", place="head") | bits(
        space, "raise_verb", "lower_verb", place="tail"
    )
    watches = bits(space, "benefit", "problem", "hold_verb", "ease") | space.flag("range")

    def pushes(mask: int) -> bool:
        """Whether a line is about how long something takes, or moves what it costs or brings in."""
        return bool(mask & (lasts | opens)) or bool(mask & priced and mask & moves)

    def check(subject: OkrSubject) -> Sequence[Remark]:
        results = subject.key_results
        if len(results) < 2 or any(kr.type not in ("outcome", "kpi_bau") or kr.line.mask & watches for kr in results):
            return NOTHING
        pushed = next((kr.line for kr in results if pushes(kr.line.mask)), None)
        if pushed is None:
            return NOTHING
        return (Remark(f"{subject.pointer}/key_results", 0.5, "review", values={"evidence": pushed.text}),)

    return Gated(check)


def _both_heads(line: Line, verbs: int, at: int, stop: int) -> int | None:
    """French, English: a verb opens each half. "Simplify and speed up the file" is one aim: the first verb needs an object."""
    before = _verb_in(line, verbs, 0, at)
    after = _verb_in(line, verbs, at + 1, min(at + 3, line.why_at))
    if before is None or after is None or line.words.tokens[after].endswith("ing"):
        return None
    small = {hit.first for hit in line.hits if hit.bits & stop}
    return after if any(word not in small for word in range(before + 1, at)) else None


def _both_infinitives(line: Line, verbs: int, at: int) -> int | None:
    """Dutch, German: the verb closes each half."""
    end = min(line.why_at, len(line.words.tokens)) - 1
    before = _verb_in(line, verbs, at - 1, at)
    after = _verb_in(line, verbs, end, end + 1)
    return end if before is not None and after is not None and end > at + 1 else None


def _verb_in(line: Line, verbs: int, first: int, last: int) -> int | None:
    return next((hit.last for hit in line.hits if first <= hit.first < last and hit.bits & verbs), None)


def _why_words(subject: OkrSubject, stems: Stems) -> frozenset[str]:
    if subject.why is not None:
        return stems(subject.why)
    line = subject.objective.line
    tail = {token[:4] for token in line.words.tokens[line.why_at + 1 :]}
    return frozenset(word for word in stems(line) if word[:4] in tail) if tail else frozenset()


def _why_text(line: Line) -> str:
    at = min(line.why_at + 1, len(line.words.starts) - 1)
    return line.text[line.words.starts[at] :]
