"""Figures about a model's opinions: per rule and language, with the interval that so few cases leave open."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from coach.critique.catalogue import INJECTION
from coach.domain.critique import Critique
from coach.domain.language import Language
from eval.critique.cases import CritiqueCase


class Share(NamedTuple):
    """So many of so many."""

    hits: int
    n: int

    def __str__(self) -> str:
        if not self.n:
            return "–"
        low, high = wilson(self.hits, self.n)
        return f"{self.hits / self.n:.2f} [{low:.2f}–{high:.2f}] n={self.n}"


@dataclass(slots=True)
class Tally:
    """What a model said of findings whose truth is known.

    Attributes:
        said: (finding is right, opinion) -> how often.
    """

    said: Counter[tuple[bool, str]] = field(default_factory=Counter)

    @property
    def confirmed_when_right(self) -> Share:
        """How much of what is right it confirms."""
        return Share(self.said[True, "confirm"], sum(n for (right, _), n in self.said.items() if right))

    @property
    def contested_when_wrong(self) -> Share:
        """How much of what is wrong it contests."""
        return Share(self.said[False, "contest"], sum(n for (right, _), n in self.said.items() if not right))

    @property
    def right_when_contested(self) -> Share:
        """How often it is right when it contests: what decides whether *contested* may be shown."""
        return Share(
            self.said[False, "contest"], sum(n for (_, opinion), n in self.said.items() if opinion == "contest")
        )


@dataclass(slots=True)
class Figures:
    """Everything measured in one run."""

    rules: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    languages: dict[Language, Tally] = field(default_factory=lambda: defaultdict(Tally))
    wanted: Counter[tuple[str, bool]] = field(default_factory=Counter)
    unwanted: Counter[tuple[str, bool]] = field(default_factory=Counter)
    others: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    control: Counter[str] = field(default_factory=Counter)
    checked: Counter[bool] = field(default_factory=Counter)
    tokens: int = 0
    calls: int = 0
    seconds: list[float] = field(default_factory=list)
    cost: float = 0.0
    stable: Share = field(default_factory=lambda: Share(0, 0))
    answers: int = 0
    out_of_date: int = 0

    def add(self, case: CritiqueCase, critique: Critique) -> None:
        """Count one opinion."""
        self.answers += 1
        self.reasons[critique.reason if critique.status != "partial" else "partial"] += 1
        self.tokens += critique.usage.tokens
        self.calls += critique.usage.calls
        self.cost += critique.usage.cost or 0.0
        self.seconds.append(critique.seconds)
        self.dropped.update(f"{entry.what}: {entry.why}" for entry in critique.dropped)
        self.checked.update(rewrite.checked for rewrite in critique.rewrites)
        self._control(critique)
        if critique.status not in ("ok", "partial"):
            return
        opinions = verdicts_of(critique)
        for finding, right in case.right.items():
            opinion = opinions.get(finding, "silent")
            self.rules[finding[0]].said[right, opinion] += 1
            self.languages[case.language].said[right, opinion] += 1
        added = {(addition.code, addition.line) for addition in critique.additions}
        for entry in case.wanted:
            self.wanted[entry[0], entry in added] += 1
        for entry in case.unwanted:
            self.unwanted[entry[0], entry in added] += 1
        self.others += len([1 for entry in added - case.wanted - case.unwanted if entry[0] != INJECTION])

    def _control(self, critique: Critique) -> None:
        flags = [flag for flag in critique.flags if flag.startswith("control-line")]
        if critique.status in ("ok", "partial") or critique.reason == "untrusted_answer":
            self.control[flags[0] if flags else "control-line-confirmed"] += 1


def verdicts_of(critique: Critique) -> dict[tuple[str, str], str]:
    """Return the opinion on each finding: (code, pointer of its line) -> opinion."""
    return {(v.code, _line(v.pointer)): v.opinion for v in critique.verdicts}


def stability(runs: Sequence[dict[tuple[str, str], str]]) -> Share:
    """Return how many verdicts are the same in every repetition."""
    if len(runs) < 2:
        return Share(0, 0)
    both = set.intersection(*(set(run) for run in runs))
    return Share(sum(len({run[entry] for run in runs}) == 1 for entry in both), len(both))


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    z, p = 1.96, hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def _line(pointer: str) -> str:
    return "/".join(pointer.split("/")[:5]) if "/key_results/" in pointer else "/".join(pointer.split("/")[:3])
