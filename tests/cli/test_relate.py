"""`okr-coach relate` and `okr-coach duplicates`."""

import json

import pytest
from typer.testing import CliRunner

from coach.cli import app
from coach.resources import EXAMPLES

RUN = CliRunner()
DEMO = str(EXAMPLES / "demo.okr-set.json")


def relate(lines):
    found = RUN.invoke(app, ["relate"], input="\n".join(lines))
    return found.exit_code, [json.loads(line) for line in found.stdout.splitlines()]


def test_pairs_are_answered_in_their_order():
    pairs = [
        {"id": "n1", "a": "Choix d'un nouvel outil de paie", "b": "Formation au nouvel outil de paie"},
        {"id": 2, "a": "Répondre plus vite aux courriels des clients", "b": "Mails van klanten vlugger beantwoorden"},
        {"id": "n3", "a": "Fermer deux agences", "b": "Dichter bij de klant met extra kantoren"},
    ]
    code, said = relate(map(json.dumps, pairs))
    assert code == 0
    assert [(line["id"], line["relation"]) for line in said] == [
        ("n1", "related"),
        (2, "duplicate"),
        ("n3", "contradiction"),
    ]
    assert all(0 <= line["similarity"] <= 1 for line in said)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("not json", "not JSON"), ("[]", "not an object"), ('{"id": 1, "a": "x"}', "b is missing"),
        ('{"id": 1, "a": 3, "b": "x"}', "a is not a text"), ('{"id": 1, "a": "x", "b": "y", "lang_a": "es"}', "lang_a"),
        ('{"id": 1, "a": " ", "b": "y"}', "a is missing or empty"),
    ],
)  # fmt: skip
def test_a_bad_line_says_what_is_wrong_and_the_others_are_answered(line, fault):
    good = json.dumps({"id": 9, "a": "Fermer deux agences", "b": "Fermer deux agences"})
    code, said = relate([good, line, good])
    assert code == 2
    assert [answer.get("relation") for answer in said] == ["duplicate", None, "duplicate"]
    assert fault in said[1]["error"]
    assert "line 2" in said[1]["error"]


@pytest.mark.parametrize(
    ("language", "word"), [("en", "The same"), ("fr", "La même chose"), ("nl", "Hetzelfde"), ("de", "Dasselbe")]
)
def test_duplicates_are_shown_in_the_readers_language(language, word):
    found = RUN.invoke(app, ["duplicates", DEMO, "--language", language])
    assert found.exit_code == 0
    assert word in found.stdout
    assert "↔" in found.stdout


def test_duplicates_as_json_point_into_the_set():
    found = RUN.invoke(app, ["duplicates", DEMO, "--format", "json"])
    said = json.loads(found.stdout)
    assert {r["relation"] for r in said["relations"]} == {"duplicate", "contradiction", "related"}
    assert all(r["a"].startswith("/") and 0 <= r["similarity"] <= 1 for r in said["relations"])
    assert all(len(group["members"]) > 1 and group["title"] for group in said["clusters"])


def test_a_glossary_of_the_unknown_words_can_be_had():
    found = RUN.invoke(app, ["duplicates", DEMO, "--glossary"])
    assert found.stdout.startswith("schema: 1\nterms:")


def test_an_unknown_format_is_an_error_that_names_the_choices():
    found = RUN.invoke(app, ["duplicates", DEMO, "--format", "pdf"])
    assert found.exit_code != 0
    assert "text or json" in str(found.exception)
