"""The concept lexicon: complete enough, compiled from what the files say, and read the right way."""

import pytest

from coach.domain.language import LANGUAGES
from coach.errors import RubricError
from coach.resources import RUBRICS
from coach.similarity.concept_files import digest, read_concepts
from coach.similarity.concepts import ConceptLexicon
from coach.similarity.glossary import Term, glossed, proposals, terms_of
from coach.similarity.library import house, scorer
from coach.similarity.reading import read

CONCEPTS = RUBRICS / "lexicons" / "concepts"


@pytest.fixture(scope="module")
def lexicon() -> ConceptLexicon:
    return house().lexicon


def ids(lexicon, text, language=None):
    return [m.concept.id if m.concept else None for m in lexicon.parse(text, language)]


def test_the_compiled_lexicon_is_in_step_with_its_files():
    import json

    compiled = json.loads((RUBRICS / "models" / "house" / "concepts.json").read_bytes())
    assert compiled["digest"] == digest(CONCEPTS), "run: python -m eval train-embedder --lexicon-only"


def test_there_are_enough_concepts_each_in_four_languages():
    concepts = read_concepts(CONCEPTS)
    assert len(concepts) >= 1_500
    assert len({c.id for c in concepts}) == len(concepts)
    assert all(c.forms(language) for c in concepts for language in LANGUAGES)


@pytest.mark.parametrize(
    ("word", "language", "parts"),
    [
        ("Kundenzufriedenheitsumfrage", "de", {"customers", "survey"}),
        ("Loonadministratiesoftware", "nl", {"payroll", "software"}),
    ],
)
def test_compounds_are_cut_into_known_parts(lexicon, word, language, parts):
    assert set(ids(lexicon, word, language)) == parts


def test_an_accent_tells_a_function_word_from_another(lexicon):
    assert "safe" not in ids(lexicon, "un plan sur le papier", "fr")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nous voulons répondre plus vite", "fr"),
        ("Wij willen sneller antwoorden", "nl"),
        ("Wir wollen schneller antworten", "de"),
        ("We want to answer faster", "en"),
    ],
)
def test_the_language_is_recognised(lexicon, text, language):
    assert lexicon.detect(text) == language


def test_a_reading_knows_topic_direction_audience_and_stage(lexicon):
    more = read("Augmenter la satisfaction des clients", lexicon, "fr")
    less = read("Réduire la satisfaction des clients", lexicon, "fr")
    assert [p.sign for p in more.pointings] == [1]
    assert [p.sign for p in less.pointings] == [-1]
    assert set(more.audiences) == {"clients"}
    assert read("Former les équipes au nouvel outil", lexicon, "fr").stages
    assert read("Qzxv wrtpl bnmqsd", lexicon).coverage == 0


def test_a_negation_turns_round_what_follows(lexicon):
    plain = read("Publier les salaires", lexicon, "fr")
    negated = read("Ne pas publier les salaires", lexicon, "fr")
    assert plain.pointings[0].sign == -negated.pointings[0].sign


@pytest.mark.parametrize(
    "text", ["Keine Werbung mehr", "Geen reclame meer", "No more advertising", "Keep no advertising budget"]
)
def test_none_of_it_any_more_is_an_end_and_not_more(lexicon, text):
    signs = {p.sign for p in read(text, lexicon).pointings}
    assert signs == {-1}


def test_a_glossary_is_in_force_at_once(lexicon, tmp_path):
    path = tmp_path / "glossary.yaml"
    path.write_text(
        "schema: 1\nterms:\n  - {term: Hydra, means: payroll}\n  - {term: groene map, means: dossier}\n", "utf-8"
    )
    own = glossed(lexicon, terms_of(path), file=path.name)
    assert ids(lexicon, "Hydra", "fr") == [None]
    assert ids(own, "Hydra", "fr") == ["payroll"]
    assert None not in ids(own, "groene map", "nl")


def test_a_glossary_with_a_fault_is_named(lexicon, tmp_path):
    path = tmp_path / "glossary.yaml"
    path.write_text("schema: 1\nterms:\n  - {term: Hydra, means: qzxvw}\n", "utf-8")
    with pytest.raises(RubricError, match=r"glossary\.yaml.*qzxvw"):
        glossed(lexicon, terms_of(path), file=path.name)


def test_unknown_words_are_offered_as_a_glossary():
    offered = proposals({"hydra": 3, "kestrel": 5})
    assert offered.index("kestrel") < offered.index("hydra")


def test_a_damaged_table_is_named(tmp_path):
    path = tmp_path / "concepts.json"
    path.write_text("{}", "utf-8")
    with pytest.raises(RubricError, match="format"):
        ConceptLexicon.read(path)


def test_a_word_of_the_glossary_is_compared_by_what_it_means():
    plain = scorer()
    own = scorer(terms=(Term(term="Hydrazor", means="logiciel de paie"),))
    pair = ("Remplacer HYDRAZOR", "Remplacer le logiciel de paie")
    assert plain.relate(*pair).relation == "unrelated"
    assert plain.relate(*pair).band == "uncertain"
    assert own.relate(*pair).relation == "duplicate"
    assert own.relate(*pair).band != "uncertain"
    assert own.preparer.embedder.version != plain.preparer.embedder.version


def test_a_stored_word_that_nobody_understands_any_more_is_left_out():
    own = scorer(terms=(Term(term="Hydrazor", means="blorptz"),))
    assert own.preparer.items(["Hydrazor"])[0].reading.coverage == 0
