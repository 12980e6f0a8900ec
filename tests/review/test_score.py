"""The score: a remark that is made milder costs less, and the deductions add up."""

from __future__ import annotations

import json

from coach.domain.reading import read_okr_set
from coach.domain.review import Review
from coach.review.draft import review_set
from coach.rubric.library import Library

SET = {"objectives": [{"title": "Open a repair café in the hall so that neighbours throw less away"}]}


def _review(profile: str) -> Review:
    return review_set(read_okr_set(json.dumps(SET)), Library().engine(profile))


def test_a_hint_of_the_school_costs_little_though_its_rule_is_major() -> None:
    assert _review("chicc").score.overall == 100
    score = _review("classic").score
    assert score.overall is not None
    assert 75 <= score.overall < 100
    assert [d.code for d in score.deductions] == ["P705"]
    assert round(sum(d.points for d in score.deductions), 1) == score.overall - 100
