"""Dates and numbers as a reader's language writes them."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

from coach.domain.language import Language


def long_date(day: date, language: Language) -> str:
    """Return a day in words: "30 avril 2027"; in French the first of a month is an ordinal ("1er avril")."""
    written = format_date(day, "long", locale="en_GB" if language == "en" else language)
    return f"1er {written[2:]}" if language == "fr" and written.startswith("1 ") else written


def signed(number: float, language: Language) -> str:
    """Return a number with its sign and one decimal: "+3,2" in French, "−1.6" in English."""
    return format_decimal(number, format="+0.0;−0.0", locale=language, decimal_quantization=True)
