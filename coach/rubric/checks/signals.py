"""`signals`: named reasons add up to a confidence, and the confidence to one of three states."""

from __future__ import annotations

import math
from collections.abc import Iterable

from coach.domain.review import Evidence, Signal, State
from coach.rubric.checks.base import Check, needs_scope
from coach.rubric.judge import Judge
from coach.rubric.schema import Rule, SignalsDetect
from coach.rubric.subjects import LineSubject, Remark, Subject

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
    code = rule.code

    def check(subject: Subject) -> Iterable[Remark]:
        if not isinstance(subject, LineSubject):
            return
        z = subject.logits[code]
        if of_type is None:
            confidence, wins = 1 / (1 + math.exp(-z)), True
        else:
            if any(subject.logits[rival] > z for rival in rivals):
                return
            wins = subject.type == of_type
            confidence = subject.confidence if wins else subject.alternatives.get(of_type, 0.0)
        if confidence < detect.review:
            return
        state: State = "open" if wins and confidence >= detect.report else "review"
        reasons = judge.reasons(code, subject.line)
        quotes = _quotes(judge, subject, reasons)
        values = {"evidence": quotes[0].text} if quotes else {}
        for quote in quotes:
            if quote.of:
                values[quote.of] = quote.text
        yield Remark(subject.title_pointer, round(confidence, 3), state, tuple(quotes), tuple(reasons), values)

    return check


def _quotes(judge: Judge, subject: LineSubject, reasons: list[Signal]) -> list[Evidence]:
    """The words behind the strongest reasons for the finding, without overlaps."""
    quotes: list[Evidence] = []
    for name, weight in sorted(reasons, key=lambda reason: -reason[1]):
        if weight <= 0 or len(quotes) >= _MOST_QUOTES:
            break
        for quote in _places(judge, subject, name):
            if not any(q.of == quote.of and q.start < quote.end and quote.start < q.end for q in quotes):
                quotes.append(quote)
                break
    return quotes


def _places(judge: Judge, subject: LineSubject, name: str) -> Iterable[Evidence]:
    value = judge.value_of(name)
    if value is None:
        return subject.line.find(judge.evidence_bits(name))
    word = subject.line.mover(value)
    return [word] if word else []
