"""Coverage and whole sets are counted as their tables say."""

from pathlib import Path

import pytest

from coach.similarity.library import house
from eval.corpus import read_own
from eval.coverage import coverage
from eval.sets import SETS
from eval.similarity_sets import measure_sets, sets_table


def test_names_figures_and_function_words_are_no_content_words():
    lexicon = house().lexicon
    assert coverage(lexicon, ["the of and 250k"], "en").total == 0
    named = coverage(lexicon, ["Reduce invoices in Qzxvwbury"], "en")
    unknown = coverage(lexicon, ["Reduce invoices in qzxvwbury"], "en")
    assert named.total == named.known
    assert unknown.total == unknown.known + 1


@pytest.mark.parametrize(("language", "least"), [("en", 0.9), ("fr", 0.9), ("nl", 0.9), ("de", 0.87)])
def test_the_lexicon_covers_lines_it_has_not_seen(language, least):
    lines = [case.text for case in read_own() if case.split == "test" and case.lang == language]
    assert coverage(house().lexicon, lines, language).share >= least


def test_planted_couples_are_found_or_missed_and_nothing_is_counted_twice():
    figures = measure_sets(Path(SETS))
    planted = sum(figures.planted.values())
    assert sum(figures.found.values()) + len(figures.missed) + len(figures.misnamed) == planted
    assert set(figures.taken) <= set(figures.false)
    assert figures.alarms_per_ten <= 1
    assert f"{figures.recall:.0%}" in sets_table(figures)
