"""Prompts are data: what they render to is kept, and changes only with a version."""

from __future__ import annotations

import json
import re

import pytest

from coach.critique.answer import Answer, answer_of, wire_schema
from coach.critique.catalogue import open_codes, rule_lines
from coach.critique.prompt import Task, as_line, boundary, control, prompt, vocabulary
from coach.critique.says import note
from coach.domain.critique import REASONS
from coach.domain.language import LANGUAGES, Language
from coach.resources import PROMPTS
from coach.rubric.engine import Engine
from eval.critique.golden import TASKS, digest, rendering


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("task", TASKS)
def test_the_rendering_is_the_kept_one(task: Task, language: Language) -> None:
    kept = (PROMPTS / task / "golden" / f"{language}.txt").read_text(encoding="utf-8")
    assert rendering(task, language) == kept, "give meta.yaml a new version, then: python -m eval prompts"


@pytest.mark.parametrize("task", TASKS)
def test_a_changed_rendering_needs_a_new_version(task: Task) -> None:
    meta = prompt(task).meta
    assert meta.renderings[meta.version] == digest(task), "the rendering changed, the version did not"
    assert len(set(meta.renderings.values())) == len(meta.renderings)
    changes = (PROMPTS / task / "CHANGELOG.md").read_text(encoding="utf-8")
    assert [version for version in meta.renderings if f"## {version}\n" not in changes] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_come_from_the_rule_files(engine: Engine, language: Language) -> None:
    lines = {line.code: line for line in rule_lines(engine, ["K207"], language)}
    assert {"K215", "S309", "K207", "X801"} <= set(lines)
    rule = engine.rules["K215"]
    first = rule.examples[language].bad[0]
    assert lines["K215"].question == rule.critique
    assert lines["K215"].fails == (first if isinstance(first, str) else first.text)
    assert " (" in lines["S309"].fails
    assert "{" not in "".join(line.title + line.not_a_problem for line in lines.values())


def test_a_model_raises_judgements_and_no_counts(engine: Engine) -> None:
    codes = open_codes(engine)
    assert {"K215", "S309", "K201"} <= set(codes)
    assert {"S301", "S302", "O106", "D601", "A401"}.isdisjoint(codes)


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "{% raw %}", "{# x #}", "a\u2028b\u2029c\x85d", "é \"q\" 'q'", "\\n"])
def test_a_line_of_a_draft_is_one_line_and_never_a_template(text: str) -> None:
    line = as_line({"text": text})
    assert len(line.splitlines()) == 1
    assert json.loads(line) == {"text": text}


def test_the_boundary_is_stable_and_depends_on_the_secret() -> None:
    assert boundary("x", b"1") == boundary("x", b"1") != boundary("x", b"2")
    assert re.fullmatch(r"DRAFT-[0-9a-f]{16}", boundary("x", b"1"))


def test_the_system_prompt_does_not_change_with_the_draft() -> None:
    assert "DRAFT-0123456789abcdef" not in rendering("critique", "fr").partition("\n=====\n")[0]


def test_the_schema_on_the_wire_is_strict(engine: Engine) -> None:
    schema = wire_schema(answer_of(open_codes(engine)))

    def objects(node: object) -> list[dict[str, object]]:
        if isinstance(node, list):
            return [found for entry in node for found in objects(entry)]
        if not isinstance(node, dict):
            return []
        own = [node] if node.get("type") == "object" else []
        return own + [found for value in node.values() for found in objects(value)]

    found = objects(schema)
    assert len(found) == 5
    for entry in found:
        assert entry["additionalProperties"] is False
        assert entry["required"] == list(entry["properties"])  # type: ignore[call-overload]
    text = json.dumps(schema)
    assert not any(f'"{word}":' in text for word in ("maxLength", "maxItems", "pattern", "default"))
    assert '"enum": ["K201"' in text


def test_every_text_exists_in_four_languages() -> None:
    for name in (*REASONS, "partial", "pending", "on_request"):
        texts = [note(name, language) for language in LANGUAGES]
        assert len(set(texts)) == (1 if name == "ok" else 4)
    assert set(control().lines) == set(vocabulary().placeholder) == set(LANGUAGES)
    assert all(len(set(lines)) >= 5 for lines in control().lines.values())


def test_one_class_for_each_rubric() -> None:
    assert answer_of(("K201",)) is answer_of(("K201",)) is not answer_of(("K202",))
    assert issubclass(answer_of(("K201",)), Answer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rubric_itself_finds_the_control_lines(engine: Engine, language: Language) -> None:
    """A line that the rubric would not call business as usual is no fair test of a model."""
    silent = []
    for line in control().lines[language]:
        _, findings = engine.line("objective", line, language=language)
        if control().rule not in {finding.code for finding in findings}:
            silent.append(line)
    assert silent == []
