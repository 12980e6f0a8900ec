"""A coach, not an inspector: good first, unfinished is not wrong, the most helpful remark first."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coach.domain.language import LANGUAGES, Language
from coach.domain.okr_set import OkrSet
from coach.domain.review import SEVERITIES, Review
from coach.review.draft import review_set
from coach.rubric.engine import Engine

GOOD = {
    "en": ("Open the canteen kitchen so that families trust it again", "Pupils who eat at school: from 48% to 65%", "It goes from a starting value to a target."),
    "fr": ("Ouvrir la cuisine de la cantine afin que les familles lui refassent confiance", "Élèves qui mangent à l'école : de 48 % à 65 %", "On part d'une valeur connue pour aller vers une cible."),
    "nl": ("De keuken openzetten zodat gezinnen de kantine weer vertrouwen", "Leerlingen die op school eten: van 48% naar 65%", "Het vertrekt van een nulmeting en gaat naar een streefwaarde."),
    "de": ("Die Küche öffnen, damit Familien der Kantine wieder vertrauen", "Schüler, die in der Schule essen: von 48 % auf 65 %", "Es führt von einem Startwert zu einem Zielwert."),
}  # fmt: skip


def _review(engine: Engine, language: Language, stage: str = "draft", **objective: Any) -> Review:
    okr_set = OkrSet.model_validate_json(json.dumps({"stage": stage, "objectives": [objective]}))
    return review_set(okr_set, engine, language=language, input_language=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_good_is_said_of_the_line_in_the_readers_language(engine: Engine, language: Language) -> None:
    title, key_result, said = GOOD[language]
    review = _review(engine, language, title=title, key_results=[{"title": key_result}])
    assert review.items[0].praise
    assert review.items[1].praise == said


def test_praise_does_not_chant_and_is_not_for_deliverables(engine: Engine) -> None:
    lines = [
        "Pupils who eat at school: from 48% to 65%",
        "Plates sent back full: from 22% to 10%",
        "Launch the menu app",
    ]
    review = _review(engine, "en", title="⟨…⟩", key_results=[{"title": text} for text in lines])
    first, second, output = (item.praise for item in review.items[1:])
    assert first and second and first != second
    assert output is None


def test_too_few_key_results_is_said_when_the_set_is_ready_too_many_at_once(engine: Engine) -> None:
    few = {"title": "Families trust the canteen again", "key_results": [{"title": GOOD["en"][1]}]}
    many = {
        **few,
        "key_results": [{"title": f"Pupils of year {n} who eat at school: from 48% to 65%"} for n in "abcdefg"],
    }

    def codes(stage: str, objective: dict[str, Any]) -> set[str]:
        return {finding.code for finding in _review(engine, "en", stage, **objective).findings}

    assert "S302" not in codes("draft", few)
    assert "S302" in codes("ready", few)
    assert "S302" in codes("draft", many)


def test_completeness_is_asked_when_ready_and_once(engine: Engine) -> None:
    lines = [{"title": f"Share of {who} who book online up to 60%"} for who in ("patients", "parents", "drivers")]
    draft = _review(engine, "en", title=GOOD["en"][0], key_results=lines)
    assert not [f for f in draft.findings if engine.rules[f.code].stage == "ready"]
    ready = _review(engine, "en", "ready", title=GOOD["en"][0], key_results=lines)
    baselines = [f for f in ready.findings if f.code == "K204"]
    assert len(baselines) == 3
    assert sum(f.visible for f in baselines) == 1


def test_findings_come_with_the_most_helpful_first(engine: Engine) -> None:
    lines = [
        {"title": "Launch the menu app"},
        {"title": "More trust"},
        {"title": "Plates sent back: 10 %, 1.600 in 2026"},
    ]
    findings = _review(engine, "en", "ready", title="+10 % revenue", key_results=lines).findings
    certain = [f for f in findings if f.state == "open" and not f.preview]
    assert [f.state for f in findings if not f.preview] == sorted(f.state for f in findings if not f.preview)
    ranks = [SEVERITIES.index(f.severity) for f in certain]
    assert ranks == sorted(ranks)
    majors = [f for f in certain if f.severity == "major"]
    assert engine.rules[majors[0].code].belongs_to


def test_french_signs_stay_with_their_word(engine: Engine) -> None:
    (finding,) = (f for f in _review(engine, "fr", title="+10 % de chiffre d'affaires").findings if f.code == "P703")
    assert finding.ask is not None
    assert "\u00a0?" in finding.ask and " ?" not in finding.ask
    assert finding.message.startswith("«\u00a0+10\u00a0% de chiffre d'affaires\u00a0»")


def test_what_goes_on_as_ever_is_not_praised_for_changing_something(engine: Engine) -> None:
    review = _review(engine, "fr", title="Gérer la paie des collaborateurs")
    assert review.items[0].type == "bau"
    assert review.items[0].praise is None
