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
from coach.rubric.engine import Engine
from coach.rubric.manners import line_of

PLAN: dict[str, Any] = json.loads((EXAMPLES / "demo.expected.json").read_bytes())
LAYERS = {"rubric"}
#: Two codes for one thing to be seen; the plan names the one its author saw first.
SAME = ({"P701", "P707"}, {"P705", "P706"}, {"K201", "K203"})


@pytest.fixture(scope="module")
def demo() -> OkrSet:
    return read_okr_set((EXAMPLES / "demo.okr-set.json").read_bytes())


@pytest.fixture(scope="module")
def review(demo: OkrSet, engine: Engine) -> Review:
    return review_set(demo, engine, today=date(2026, 11, 1))


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


@pytest.mark.parametrize(
    "entry",
    [entry for entry in PLAN["findings"] if entry.get("layer", "rubric") in LAYERS],
    ids=lambda entry: f"{entry['code']}{entry['pointer']}",
)
def test_finds_what_was_planted(review: Review, entry: dict[str, Any]) -> None:
    here = {f.code for f in review.findings if entry["pointer"] in (f.pointer, _line(f.pointer))}
    on_the_line = {f.code for f in review.findings if line_of(f) == _line(entry["pointer"])}
    assert _accepted(entry) & (here | on_the_line), f"{entry['note']}; spoke: {sorted(on_the_line)}"


def test_leaves_clean_lines_alone(review: Review) -> None:
    planted = {(code, _line(entry["pointer"])) for entry in PLAN["findings"] for code in _accepted(entry)}
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
