"""Dates and numbers in the reader's language."""

from datetime import date

import pytest

from coach.http.written import long_date, signed


@pytest.mark.parametrize(
    ("language", "first", "weight"),
    [
        ("fr", "1er avril 2027", "−1,6"),
        ("nl", "1 april 2027", "−1,6"),
        ("en", "1 April 2027", "−1.6"),
        ("de", "1. April 2027", "−1,6"),
    ],
)
def test_each_language_writes_dates_and_numbers_its_way(language, first, weight):
    assert long_date(date(2027, 4, 1), language) == first
    assert long_date(date(2027, 4, 11), "fr") == "11 avril 2027"
    assert signed(-1.6, language) == weight
    assert signed(2, language)[0] == "+"
