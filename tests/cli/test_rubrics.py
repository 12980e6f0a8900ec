"""`okr-coach rubrics diff`: what a change would move, before anybody is told something new."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coach.cli import app

RUN = CliRunner()
DRAFT = {
    "objectives": [{"title": "+10 % omzet", "key_results": [{"title": "Drie infosessies organiseren voor ouders"}]}]
}
OWN = "schema: 1\nname: own\nextends: chicc\nseverity: {P703: hint}\nignore: [K201]\n"


@pytest.fixture
def draft(tmp_path: Path) -> str:
    path = tmp_path / "draft.json"
    path.write_text(json.dumps(DRAFT), encoding="utf-8")
    return str(path)


def test_a_profile_file_against_a_profile_by_name(draft: str, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(OWN, encoding="utf-8")
    done = RUN.invoke(app, ["rubrics", "diff", "chicc", str(own), draft, "--format", "json"])
    (found,) = json.loads(done.stdout)
    moves = {(f["code"], f["move"]): f for f in found["findings"]}
    assert moves["K201", "gone"]["before"]["severity"] == "major"
    assert moves["K201", "gone"]["after"] is None
    changed = moves["P703", "changed"]
    assert (changed["before"]["severity"], changed["after"]["severity"]) == ("major", "hint")
    assert found["score"]["after"] > found["score"]["before"]
    text = RUN.invoke(app, ["rubrics", "diff", "chicc", str(own), draft, "--language", "nl"]).stdout
    assert "- K201 /objectives/0/key_results/0/title" in text
    assert "~ P703 /objectives/0/title  (te bekijken vóór de start, eerste opmerking van haar regel → een tip" in text
    assert f"{len(found['findings'])} oordelen wijzigen, {found['stayed']} blijven." in text


def test_nothing_moves_between_a_profile_and_itself(draft: str) -> None:
    (found,) = json.loads(RUN.invoke(app, ["rubrics", "diff", "chicc", "chicc", draft, "--format", "json"]).stdout)
    assert found["findings"] == found["types"] == []
    assert found["stayed"] > 0


def test_a_folder_of_own_rules_is_laid_over_the_built_in_ones(draft: str, tmp_path: Path) -> None:
    folder = tmp_path / "rubric" / "profiles"
    folder.mkdir(parents=True)
    (folder / "own.yaml").write_text(OWN, encoding="utf-8")
    done = RUN.invoke(
        app, ["rubrics", "diff", "chicc", str(folder.parent), draft, "--profile", "own", "--format", "json"]
    )
    (found,) = json.loads(done.stdout)
    assert ("K201", "gone") in {(f["code"], f["move"]) for f in found["findings"]}


def test_an_empty_folder_and_an_unreadable_file_are_named(draft: str, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "no rule, profile" in str(RUN.invoke(app, ["rubrics", "diff", "chicc", str(empty), draft]).exception)
    done = RUN.invoke(app, ["rubrics", "diff", "chicc", "classic", str(tmp_path / "none.json"), draft])
    assert done.exit_code == 2
    assert "none.json" in done.output
    assert draft in done.output
