"""`signals`: named reasons add up to a confidence, and the confidence to one of three states."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress

from coach.domain.review import Evidence, Signal, State
from coach.rubric.checks.base import Check, needs_scope
from coach.rubric.judge import Judge, Reason
from coach.rubric.line import Line
from coach.rubric.schema import Rule, SignalsDetect
from coach.rubric.subjects import LineSubject, Remark

_MOST_QUOTES = 3


def compile_signals(rule: Rule, detect: SignalsDetect, judge: Judge, of_type: str | None, rivals: list[str]) -> Check:
    """Compile a signals check.

    Args:
        rule: the rule.
        detect: its thresholds.
        judge: adds up the signals; the check only reads the sum.
        of_type: the type of line the rule is evidence for. Such a rule speaks with the confidence of the type, and is open
            only where that type wins.
        rivals: the other rules of that type; the strongest one speaks.
    """
    needs_scope("signals", rule.scope, "objective", "key_result")
    at, others = judge.at(rule.code), [judge.at(rival) for rival in rivals]
    bias, reasons = judge.reasons(rule.code)
    numeric = [reason for reason in reasons if reason.value is not None]
    plain = [(reason, reason.signal) for reason in reasons if reason.value is None]
    bits = [reason.bit for reason, _ in plain]
    least = math.log(detect.review / (1 - detect.review))

    def remark(subject: LineSubject, confidence: float, *, wins: bool) -> Sequence[Remark]:
        state: State = "open" if wins and confidence >= detect.report else "review"
        line = subject.line
        mask, numbers = line.mask, line.numbers
        fired = list(compress(plain, map(mask.__and__, bits)))
        if numbers:
            fired += [(reason, _measured(reason, numbers)) for reason in numeric if reason.value in numbers]
            fired.sort(key=_by_weight)
        quotes = tuple(_quotes(fired, line))
        values = {"evidence": quotes[0].text} if quotes else {}
        for quote in quotes:
            if quote.of:
                values[quote.of] = quote.text
        said = (bias, *(signal for _, signal in fired))
        return (Remark(subject.title_pointer, round(confidence, 3), state, quotes, said, values),)

    def by_sum(subject: LineSubject) -> Sequence[Remark]:
        z = subject.logits[at]
        return remark(subject, 1 / (1 + math.exp(-z)), wins=True) if z >= least else ()

    def by_type(subject: LineSubject) -> Sequence[Remark]:
        confidence = subject.shares[of_type]  # type: ignore[index]
        if confidence < detect.review or any(subject.logits[other] > subject.logits[at] for other in others):
            return ()
        return remark(subject, confidence, wins=subject.type == of_type)

    return by_type if of_type else by_sum


def _by_weight(fired: tuple[Reason, Signal]) -> float:
    return -fired[1].weight


def _measured(reason: Reason, numbers: Mapping[str, float]) -> Signal:
    number = max(-reason.cap, min(reason.cap, numbers[reason.value or ""]))
    return Signal(reason.signal.id, round(reason.signal.weight * number, 3))


def _quotes(fired: list[tuple[Reason, Signal]], line: Line) -> list[Evidence]:
    """The words behind the strongest reasons for the finding, without overlaps."""
    quotes: list[Evidence] = []
    for reason, signal in fired:
        if signal.weight <= 0 or len(quotes) >= _MOST_QUOTES:
            break
        if reason.value is None and not line.mask & reason.quotes:
            continue
        for quote in _places(reason, line):
            if not quotes or not any(q.of == quote.of and q.start < quote.end and quote.start < q.end for q in quotes):
                quotes.append(quote)
                break
    return quotes


def _places(reason: Reason, line: Line) -> Iterable[Evidence]:
    if reason.value is not None:
        word = line.sources.get(reason.value) or line.mover(reason.value)
        return (word,) if word else ()
    return line.find(reason.quotes) if reason.quotes else ()
