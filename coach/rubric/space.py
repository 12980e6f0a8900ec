"""The feature space: every yes-or-no question about a line has one bit of one integer.

A word class has a bit per part (`act`, `done`, `noun` for verbs) and per place: anywhere, at the head of the line, at its
tail, before the purpose clause, inside it, right after a figure, after a share ("80 % of …"). Flags and signals have one
bit each. Testing a condition is then one `&`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from coach.errors import RubricError

Place = Literal["any", "head", "tail", "main", "why", "counted", "share"]
PLACES: tuple[Place, ...] = get_args(Place)
PARTS = ("act", "done", "noun")

#: What a line can have besides words; see `features.py` for what each one means.
FLAGS = (
    "number", "percent", "money", "ratio", "score", "multiplier", "relative", "limit", "range", "from-to", "arrow", "baseline", "quantified",
    "date", "deadline", "duration", "several-figures", "starts-with-figure", "ends-with-figure", "label-number", "descending", "digits",
    "purpose", "why-first", "colon", "question", "parenthesis", "slash", "short", "medium", "long", "one-word", "list", "and", "no-digit", "placeholder",
    "first-person", "copula",
    "field-baseline", "field-target", "field-due", "field-owner", "field-source", "field-unit", "field-why", "field-baseline-by", "field-correct",
    "context-circle", "context-parent", "accountability-match", "purpose-match", "metric-match", "metric-in-band", "metric-off-band", "checklist-match",
    "target-in-band", "target-equals-baseline",
    "lang-en", "lang-fr", "lang-nl", "lang-de",
    "parent-is-vague", "parent-is-kpi", "parent-is-project", "parent-is-bau", "parent-is-transformational", "parent-is-strategy",
    "type-outcome", "type-output", "type-kpi_bau", "type-vague", "type-transformational", "type-bau", "type-kpi", "type-project", "type-strategy",
)  # fmt: skip


class FeatureSpace:
    """The bits of one rubric.

    Args:
        classes: kind (`verb` or `word`) of every word class.
        signals: ids of all signals.
    """

    def __init__(self, classes: Mapping[str, str], signals: Iterable[str]) -> None:
        names = []
        for name, kind in sorted(classes.items()):
            names += [f"{name}.{part}" for part in PARTS] if kind == "verb" else [name]
        self.lexemes = {name: index for index, name in enumerate(names)}
        self.width = len(names)
        self._classes = dict(classes)
        base = self.width * len(PLACES)
        self._flags = {name: 1 << (base + index) for index, name in enumerate(FLAGS)}
        base += len(FLAGS)
        self._signals = {name: 1 << (base + index) for index, name in enumerate(signals)}
        self.shift: dict[Place, int] = {place: index * self.width for index, place in enumerate(PLACES)}
        self.everywhere = (1 << self.width) - 1

    def lexicon(self, name: str, part: str | None = None, place: Place = "any") -> int:
        """Return the bits of a word class; without `part` all parts of a verb.

        Raises:
            RubricError: there is no such class or part.
        """
        kind = self._classes.get(name)
        if kind is None:
            raise RubricError(f"there is no lexicon {name!r}{_near(name, self._classes)}")
        if part is not None and (kind != "verb" or part not in PARTS):
            raise RubricError(f"lexicon {name!r} has no part {part!r}")
        parts = (part,) if part else PARTS
        keys = [f"{name}.{p}" for p in parts] if kind == "verb" else [name]
        bits = 0
        for key in keys:
            bits |= 1 << self.lexemes[key]
        return bits << self.shift[place]

    def verbs_and(self, *words: str) -> int:
        """Return the bits of all classes of verbs, and of those of these classes of words that there are."""
        wanted = (name for name, kind in self._classes.items() if kind == "verb" or name in words)
        return sum(self.lexicon(name) for name in wanted)

    def flag(self, name: str) -> int:
        """Return the bit of a flag; RubricError when there is none of that name."""
        if name not in self._flags:
            raise RubricError(f"there is no feature {name!r}{_near(name, self._flags)}")
        return self._flags[name]

    def knows_signal(self, name: str) -> bool:
        """Tell whether there is a signal of that name."""
        return name in self._signals

    def signal(self, name: str) -> int:
        """Return the bit of a signal; RubricError when there is none of that name."""
        if name not in self._signals:
            raise RubricError(f"there is no signal {name!r}{_near(name, self._signals)}")
        return self._signals[name]


def _near(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
