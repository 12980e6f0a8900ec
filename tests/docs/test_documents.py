"""What the documents say is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import coach
from coach.cli import app
from coach.settings import Settings

ROOT = Path(coach.__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert missing == []


def test_the_readme_opens_with_the_two_commands_and_a_picture() -> None:
    opening = README[:900]
    assert opening.index("make run") < opening.index("make test") < opening.index("![")


def test_every_command_is_in_the_readme() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    commands = re.findall(r"^[│ ] +([a-z][a-z-]+)  ", shown, re.MULTILINE)
    assert len(commands) >= 7
    assert [name for name in commands if f"okr-coach {name}" not in README] == []


def test_every_make_verb_in_the_documents_exists() -> None:
    verbs = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        verb
        for document in DOCUMENTS
        for verb in re.findall(r"\bmake ([a-z]+)\b`", document.read_text(encoding="utf-8"))
    }
    assert named <= verbs


def test_every_setting_is_documented_with_its_meaning() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if f"`COACH_{name.upper()}`" not in text]
    assert missing == []


def test_decisions_are_numbered_once() -> None:
    names = [path.name for path in (ROOT / "docs" / "decisions").glob("*.md")]
    numbers = [name[:4] for name in names]
    assert all(re.fullmatch(r"[0-9]{4}-[a-z0-9-]+\.md", name) for name in names)
    assert len(numbers) == len(set(numbers))
