"""The published schemas describe what is really read and written."""

from __future__ import annotations

import pytest

from coach.domain.review import REVIEW, Review, Score
from coach.domain.schema import FORMATS, json_schema
from coach.errors import NotFoundError


@pytest.mark.parametrize("name", FORMATS)
def test_says_its_name_and_dialect(name: str) -> None:
    schema = json_schema(name)
    assert schema["title"] == f"{name}/1"
    assert schema["$schema"].endswith("2020-12/schema")
    assert json_schema(f"{name}/1") == schema


def test_the_set_refuses_unknown_keys() -> None:
    schema = json_schema("okr-set")
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["Objective"]["required"] == ["title"]
    assert "from" in schema["$defs"]["Link"]["properties"]


def test_the_review_round_trips() -> None:
    review = Review(rubric_version="1.0.0+abc", profile="chicc", language="fr", score=Score(71, 64, 78, make=66))
    dumped = REVIEW.dump_json(review)
    assert REVIEW.validate_json(dumped) == review
    assert b'"schema":"okr-review/1"' in dumped


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(NotFoundError, match="okr-set, okr-review"):
        json_schema("okr")
