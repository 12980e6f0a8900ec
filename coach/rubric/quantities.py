"""Finding the figures in a line and saying what each one is: a measure, a ratio, a date, or only a label."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from coach.domain.language import Language
from coach.rubric.numerals import read_numeral
from coach.rubric.text import Words

QuantityKind = Literal["number", "percent", "money", "ratio", "score", "multiplier", "word", "date", "label"]

_SPACE = "[ \u00a0\u202f\u2009]"
_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(
    rf"""(?P<sign>(?:(?<![-–=>])[<>≥≤]=?|[+\-−–±~≈](?!>)){_SPACE}?)?
    (?P<currency>[€$£]{_SPACE}?|(?:eur|chf|usd){_SPACE})?
    (?<![^\W_])(?P<digits>\d{{1,3}}(?:(?:{_SPACE}|['’])\d{{3}})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)
    (?P<suffix>{_SPACE}?(?:%|‰|(?:k|m|mio\.?|mrd\.?){_SPACE}?(?:€|\$|eur\b|chf\b)|€|\$|£|(?:eur|euros?|chf)\b|x\b|×|k\b|h\b|s\b|ms\b|min\b))?
    (?P<over>{_SPACE}?/{_SPACE}?\d+(?:[.,]\d+)?(?![\d/]))?""",
    re.VERBOSE,
)
_DATE = re.compile(
    r"(?<![\d.,/])(?:\d{4}-\d{2}(?:-\d{2})?|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}\.\d{1,2}\.(?!\d)|\d{1,2}[:h]\d{2}(?!\d)|24/7|\d{1,2}h?/24)(?![\d/])"
)
_DATE_SIGN = re.compile(r"\d[-./:h]\d|\d\.\s")
_APART = re.compile(r"[;:()]")
_WHOLES = {5.0, 6.0, 7.0, 10.0, 20.0, 100.0}
_YEAR = range(1990, 2100)


@dataclass(slots=True)
class Quantity:
    """One figure of a line.

    Attributes:
        start: first offset, in the lower-case text.
        end: offset after the last character, unit included.
        value: the number; for a ratio the quotient; None where the figure cannot be read.
        kind: what it is; `date` and `label` are no measures.
        sign: the comparison or change in front of it: one of `< > + - ~` or empty.
        first: index of the first word it covers.
        last: index of the last word it covers.
        ambiguous: two readings are plausible ("1.600").
    """

    start: int
    end: int
    value: float | None
    kind: QuantityKind
    sign: str
    first: int
    last: int
    ambiguous: bool = False

    @property
    def measures(self) -> bool:
        """Whether the figure says how much, rather than when or which."""
        return self.kind != "date" and self.kind != "label"


class NumberWords:
    """The number words of one language, from `lexicons/numbers.yaml`."""

    def __init__(self, language: Language, data: dict[str, Any], months: frozenset[str]) -> None:
        self.language = language
        self.values: dict[str, float] = _with_compounds(data["values"], data.get("joined_by"))
        self.fractions: dict[str, float] = data["fractions"]
        self.ordinals: dict[str, float] = data["ordinals"]
        self.one = frozenset(data["one"])
        self.indefinite = frozenset(data.get("indefinite", ()))  # spellings that are only ever an article
        self.every = frozenset(data["every"])
        self.out_of = frozenset(data["out_of"])
        self.articles = frozenset(data["articles"])
        self.percent = frozenset(data["percent"])
        self.points = frozenset(data["points"])
        self.to = frozenset(data["to"])
        self.start = frozenset(data["from"])
        self.by = frozenset(data["by"])
        self.ranges = frozenset(data["ranges"])
        self.labels = frozenset(data["labels"])
        self.quarters = frozenset(data["quarters"])
        self.clock = frozenset(data.get("clock", ()))
        self.only = frozenset(data["only"])
        self.limits = frozenset(data["limits"])
        self.than = frozenset(data["than"])
        self.amounts = frozenset(data["amounts"])
        self.instead = frozenset(data["instead"])
        self.months = months
        self.words = frozenset(self.values) | frozenset(self.fractions) | self.every | self.one

    def quantities(self, words: Words) -> list[Quantity]:
        """Return the figures of a line in their order."""
        found = self._in_digits(words) if _DIGIT.search(words.low) else []
        if not self.words.isdisjoint(words.tokens):
            found += self._in_words(words, found)
            found.sort(key=lambda q: q.start)
        if len(found) > 1:
            found = self._ratios(words, found)
        return found

    def _in_digits(self, words: Words) -> list[Quantity]:
        low = words.low
        found: list[Quantity] = []
        after = 0
        if _DATE_SIGN.search(low):
            found = [_quantity(words, m.start(), m.end(), None, "date", "") for m in _DATE.finditer(low)]
        dates = [(q.start, q.end) for q in found]
        for match in _FIGURE.finditer(low):
            start, end = match.span()
            if start < after or any(a < end and match.start("digits") < b for a, b in dates):
                continue
            quantity = self._figure(words, match)
            after = quantity.end
            found.append(quantity)
        if dates:
            found.sort(key=lambda q: q.start)
        return found

    def _figure(self, words: Words, match: re.Match[str]) -> Quantity:
        low = words.low
        start, end = match.span()
        sign = (match["sign"] or "").strip()
        glued = start > 0 and bool(sign) and sign in "-–−" and low[start - 1].isalnum()
        if glued and low[start - 1].isdigit():  # "40-45": the dash belongs to the range, not to the figure
            glued, sign = False, ""
        start = (
            match.start("currency") if match["currency"] else (start if sign and not glued else match.start("digits"))
        )
        value, ambiguous = read_numeral(match["digits"], self.language)
        kind: QuantityKind = "number"
        suffix = (match["suffix"] or "").strip()
        if match["over"] and value is not None:
            value, kind, end = self._over(match, value)
        elif suffix in ("%", "‰"):
            kind = "percent"
        elif suffix in ("x", "×"):
            kind = "multiplier"
        elif match["currency"] or any(mark in suffix for mark in ("€", "$", "£", "eur", "chf")):
            kind = "money"
        quantity = _quantity(words, start, end, value, kind, _sign(sign), ambiguous=ambiguous)
        if kind == "number" and not suffix:
            quantity = self._in_context(words, quantity, glued=glued)
        return quantity

    def _over(self, match: re.Match[str], value: float) -> tuple[float | None, QuantityKind, int]:
        """Read `3,4/5` as a score, `1/4` as a ratio, `31/10` as a date."""
        whole = read_numeral(match["over"].replace("/", ""), self.language).value
        if not whole:
            return None, "label", match.end()
        if value <= whole:
            return value / whole, "score" if whole in _WHOLES else "ratio", match.end()
        return None, "date" if whole <= 12 and value <= 31 else "label", match.end()

    def _in_context(self, words: Words, q: Quantity, *, glued: bool) -> Quantity:
        """Decide by the neighbouring words whether a bare number is a percentage, a date or a label."""
        before = words.tokens[q.first - 1] if q.first > 0 else ""
        then = words.tokens[q.last + 1] if q.last + 1 < len(words.tokens) else ""
        apart = words.low[q.end : words.starts[q.last + 1]] if then else " "
        then_close = then if not apart.strip(" .\u00a0\u202f") else ""  # "31. Mai"
        if then_close in self.percent or (then_close == "pour" and words.tokens[q.last + 2 : q.last + 3] == ["cent"]):
            return _changed(q, "percent", words.ends[q.last + 1])
        if glued or (before in self.labels and not self._leads(words, q.first - 1)):
            return _changed(q, "label", q.end)
        if (
            then_close in self.clock
            or then_close in self.months
            or (before in self.months and q.value is not None and q.value <= 31)
        ):
            return _changed(q, "date", q.end)
        if q.value is not None and q.value in _YEAR and q.end - q.start == 4:
            followed_by_noun = then_close.isalpha() and len(then_close) > 3 and then_close not in self.words
            if not followed_by_noun or before in self.months:
                return _changed(q, "date", q.end)
        return q

    def _leads(self, words: Words, at: int) -> bool:
        """Whether a word that may be a label leads from one figure to the next: "van 12 nr 4", for "naar"."""
        return words.tokens[at] in self.to and any(
            token.isdigit() or token in self.values for token in words.tokens[max(0, at - 4) : at]
        )

    def _in_words(self, words: Words, digits: Sequence[Quantity]) -> list[Quantity]:
        found: list[Quantity] = []
        taken = {index for q in digits for index in range(q.first, q.last + 1)}
        tokens = words.tokens
        for index, token in enumerate(tokens):
            if index in taken or token not in self.words:
                continue
            then = tokens[index + 1] if index + 1 < len(tokens) else ""
            if token in self.every and then in self.ordinals:
                value, kind, last = 1 / self.ordinals[then], "ratio", index + 1
            elif token in self.fractions:
                value, kind, last = self.fractions[token], "multiplier", index
            elif token in self.values and (
                self.values[token] > 1 or (not self.values[token] and index and tokens[index - 1] in self.to)
            ):
                value, kind, last = self.values[token], "word", index
            else:
                continue
            found.append(Quantity(words.starts[index], words.ends[last], value, kind, "", index, last))  # type: ignore[arg-type]
        return found

    def _ratios(self, words: Words, found: list[Quantity]) -> list[Quantity]:
        """Join "6 in 10", "un client sur deux" and "twee op de drie" into one figure."""
        joined: list[Quantity] = []
        for q in found:
            first = joined[-1] if joined else None
            opened = first is not None and words.tokens[max(0, first.first - 1) : first.first] in (
                ["von"],
                ["van"],
                ["de"],
                ["from"],
            )
            if first and not opened and first.measures and q.measures and self._out_of(words, first.last + 1, q.first):
                value = first.value / q.value if first.value and q.value and first.value <= q.value else None
                joined[-1] = Quantity(first.start, q.end, value, "ratio", first.sign, first.first, q.last)
                continue
            joined.append(q)
        return joined

    def _out_of(self, words: Words, start: int, end: int) -> bool:
        between = words.tokens[start:end]
        if not 1 <= len(between) <= 4:
            return False
        core = [token for token in between if token not in self.articles]
        if not core or core[-1] not in self.out_of or words.low[words.ends[start - 1] :][:1] in ",%€":
            return False
        if _APART.search(words.low, words.ends[start - 1], words.starts[end]):
            return False
        return core[-1] != "of" or len(core) == 1 or core[-2:] == ["out", "of"]


def _with_compounds(values: dict[str, float], joint: str | None) -> dict[str, float]:
    """Add "dreiundzwanzig" and "drieëntwintig": unit, joint and ten as one word."""
    if not joint:
        return values
    units = {word: n for word, n in values.items() if 2 <= n <= 9} | {"ein": 1.0, "een": 1.0}
    tens = {word: n for word, n in values.items() if 20 <= n <= 90 and n % 10 == 0 and word.endswith("ig")}
    compounds: dict[str, float] = {}
    for unit, n in units.items():
        linked = "ën" if joint == "en" and unit.endswith("e") else joint
        compounds |= {f"{unit}{linked}{ten}": n + m for ten, m in tens.items()}
    return {**compounds, **values}


def _quantity(
    words: Words, start: int, end: int, value: float | None, kind: QuantityKind, sign: str, *, ambiguous: bool = False
) -> Quantity:
    # The words are in order: the last one that starts before the figure ends, and the first one that ends after it starts.
    last = max(bisect_left(words.starts, end) - 1, 0)
    first = min(bisect_right(words.ends, start), last)
    return Quantity(start, end, value, kind, sign, first, last, ambiguous)


def _changed(q: Quantity, kind: QuantityKind, end: int) -> Quantity:
    last = q.last + 1 if end > q.end else q.last
    return Quantity(q.start, end, q.value, kind, q.sign, q.first, last, q.ambiguous)


def _sign(sign: str) -> str:
    if not sign:
        return ""
    return {"≥": ">", "≤": "<", "−": "-", "–": "-", "±": "~", "≈": "~"}.get(sign[0], sign[0])
