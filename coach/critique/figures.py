"""Figures that a model made up: they become placeholders, because only the author can know them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from coach.domain.language import Language
from coach.rubric.engine import Engine
from coach.rubric.numerals import read_numeral

_FIGURE = re.compile(r"\d{1,3}(?:[.,'’\u00a0\u202f ]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2})?|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_HELD = re.compile(r"⟨[^⟨⟩]*⟩|\[[A-Z]+_\d+\]|\b[OP]\d+(?:\.KR\d+)?\b|\bKR ?\d+\b")
_UNIT = re.compile(r"[ \u00a0\u202f]?(?:[%‰€$£]|percent|pour cent|procent|Prozent)")
_SMALL = 20


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its offsets without the unit, its value, and whether it is a bare number."""

    start: int
    end: int
    value: float | None
    bare: bool


class Figures:
    """Reads figures in one language, in digits and in words, as the rubric does.

    Args:
        engine: the rubric.
        language: of the texts.
        sources: the texts whose figures are known.
    """

    def __init__(self, engine: Engine, language: Language, sources: Iterable[str]) -> None:
        self._reader = engine.reader
        self._language = language
        self._known: set[float] = set()
        for text in sources:
            self._known |= {figure.value for figure in self._of(text) if figure.value is not None}
            self._known |= {float(digits) for digits in re.findall(r"\d+", _western(text))}

    def without(self, text: str, placeholder: str, *, counting: bool = False) -> tuple[str, int]:
        """Return the text with every unknown figure replaced, and how many there were.

        Args:
            text: what the model wrote.
            placeholder: what stands for a figure.
            counting: leave small bare numbers alone ("two of the 3 key results").
        """
        held = [match.span() for match in _HELD.finditer(text)]
        out: list[str] = []
        at = replaced = 0
        for figure in self._of(text):
            inside = any(a <= figure.start < b for a, b in held)
            small = counting and figure.bare and figure.value is not None and figure.value <= _SMALL
            if figure.start < at or inside or small or self._knows(text, figure):
                continue
            out += [text[at : figure.start], placeholder]
            at = figure.end
            replaced += 1
        return "".join([*out, text[at:]]), replaced

    def _knows(self, text: str, figure: Figure) -> bool:
        if figure.value is None:  # a date, or digits nobody can read
            return all(
                float(digits) in self._known for digits in re.findall(r"\d+", _western(text[figure.start : figure.end]))
            )
        return figure.value in self._known

    def _of(self, text: str) -> list[Figure]:
        found = [Figure(m.start(), m.end(), None, bare=False) for m in _DATE.finditer(text)]
        for match in _FIGURE.finditer(text):
            if not _within(match.start(), found):
                value = read_numeral(_western(match[0]), self._language).value
                found.append(Figure(match.start(), match.end(), value, bare=_UNIT.match(text, match.end()) is None))
        found += [figure for figure in self._in_words(text) if not _within(figure.start, found)]
        return sorted(found, key=lambda figure: figure.start)

    def _in_words(self, text: str) -> Iterator[Figure]:
        line = self._reader.annotate(text, self._language)
        if line.words.offsets is not None:  # lower case has another length than the text
            return
        for quantity in line.quantities:
            words = text[quantity.start : quantity.end]
            share = quantity.kind == "ratio" and quantity.value not in (None, 1.0)
            count = quantity.kind in ("word", "number", "percent") and (quantity.value or 0) >= 2
            if any(c.isdigit() for c in words) or not (share or count):
                continue
            number = re.match(r"[^\s%]+", words) if quantity.kind == "percent" else None
            end = quantity.start + number.end() if number else quantity.end
            yield Figure(quantity.start, end, quantity.value, bare=not (share or number))


def _within(start: int, found: Iterable[Figure]) -> bool:
    return any(figure.start <= start < figure.end for figure in found)


def _western(text: str) -> str:
    """Digits of other scripts and widths as ours."""
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)
