"""The demo organisation: what its file of expectations says is found, and nothing on a line marked silent."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest

from coach.domain.okr_set import OkrSet
from coach.domain.reading import read_okr_set
from coach.domain.review import Review
from coach.resources import EXAMPLES
from coach.review.draft import review_set
from coach.review.relatives import wanted
from coach.rubric.engine import Engine
from coach.rubric.manners import line_of
from coach.settings import Settings

PLAN: dict[str, Any] = json.loads((EXAMPLES / "demo.expected.json").read_bytes())
#: The code of each relation that was planted.
CODES = {"duplicate": "D601", "contradiction": "D602"}
#: Two codes for one thing to be seen; the plan names the one its author saw first.
SAME = ({"P701", "P707"}, {"P705", "P706"}, {"K201", "K203"})


@pytest.fixture(scope="module")
def demo() -> OkrSet:
    return read_okr_set((EXAMPLES / "demo.okr-set.json").read_bytes())


@pytest.fixture(scope="module")
def rubric_alone(demo: OkrSet, engine: Engine) -> Review:
    return review_set(demo, engine, today=date(2026, 11, 1))


@pytest.fixture(scope="module")
def with_similarity(demo: OkrSet, engine: Engine) -> Review:
    """As the service, the command line and the pages review it."""
    return review_set(demo, engine, today=date(2026, 11, 1), similarity=wanted(Settings()))


def _line(pointer: str) -> str:
    found = re.match(r"/[^/]+/[^/]+(?:/key_results/[0-9]+)?", pointer)
    assert found
    return found[0]


def _accepted(entry: dict[str, Any]) -> set[str]:
    same = next((codes for codes in SAME if entry["code"] in codes), {entry["code"]})
    return {*same, *entry.get("or", ())}


def test_is_as_large_as_a_year_of_a_real_organisation(demo: OkrSet) -> None:
    assert len(demo.circles) >= 25
    assert len(demo.objectives) >= 60
    assert sum(len(okr.key_results) for okr in demo.objectives) >= 200
    assert len(demo.projects) >= 60


def _named(entry: dict[str, Any]) -> str:
    return f"{entry['code']}{entry['pointer']}"


@pytest.mark.parametrize("entry", PLAN["findings"], ids=_named)
def test_finds_what_was_planted(with_similarity: Review, entry: dict[str, Any]) -> None:
    _assert_found(with_similarity, entry)


@pytest.mark.parametrize("entry", [e for e in PLAN["findings"] if e.get("layer") != "similarity"], ids=_named)
def test_the_rubric_alone_finds_all_but_what_takes_meaning(rubric_alone: Review, entry: dict[str, Any]) -> None:
    _assert_found(rubric_alone, entry)


def _assert_found(review: Review, entry: dict[str, Any]) -> None:
    here = {f.code for f in review.findings if entry["pointer"] in (f.pointer, _line(f.pointer))}
    on_the_line = {f.code for f in review.findings if line_of(f) == _line(entry["pointer"])}
    assert _accepted(entry) & (here | on_the_line), f"{entry['note']}; spoke: {sorted(on_the_line)}"


@pytest.mark.parametrize("layers", ["rubric_alone", "with_similarity"])
def test_leaves_clean_lines_alone(layers: str, request: pytest.FixtureRequest) -> None:
    review: Review = request.getfixturevalue(layers)
    planted = {(code, _line(entry["pointer"])) for entry in PLAN["findings"] for code in _accepted(entry)}
    planted |= {(CODES[r["relation"]], r[end]) for r in PLAN["relations"] for end in ("a", "b")}
    clean = set(PLAN["silent"])
    spoken = [
        (finding.code, finding.pointer)
        for finding in review.findings
        if finding.state == "open"
        and not finding.preview
        and line_of(finding) in clean
        and (finding.code, line_of(finding)) not in planted
    ]
    assert spoken == []


def test_asks_about_few_parents_only(with_similarity: Review) -> None:
    asked = [finding.pointer for finding in with_similarity.findings if finding.code == "A405"]
    assert len(asked) <= len(with_similarity.alignment) / 20
