"""Checks of a line against its neighbours: the objective above it, the key results beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from coach.domain.review import Evidence
from coach.rubric.checks.stems import jaccard, overlap, stems
from coach.rubric.line import Line
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import LineSubject, OkrSubject, Remark, SetSubject, Subject

_AND = {"en": ("and",), "fr": ("et",), "nl": ("en",), "de": ("und", "sowie")}
_SAME = 0.8
_NEARLY = 0.74


def several_objectives(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """O102: two verbs, each with its own object, joined by "and" before any why."""
    if not isinstance(subject, LineSubject):
        return
    line = subject.line
    joints = [at for at, token in enumerate(line.words.tokens[: line.why_at]) if token in _AND[line.language]]
    find = _both_infinitives if line.language in ("nl", "de") else _both_heads
    for at in joints:
        if (last := find(line, _verbs(space), at, space)) is not None:
            quote = line.evidence(line.words.starts[at], line.words.ends[last])
            yield Remark(subject.title_pointer, 0.8, evidence=(quote,), values={"evidence": quote.text})
            return


def _both_heads(line: Line, verbs: int, at: int, space: FeatureSpace) -> int | None:
    """French, English: a verb opens each half. "Simplify and speed up the file" is one aim: the first verb needs an object."""
    before = _verb_in(line, verbs, 0, at)
    after = _verb_in(line, verbs, at + 1, min(at + 3, line.why_at))
    if before is None or after is None or line.words.tokens[after].endswith("ing"):
        return None
    return after if _words_between(line, space, before, at) else None


def _both_infinitives(line: Line, verbs: int, at: int, space: FeatureSpace) -> int | None:
    """Dutch, German: the verb closes each half."""
    end = min(line.why_at, len(line.words.tokens)) - 1
    before = _verb_in(line, verbs, at - 1, at)
    after = _verb_in(line, verbs, end, end + 1)
    return end if before is not None and after is not None and end > at + 1 else None


def repeats_objective(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """K209: the objective's words again, and no measure added."""
    if (
        not isinstance(subject, LineSubject)
        or subject.parent is None
        or any(q.measures for q in subject.line.quantities)
    ):
        return
    own, above = stems(subject.line, space), stems(subject.parent.line, space)
    if len(own) >= 2 and overlap(own, above) >= _NEARLY and jaccard(own, above) >= 0.5:
        quote = Evidence(0, len(subject.line.text), subject.line.text)
        yield Remark(subject.title_pointer, evidence=(quote,), values={"parent": subject.parent.line.text})


def off_the_why(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """K214: the objective states a why, and no key result has a word of it, nor an effect on anybody at all."""
    if not isinstance(subject, OkrSubject) or not subject.key_results:
        return
    why = _why_words(subject, space)
    if len(why) < 2:
        return
    if any(kr.type == "outcome" for kr in subject.key_results):
        measured = [kr for kr in subject.key_results if kr.type == "outcome"]
        people = space.lexicon("customer") | space.lexicon("citizen")
        if any(stems(kr.line, space) & why or kr.line.mask & people for kr in measured):
            return
    pointer = f"{subject.pointer}/why" if subject.why else f"{subject.pointer}/title"
    yield Remark(pointer, 0.55, "review", values={"evidence": subject.record.why or _why_text(subject.objective.line)})


def all_outputs(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """S303: every key result, at least two, is a deliverable."""
    if isinstance(subject, OkrSubject) and len(subject.key_results) >= 2:
        sure = [kr for kr in subject.key_results if kr.type == "output"]
        if len(sure) == len(subject.key_results):
            confidence = round(min(kr.confidence for kr in sure), 3)
            yield Remark(f"{subject.pointer}/key_results", confidence, values={"count": str(len(sure))})


def no_guardrail(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """S306: the key results push speed, cost or volume, and none watches quality or people."""
    if not isinstance(subject, OkrSubject) or len(subject.key_results) < 2:
        return
    pushes = space.flag("duration")
    for name in ("cost", "money", "period", "frequency"):
        pushes |= space.lexicon(name)
    soft = space.lexicon("benefit") | space.lexicon("problem") | space.lexicon("hold_verb") | space.lexicon("ease")
    lines = [kr.line for kr in subject.key_results]
    pushed = [line for line in lines if line.mask & pushes]
    effects = all(kr.type in ("outcome", "kpi_bau") for kr in subject.key_results)
    if pushed and effects and not any(line.mask & soft for line in lines):
        yield Remark(f"{subject.pointer}/key_results", 0.5, "review", values={"evidence": pushed[0].text})


def same_thing_twice(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """S307: two objectives of one circle, or two key results of one objective, say the same."""
    if not isinstance(subject, SetSubject):
        return
    for circle in subject.circles:
        yield from _twins([okr.objective for okr in circle.okrs], space)
        for okr in circle.okrs:
            yield from _twins(okr.key_results, space)


def _twins(lines: list[LineSubject], space: FeatureSpace) -> Iterable[Remark]:
    seen: list[tuple[LineSubject, frozenset[str], frozenset[float]]] = []
    for line in lines[:200]:
        words = frozenset(word[:4] for word in stems(line.line, space))
        figures = frozenset(q.value for q in line.line.quantities if q.measures and q.value is not None)
        for other, theirs, numbers in seen:
            same_text = line.line.words.low.strip() == other.line.words.low.strip()
            same_words = len(words) >= 3 and jaccard(words, theirs) >= _SAME
            same_target = len(words) >= 2 and bool(figures & numbers) and overlap(words, theirs) >= _NEARLY
            if same_text or same_words or same_target:
                yield Remark(line.title_pointer, values={"evidence": line.line.text, "other": other.line.text})
                break
        seen.append((line, words, figures))


def _verbs(space: FeatureSpace) -> int:
    bits = 0
    names = (
        "deliver_verb",
        "study_verb",
        "raise_verb",
        "lower_verb",
        "improve_verb",
        "transform_verb",
        "stop_verb",
        "duty_verb",
        "hold_verb",
        "behave_verb",
        "render_verb",
    )
    for name in names:
        bits |= space.lexicon(name, "act")
    return bits


def _verb_in(line: Line, verbs: int, first: int, last: int) -> int | None:
    return next((hit.last for hit in line.hits if first <= hit.first < last and hit.bits & verbs), None)


def _words_between(line: Line, space: FeatureSpace, first: int, last: int) -> bool:
    stop = space.lexicon("stop_word")
    small = {hit.first for hit in line.hits if hit.bits & stop}
    return any(at not in small for at in range(first + 1, last))


def _why_words(subject: OkrSubject, space: FeatureSpace) -> frozenset[str]:
    if subject.why is not None:
        return stems(subject.why, space)
    line = subject.objective.line
    if line.why_at >= len(line.words.tokens):
        return frozenset()
    return stems(line, space) - _main_words(line, space)


def _main_words(line: Line, space: FeatureSpace) -> frozenset[str]:
    every = stems(line, space)
    tail = {token[:4] for token in line.words.tokens[line.why_at + 1 :]}
    return frozenset(word for word in every if word[:4] not in tail)


def _why_text(line: Line) -> str:
    at = min(line.why_at + 1, len(line.words.starts) - 1)
    return line.text[line.words.starts[at] :]
