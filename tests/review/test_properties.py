"""Whatever is written, the review stands: offsets point at the words quoted, and nothing is lost on the way through JSON."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coach.domain.reading import read_okr_set
from coach.domain.review import REVIEW
from coach.review.draft import review_set
from coach.rubric.engine import Engine

WORDS = [
    "réduire", "de", "40", "%", "à", "20", "%", "afin", "que", "les", "clients", "👩‍💻", "verminderen", "van", "12", "naar", "5",
    "zodat", "Kundenzufriedenheit", "auf", "85", "steigern", "damit", "launch", "the", "new", "portal", "e\u0301quipe", "«", "»",
    "\u200f", "<b>", "{{x}}", "{evidence}", "1.600,50.3", "maintenir", "\r\n", "\t", "...", "ＦＵＬＬ",
]  # fmt: skip
NASTY = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60)
TITLES = st.one_of(st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(" ".join), NASTY).filter(
    lambda text: bool(text.strip())
)
FIGURES = st.one_of(st.none(), st.integers(-5, 200), st.floats(-1e6, 1e6, allow_nan=False))
KEY_RESULTS = st.fixed_dictionaries(
    {"title": TITLES}, optional={"baseline": FIGURES, "target": FIGURES, "unit": TITLES}
)
OBJECTIVES = st.fixed_dictionaries(
    {"title": TITLES, "key_results": st.lists(KEY_RESULTS, max_size=3)}, optional={"why": TITLES}
)
SETS = st.fixed_dictionaries(
    {"objectives": st.lists(OBJECTIVES, max_size=3), "stage": st.sampled_from(["draft", "ready"])}
)


def _at(document: Any, pointer: str) -> Any:
    for part in pointer.strip("/").split("/"):
        document = document[int(part)] if isinstance(document, list) else document.get(part)
        if document is None:
            return None
    return document


def _text_at(okr_set: dict[str, Any], pointer: str) -> str | None:
    found = _at(okr_set, pointer)
    return found if isinstance(found, str) else None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=SETS)
def test_every_quotation_stands_where_it_says(engine: Engine, document: dict[str, Any]) -> None:
    okr_set = read_okr_set(json.dumps(document))
    sent = json.loads(okr_set.model_dump_json())
    review = review_set(okr_set, engine)
    for finding in review.findings:
        text = _text_at(sent, finding.pointer)
        for quote in finding.evidence:
            if text is not None and quote.of is None:
                assert text[quote.start : quote.end] == quote.text
    assert REVIEW.validate_json(REVIEW.dump_json(review)) == review


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=SETS)
def test_the_score_is_what_the_deductions_leave(engine: Engine, document: dict[str, Any]) -> None:
    score = review_set(read_okr_set(json.dumps(document)), engine).score
    if score.overall is None:
        assert score.deductions == ()
        return
    assert 0 <= score.overall <= score.scale
    assert abs(score.scale + sum(deduction.points for deduction in score.deductions) - score.overall) <= 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=SETS)
def test_reviewing_twice_says_the_same(engine: Engine, document: dict[str, Any]) -> None:
    okr_set = read_okr_set(json.dumps(document))
    assert review_set(okr_set, engine) == review_set(okr_set, engine)
