"""Checks of the figures in a key result."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from coach.domain.okr_set import KeyResult
from coach.rubric.numerals import read_numeral
from coach.rubric.quantities import Quantity
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import LineSubject, Remark, Subject

_DIGITS = re.compile(r"\d[\d.,'’ \u00a0\u202f]*\d|\d")


def ambiguous_number(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """K206: a figure that can be read in two ways, or in none; never a count of people, nor a figure in a clear series."""
    if not isinstance(subject, LineSubject):
        return
    counted = space.shift["counted"]
    people = 0
    for name in ("customer", "citizen", "staff", "partner", "candidate", "deliverable", "activity", "problem"):
        people |= space.lexicon(name)
    for q in subject.line.quantities:
        unreadable = q.value is None and q.measures and q.kind == "number"
        if not (unreadable or q.ambiguous) or q.kind in ("score", "ratio"):
            continue
        counts = any(hit.bits >> counted & people for hit in subject.line.hits if q.last < hit.first <= q.last + 2)
        settled = any(
            o is not q and o.measures and o.value is not None and o.value >= 100 and not o.ambiguous
            for o in subject.line.quantities
        )
        if unreadable or not (counts or settled):
            digits = _DIGITS.search(subject.line.words.low, q.start, q.end)
            quote = subject.line.evidence(*(digits.span() if digits else (q.start, q.end)))
            yield Remark(
                subject.title_pointer, evidence=(quote,), values={"number": quote.text, "evidence": quote.text}
            )
            return


def several_measures(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """K207: two targets, each with its own measure, in one line."""
    if not isinstance(subject, LineSubject) or not isinstance(subject.record, KeyResult):
        return
    line = subject.line
    if line.mask & (space.flag("from-to") | space.flag("range")) and _targets(line.quantities) <= 2:
        return
    naming = 0
    for name in ("measure", "money", "cost", "problem", "benefit", "service_level"):
        naming |= space.lexicon(name)
    joints = [at for at, token in enumerate(line.words.tokens) if token in ("and", "et", "en", "und")]
    for at in joints:
        left = [q for q in line.quantities if q.measures and q.last < at]
        right = [q for q in line.quantities if q.measures and q.first > at]
        named_left = any(hit.bits & naming for hit in line.hits if hit.last < at)
        named_right = bool(right) and right[0].first > at + 1  # words stand between "and" and the second figure
        if left and right and named_left and named_right:
            quote = line.evidence(line.words.starts[at], line.words.ends[right[0].last])
            yield Remark(subject.title_pointer, 0.75, evidence=(quote,), values={"evidence": quote.text})
            return


def target_direction(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """K210: the target is the starting value, or lies on the wrong side of it for what the words say."""
    if not isinstance(subject, LineSubject) or not isinstance(subject.record, KeyResult):
        return
    line = subject.line
    pair = _fields(subject.record, subject) or _from_to(line.quantities, space.flag("from-to"), line.mask)
    if pair is None:
        return
    start, goal = pair
    up = bool(line.mask & _leading(space, "raise_verb"))
    down = bool(line.mask & _leading(space, "lower_verb"))
    wrong = (up and not down and goal < start) or (down and not up and goal > start)
    # "Increase ... by lowering" and rates of bad things make a verb's direction unsure; equal values are certain.
    if goal == start and not line.mask & space.lexicon("hold_verb"):
        yield Remark(f"{subject.pointer}/target" if subject.record.target is not None else subject.title_pointer)
    elif wrong:
        yield Remark(subject.title_pointer, 0.85)


def _leading(space: FeatureSpace, name: str) -> int:
    """A verb that opens the line, or closes it in Dutch and German: only there does it say what the figures do."""
    return space.lexicon(name, "act", "head") | space.lexicon(name, "act", "tail")


def relative_without_base(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """K211: "+20 %", "halved": of what, counted from where?"""
    if not isinstance(subject, LineSubject) or not isinstance(subject.record, KeyResult):
        return
    line = subject.line
    known = (
        space.flag("baseline") | space.flag("from-to") | space.flag("field-baseline") | space.flag("field-baseline-by")
    )
    several = sum(q.measures for q in line.quantities) > 1
    if subject.type != "outcome" or several or not line.mask & space.flag("relative") or line.mask & known:
        return
    quote = next(iter(line.find(space.flag("relative") | space.lexicon("multiplier"))), None)
    if quote is not None:
        yield Remark(subject.title_pointer, 0.85, evidence=(quote,), values={"evidence": quote.text})


def vanity(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """K212: views, followers, downloads, as the thing that is counted."""
    if (
        isinstance(subject, LineSubject)
        and subject.type == "outcome"
        and not subject.line.mask & space.lexicon("behave_verb", None, "main")
    ):
        quote = next(iter(subject.line.find(space.lexicon("vanity", None, "main"))), None)
        if quote is not None:
            yield Remark(subject.title_pointer, 0.7, evidence=(quote,), values={"evidence": quote.text})


def unnamed_instrument(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """K213: satisfaction, trust or wellbeing with a figure, and no word on how it is measured."""
    if not isinstance(subject, LineSubject) or not isinstance(subject.record, KeyResult):
        return
    line = subject.line
    felt = space.lexicon("felt", None, "main")
    if (
        line.mask & felt
        and line.mask & space.flag("quantified")
        and not line.mask & space.lexicon("instrument")
        and not subject.record.source
    ):
        quote = next(iter(line.find(felt)))
        yield Remark(subject.title_pointer, 0.8, evidence=(quote,), values={"evidence": quote.text})


def _targets(quantities: list[Quantity]) -> int:
    return sum(q.measures for q in quantities)


def _fields(record: KeyResult, subject: LineSubject) -> tuple[float, float] | None:
    start, goal = record.baseline, record.target
    values = []
    for value in (start, goal):
        if isinstance(value, str):
            value = read_numeral(value.strip().strip("%€$£ \u00a0\u202f"), subject.line.language).value
        if value is None:
            return None
        values.append(float(value))
    return values[0], values[1]


def _from_to(quantities: list[Quantity], flag: int, mask: int) -> tuple[float, float] | None:
    measures = [q for q in quantities if q.measures and q.value is not None]
    if mask & flag and len(measures) == 2 and measures[0].value is not None and measures[1].value is not None:
        return measures[0].value, measures[1].value
    return None
