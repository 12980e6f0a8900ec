"""Inflected words are led back to a form that the lexicon knows, and figures are no words."""

import pytest

from coach.similarity.inflection import lemmas
from coach.similarity.library import house


@pytest.mark.parametrize(
    ("word", "language", "lemma"),
    [
        ("publierons", "fr", "publier"),
        ("directrices", "fr", "directeur"),
        ("raccourcissent", "fr", "raccourcir"),
        ("gehalveerd", "nl", "halveren"),
        ("belletje", "nl", "bel"),
        ("plannen", "nl", "plan"),
        ("freizuschalten", "de", "freischalten"),
        ("maerz", "de", "marz"),
        ("tagging", "en", "tag"),
        ("organization", "en", "organisation"),
    ],
)
def test_a_form_leads_to_its_lemma(word, language, lemma):
    assert lemma in lemmas(word, language)


@pytest.mark.parametrize(
    ("text", "language", "concept"),
    [("Wir befragen Mitarbeiterinnen", "de", "employees"), ("Nous publierons la liste", "fr", "publish")],
)
def test_the_lexicon_knows_inflected_words(text, language, concept):
    assert concept in [m.concept.id for m in house().lexicon.parse(text, language) if m.concept]


def test_figures_and_their_units_are_no_unknown_words():
    assert [m for m in house().lexicon.parse("250k 7h 2e p95", "fr") if m.concept is None] == []
