"""Reading the figures people type: `1.600`, `1 600,50`, `3,4`, `1'600.50`.

The last separator decides; one separator followed by exactly three digits that is not the language's decimal mark
separates thousands. Where both readings are plausible the number is `ambiguous`, and where none is, its value is None.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from coach.domain.language import Language

_DECIMAL_MARK: dict[Language, str] = {"en": ".", "fr": ",", "nl": ",", "de": ","}
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'’")
_GROUPED = re.compile(r"\d{1,3}(?:(?P<sep>[.,])\d{3})(?:(?P=sep)\d{3})*")


class Numeral(NamedTuple):
    """A number as read; `value` is None where it cannot be read at all (`1.600,50.3`)."""

    value: float | None
    ambiguous: bool = False


def read_numeral(digits: str, language: Language) -> Numeral:
    """Read a run of digits and separators, without sign or unit."""
    plain = digits.translate(_SPACES)
    if not plain or plain.strip("0123456789.,"):
        return Numeral(None)
    comma, stop = plain.rfind(","), plain.rfind(".")
    if comma < 0 and stop < 0:
        return Numeral(float(plain) if plain.isdigit() else None)
    if comma >= 0 and stop >= 0:
        mark = "," if comma > stop else "."
        whole, _, fraction = plain.rpartition(mark)
        grouped = _GROUPED.fullmatch(whole)
        return Numeral(float(f"{re.sub('[.,]', '', whole)}.{fraction}") if grouped and mark not in whole else None)
    mark = "," if comma >= 0 else "."
    if plain.count(mark) > 1:
        return Numeral(float(plain.replace(mark, "")) if _GROUPED.fullmatch(plain) else None)
    whole, _, fraction = plain.partition(mark)
    three = len(fraction) == 3 and 1 <= len(whole) <= 3 and whole != "0"
    if three and mark != _DECIMAL_MARK[language]:
        return Numeral(float(whole + fraction), ambiguous=True)
    return Numeral(float(f"{whole or '0'}.{fraction or '0'}"), ambiguous=three)
