"""What a line is: the signals that fire, the evidence they add up to, and the type that wins."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from coach.domain.review import Kind, Signal
from coach.errors import RubricError
from coach.rubric.conditions import Condition, compile_condition
from coach.rubric.line import Line
from coach.rubric.schema import Nature, Rule, Scorer, SignalsDetect
from coach.rubric.schema import Signal as SignalSpec
from coach.rubric.space import FeatureSpace


class Judgement(NamedTuple):
    """What a line is: the winning type, how sure that is, the other types, and the log-odds of every rule."""

    type: str | None
    confidence: float
    alternatives: dict[str, float]
    logits: dict[str, float]
    shares: dict[str, float]


class _Row(NamedTuple):
    """A compiled signal: its bit, its condition, and what it adds to which scorer."""

    bit: int
    first: int
    rest: tuple[int, ...]
    none: int
    adds: tuple[tuple[int, float], ...]


class Judge:
    """Judges lines of one kind. Signals are tested once; every rule only adds up those that fired."""

    def __init__(
        self,
        kind: Kind,
        rules: Mapping[str, Rule],
        signals: tuple[SignalSpec, ...],
        nature: Nature | None,
        space: FeatureSpace,
    ) -> None:
        self._space = space
        self._scorers: list[tuple[str, float, Mapping[str, float]]] = [
            (rule.code, rule.detect.bias, rule.detect.signals)
            for rule in rules.values()
            if isinstance(rule.detect, SignalsDetect) and rule.scope == kind
        ]
        index = {name: at for at, (name, _, _) in enumerate(self._scorers)}
        self._types: list[tuple[str, tuple[int, ...]]] = []
        for name, scorer in nature.types.items() if nature else ():
            self._types.append((name, self._of_type(name, scorer, index)))
        self._sharpness = nature.sharpness if nature else 1.0
        self._biases = [bias for _, bias, _ in self._scorers]
        self._type_flags = {name: space.flag(f"type-{name}") for name, _ in self._types}
        #: Signals that ask for the type and therefore fire after it is known.
        self.late = late = self._late_signals(signals, kind)
        mine = [signal for signal in signals if kind in signal.kinds]
        self._known = {signal.id for signal in mine}
        self._check_names()
        self._early = [self._row(s) for s in mine if s.when is not None and s.id not in late]
        self._late = [self._row(s) for s in mine if s.when is not None and s.id in late]
        self._numeric = [
            (s.id, s.value, s.cap, self._adds(s.id)) for s in mine if s.value is not None and s.cap is not None
        ]
        self._mute = {signal.id for signal in mine if not signal.quotes}
        self._evidence: dict[str, int] = {}
        for signal in mine:
            if signal.when is not None:
                self._evidence[signal.id] = self._positive(signal)

    def judge(self, line: Line) -> Judgement:
        """Fire the signals of a line, add its mask, and return what the line is."""
        z = self._biases.copy()
        mask = _fire(self._early, line.mask, z)
        for _, value, cap, adds in self._numeric:
            number = line.numbers.get(value)
            if number is not None:
                capped = max(-cap, min(cap, number))
                for scorer, weight in adds:
                    z[scorer] += weight * capped
        winner, shares = self._winner(z)
        if winner is not None:
            mask |= self._type_flags[winner]
        line.mask = _fire(self._late, mask, z)
        logits = {name: z[at] for at, (name, _, _) in enumerate(self._scorers)}
        others = {name: share for name, share in shares.items() if name != winner}
        return Judgement(winner, shares[winner] if winner else 0.0, others, logits, shares)

    def reasons(self, code: str, line: Line) -> list[Signal]:
        """Return the signals that fired for a rule, with what each added, the bias first."""
        _, bias, weights = next(scorer for scorer in self._scorers if scorer[0] == code)
        reasons = [Signal("bias", bias)]
        for name, weight in weights.items():
            if name in self._evidence and line.mask & self._space.signal(name):
                reasons.append(Signal(name, weight))
        for name, value, cap, _ in self._numeric:
            if name in weights and value in line.numbers:
                reasons.append(Signal(name, round(weights[name] * max(-cap, min(cap, line.numbers[value])), 3)))
        return reasons

    def evidence_bits(self, name: str) -> int:
        """Return the features whose places a fired signal quotes."""
        return 0 if name in self._mute else self._evidence.get(name, 0)

    def type_logits(self, logits: Mapping[str, float]) -> dict[str, float]:
        """Return the log-odds of every type, for fitting: those of its strongest scorer."""
        return {name: max(logits[self._scorers[at][0]] for at in scorers) for name, scorers in self._types}

    def value_of(self, name: str) -> str | None:
        """Return the name of the number a signal reads, or None for one with a condition."""
        return next((value for signal, value, _, _ in self._numeric if signal == name), None)

    def _winner(self, z: list[float]) -> tuple[str | None, dict[str, float]]:
        if not self._types:
            return None, {}
        logits = [max(z[at] for at in scorers) for _, scorers in self._types]
        top = max(logits)
        odds = [math.exp((value - top) * self._sharpness) for value in logits]
        total = sum(odds)
        shares = {name: value / total for (name, _), value in zip(self._types, odds, strict=True)}
        return self._types[logits.index(top)][0], shares

    def _of_type(self, name: str, scorer: Scorer, index: Mapping[str, int]) -> tuple[int, ...]:
        if missing := [code for code in scorer.rules if code not in index]:
            raise RubricError(f"type {name!r} names {missing[0]}, which is no signals rule of this kind")
        at = [index[code] for code in scorer.rules]
        if scorer.signals:
            self._scorers.append((f"type:{name}", scorer.bias or 0.0, scorer.signals))
            at.append(len(self._scorers) - 1)
        if not at:
            raise RubricError(f"type {name!r} has neither rules nor signals")
        return tuple(at)

    def _adds(self, signal: str) -> tuple[tuple[int, float], ...]:
        return tuple((at, weights[signal]) for at, (_, _, weights) in enumerate(self._scorers) if signal in weights)

    def _row(self, signal: SignalSpec) -> _Row:
        condition = self._condition(signal)
        first = condition.clauses[0] if condition.clauses else -1
        return _Row(self._space.signal(signal.id), first, condition.clauses[1:], condition.none, self._adds(signal.id))

    def _condition(self, signal: SignalSpec) -> Condition:
        try:
            return compile_condition(signal.when or {}, self._space)
        except RubricError as error:
            raise RubricError(f"signal {signal.id!r}: {error.message}") from None

    def _positive(self, signal: SignalSpec) -> int:
        """The features a signal asks for, those of the signals it builds on included."""
        bits = 0
        for clause in self._condition(signal).clauses:
            bits |= clause
        for name, inner in self._evidence.items():
            if bits & self._space.signal(name):
                bits |= inner
        return bits

    def _late_signals(self, signals: tuple[SignalSpec, ...], kind: Kind) -> set[str]:
        """Signals that ask for the type, directly or through another signal, fire after it is known."""
        types = 0
        for flag in self._type_flags.values():
            types |= flag
        late: set[str] = set()
        for signal in signals:
            if signal.when is None or kind not in signal.kinds:
                continue
            condition = self._condition(signal)
            asked = condition.none
            for clause in condition.clauses:
                asked |= clause
            if asked & types or any(asked & self._space.signal(name) for name in late):
                late.add(signal.id)
        return late

    def _check_names(self) -> None:
        for name, _, weights in self._scorers:
            if unknown := [signal for signal in weights if signal not in self._known]:
                self._space.signal(unknown[0])  # names the nearest one when it does not exist at all
                raise RubricError(f"{name} weighs the signal {unknown[0]!r}, which is not for this kind of line")


def _fire(rows: list[_Row], mask: int, z: list[float]) -> int:
    for bit, first, rest, none, adds in rows:
        if mask & first and not mask & none:
            for clause in rest:
                if not mask & clause:
                    break
            else:
                mask |= bit
                for scorer, weight in adds:
                    z[scorer] += weight
    return mask
