"""What a line is: the signals that fire, the evidence they add up to, and the type that wins."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import compress
from typing import NamedTuple

from coach.domain.review import Kind, Signal
from coach.errors import RubricError
from coach.rubric.conditions import Condition, compile_condition
from coach.rubric.line import Line
from coach.rubric.schema import Nature, Rule, Scorer, SignalsDetect
from coach.rubric.schema import Signal as SignalSpec
from coach.rubric.space import FeatureSpace


class Judgement(NamedTuple):
    """What a line is: the winning type, the confidence of every type, and the log-odds of every scorer (see `Judge.at`)."""

    type: str | None
    shares: dict[str, float]
    logits: list[float]


class _Row(NamedTuple):
    """A compiled signal: its bit, its condition, and what it adds to which scorer."""

    bit: int
    first: int
    rest: tuple[int, ...]
    none: int
    adds: tuple[tuple[int, float], ...]


class Reason(NamedTuple):
    """A signal as one rule weighs it: its bit, what it says, and the features whose places it quotes."""

    bit: int
    signal: Signal
    quotes: int
    value: str | None
    cap: float


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
        simple, early, late_rows = self._rows(mine, late)
        self._asked = [first for first, _, _ in simple]
        self._simple = [(bit, adds) for _, bit, adds in simple]
        self._early, self._late = _Stage(early), _Stage(late_rows)
        self._numeric = [(s.value, s.cap, self._adds(s.id)) for s in mine if s.value is not None and s.cap is not None]
        self._evidence: dict[str, int] = {}
        for signal in mine:
            if signal.when is not None:
                self._evidence[signal.id] = self._positive(signal)
        self._by_id = {signal.id: signal for signal in mine}

    def at(self, code: str) -> int:
        """Return the index of a rule among the log-odds of a judgement."""
        return next(index for index, (name, _, _) in enumerate(self._scorers) if name == code)

    def judge(self, line: Line) -> Judgement:
        """Fire the signals of a line, add them to its mask, and return what the line is."""
        z = self._biases.copy()
        mask = line.mask
        fired = 0
        # `compress` tests the questions, most of which are answered no, without a step of the interpreter for each.
        for bit, adds in compress(self._simple, map(mask.__and__, self._asked)):
            fired |= bit
            for scorer, weight in adds:
                z[scorer] += weight
        mask = self._early.fire(mask | fired, z)
        numbers = line.numbers
        if numbers:
            for value, cap, adds in self._numeric:
                number = numbers.get(value)
                if number is not None:
                    capped = max(-cap, min(cap, number))
                    for scorer, weight in adds:
                        z[scorer] += weight * capped
        winner, shares = self._winner(z)
        if winner is not None:
            mask |= self._type_flags[winner]
        line.mask = self._late.fire(mask, z)
        return Judgement(winner, shares, z)

    def reasons(self, code: str) -> tuple[Signal, list[Reason]]:
        """Return the bias of a rule, and every signal it weighs, the heaviest first."""
        _, bias, weights = self._scorers[self.at(code)]
        reasons = []
        for name, weight in sorted(weights.items(), key=lambda item: -item[1]):
            spec = self._by_id[name]
            quotes = self._evidence.get(name, 0) if spec.quotes else 0
            reasons.append(Reason(self._space.signal(name), Signal(name, weight), quotes, spec.value, spec.cap or 0.0))
        return Signal("bias", bias), reasons

    def type_logits(self, logits: Sequence[float]) -> dict[str, float]:
        """Return the log-odds of every type, for fitting: those of its strongest scorer."""
        return {name: max(logits[at] for at in scorers) for name, scorers in self._types}

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

    def _rows(
        self, signals: Sequence[SignalSpec], late: set[str]
    ) -> tuple[list[tuple[int, int, tuple[tuple[int, float], ...]]], list[_Row], list[_Row]]:
        """Sort the conditions: single questions about the line itself, those that build on others, and the late ones."""
        own = 0
        for signal in signals:
            own |= self._space.signal(signal.id)
        simple, early, late_rows = [], [], []
        for signal in signals:
            if signal.when is None:
                continue
            row = self._row(signal)
            if signal.id in late:
                late_rows.append(row)
            elif row.rest or row.none or row.first & own or row.first == -1:
                early.append(row)
            else:
                simple.append((row.first, row.bit, row.adds))
        return simple, early, late_rows

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


class _Stage:
    """Signals that may build on each other, in their order."""

    def __init__(self, rows: list[_Row]) -> None:
        self._rows = rows
        self._asked = [row.first for row in rows]
        self._own = 0
        for row in rows:
            self._own |= row.bit

    def fire(self, mask: int, z: list[float]) -> int:
        """Add what fires to the log-odds, and return the features with it."""
        # What no feature and no signal of this stage can wake is passed over.
        for bit, first, rest, none, adds in compress(self._rows, map((mask | self._own).__and__, self._asked)):
            if mask & first and not mask & none:
                for clause in rest:
                    if not mask & clause:
                        break
                else:
                    mask |= bit
                    for scorer, weight in adds:
                        z[scorer] += weight
        return mask
