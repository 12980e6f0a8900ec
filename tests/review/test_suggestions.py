"""Wordings to start from: in the language of the line, without an invented figure, read by the rubric first."""

from __future__ import annotations

import json
import re

import pytest

from coach.domain.language import LANGUAGES, Language
from coach.domain.okr_set import OkrSet
from coach.domain.review import Finding, Review
from coach.review.draft import review_set
from coach.rubric.engine import Engine

PORTAL = {
    "en": ("Launch the new customer portal", "requests that customers settle online"),
    "fr": ("Livrer le nouveau portail client", "demandes que les clients règlent en ligne"),
    "nl": ("Nieuw klantenportaal gelanceerd", "aanvragen dat klanten online regelen"),
    "de": ("Einführung des neuen Kundenportals", "Anliegen, die Kundinnen und Kunden online erledigen"),
}
REVENUE = {
    "en": ("+10 % revenue", "so that customers buy more often, and revenue follows"),
    "fr": ("+10 % de chiffre d'affaires", "et que le chiffre d'affaires suive"),
    "nl": ("+10% omzet", "de omzet volgt"),
    "de": ("+10 % Umsatz", "der Umsatz nachzieht"),
}
UNMEASURED = {
    "en": ("Raise the share of bookings made online to 60%", "to be measured by"),
    "fr": ("Ramener l'attente aux urgences à 45 minutes", "à mesurer pour le"),
    "nl": ("Het aandeel foutloze loonbrieven optrekken tot 99%", "nulmeting tegen"),
    "de": ("Wartezeit im Bürgeramt auf 15 Minuten senken", "wird bis"),
}
SWAPPED = {"⟨date⟩": "31/03/2027", "⟨datum⟩": "31/03/2027", "⟨Datum⟩": "31.3.2027"}


def _review(engine: Engine, language: Language, title: str, *key_results: str, stage: str = "draft") -> Review:
    document = {
        "stage": stage,
        "objectives": [{"title": title, "key_results": [{"title": text} for text in key_results]}],
    }
    okr_set = OkrSet.model_validate_json(json.dumps(document))
    return review_set(okr_set, engine, language=language, input_language=language)


def _finding(review: Review, code: str) -> Finding:
    return next(f for f in review.findings if f.code == code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_output_gets_what_it_is_for(engine: Engine, language: Language) -> None:
    line, wanted = PORTAL[language]
    found = next(f.suggestions for f in _review(engine, language, "⟨…⟩", line).findings if f.code in ("K201", "K203"))
    assert 1 <= len(found) <= 3
    assert wanted in found[0].text
    assert all(wording.checked for wording in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_as_objective_is_told_what_it_lacks_and_where_it_belongs(engine: Engine, language: Language) -> None:
    line, wanted = REVENUE[language]
    review = _review(engine, language, line)
    found = _finding(review, "P703").suggestions
    assert review.items[0].belongs_to == "metrics"
    assert found[0].text.startswith("⟨") and found[0].text.endswith(wanted)
    assert "key_result" in {wording.kind for wording in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_baseline_to_be_measured_answers_the_question_for_it(engine: Engine, language: Language) -> None:
    line, announced = UNMEASURED[language]
    review = _review(engine, language, "⟨…⟩", line, stage="ready")
    wording = next(w.text for w in _finding(review, "K204").suggestions if announced in w.text)
    for placeholder, day in SWAPPED.items():
        wording = wording.replace(placeholder, day)
    again = _review(engine, language, "⟨…⟩", wording, stage="ready")
    assert "K204" not in {f.code for f in again.findings}


def test_the_people_are_those_the_author_names(engine: Engine) -> None:
    found = _finding(_review(engine, "fr", "⟨…⟩", "Former 80 gestionnaires"), "K201").suggestions
    assert found[0].text.startswith("Part des gestionnaires qui")


def test_a_project_keeps_its_words_and_gets_its_why(engine: Engine, classic: Engine) -> None:
    found = _finding(_review(engine, "nl", "Een nieuw ERP-systeem invoeren"), "P705").suggestions
    assert found[0].text.startswith("Een nieuw ERP-systeem invoeren zodat collega's")
    qualitative = _finding(_review(classic, "nl", "Een nieuw ERP-systeem invoeren"), "P705").suggestions
    assert qualitative[0].text.startswith("Collega's ")


def test_no_figure_is_invented(engine: Engine) -> None:
    for language in LANGUAGES:
        for line, _ in (PORTAL[language], REVENUE[language], UNMEASURED[language]):
            review = _review(engine, language, line, line, stage="ready")
            given = set(re.findall(r"\d+", line))
            for finding in review.findings:
                for wording in finding.suggestions:
                    assert set(re.findall(r"\d+", wording.text)) <= given, wording


def test_a_good_line_and_a_folded_remark_get_none(engine: Engine) -> None:
    review = _review(
        engine,
        "en",
        "Open the canteen kitchen to parents so that families trust it again",
        "Pupils who eat at school: from 48% to 65%",
    )
    assert not [wording for f in review.findings for wording in f.suggestions]
    outputs = _review(engine, "en", "⟨…⟩", "Launch the portal, deliver the app and train 80 agents")
    assert all(f.main or f.visible for f in outputs.findings if f.suggestions)
