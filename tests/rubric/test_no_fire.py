"""Good sets, complete and ready, on which no rule may speak: `rubrics/corpus`."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from coach.domain.language import LANGUAGES
from coach.domain.reading import read_okr_set
from coach.domain.review import Finding
from coach.resources import RUBRICS
from coach.review.draft import review_set
from coach.rubric.engine import Engine
from coach.rubric.yaml_files import read_yaml

_TODAY = date(2027, 1, 1)


def _sets(language: str) -> list[dict[str, Any]]:
    """The sets of a language, as they would be sent."""
    found: list[dict[str, Any]] = read_yaml(RUBRICS / "corpus" / f"no_fire.{language}.yaml")["sets"]
    return found


def _titles(okr_set: dict[str, Any]) -> list[str]:
    objectives = okr_set["objectives"]
    return [line["title"] for okr in objectives for line in (okr, *okr["key_results"])]


def _spoke(okr_set: dict[str, Any], findings: list[Finding]) -> list[str]:
    """Which rule spoke, how sure, and on which line."""
    said = []
    for finding in findings:
        parts = finding.pointer.split("/")
        line = okr_set["objectives"][int(parts[2])] if parts[1:2] == ["objectives"] else {"title": finding.pointer}
        line = line["key_results"][int(parts[4])] if parts[3:4] == ["key_results"] and len(parts) > 4 else line
        said.append(f"{finding.code} ({finding.state}, {finding.confidence:.2f}): {line['title']}")
    return said


@pytest.mark.parametrize("profile", ["chicc", "orvanne"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_rule_speaks_on_a_good_set(library: Any, language: str, profile: str) -> None:
    engine: Engine = library.engine(profile)
    spoke = []
    for entry in _sets(language):
        okr_set = read_okr_set(json.dumps({"schema": "okr-set/1", "stage": "ready", **entry}, default=str))
        findings = review_set(okr_set, engine, today=_TODAY).findings
        spoke += _spoke(entry, list(findings))
    assert not spoke, "\n".join(spoke)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_good_lines_and_no_two_alike(language: str) -> None:
    titles = [title for entry in _sets(language) for title in _titles(entry)]
    assert len(titles) >= 50
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_planted_fault_makes_a_rule_speak(engine: Engine, language: str) -> None:
    entry = _sets(language)[0]
    worse = json.loads(json.dumps({"schema": "okr-set/1", "stage": "ready", **entry}, default=str))
    del worse["objectives"][1]["contributes_to"]

    worse["objectives"][1]["key_results"][0]["source"] = None
    codes = {f.code for f in review_set(read_okr_set(json.dumps(worse)), engine, today=_TODAY).findings}
    assert {"A401", "C502"} <= codes
