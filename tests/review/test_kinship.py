"""The similarity layer in a review: relations, copied cascades, parents, duties; lazy, and never in the way."""

import json
import subprocess
import sys

import pytest

from coach.domain.okr_set import Circle, Metric
from coach.domain.reading import read_okr_set
from coach.resources import EXAMPLES
from coach.review.draft import review_set
from coach.review.kinship import CircleEchoes
from coach.review.relatives import wanted
from coach.rubric.library import library
from coach.settings import Settings


@pytest.fixture(scope="module")
def engine():
    return library(None, None).engine("chicc")


@pytest.fixture(scope="module")
def similarity():
    return wanted(Settings(embedder="house"))


def review(engine, similarity, document, **options):
    return review_set(read_okr_set(json.dumps(document)), engine, similarity=similarity, **options)


CIRCLES = [{"id": "anchor", "kind": "anchor"}, {"id": "paie"}, {"id": "loon"}]


@pytest.fixture(scope="module")
def demo(engine, similarity):
    return review_set(read_okr_set((EXAMPLES / "demo.okr-set.json").read_bytes()), engine, similarity=similarity)


def test_most_of_what_was_planted_in_the_demo_organisation_is_found_with_few_false_alarms(demo):
    planted = json.loads((EXAMPLES / "demo.expected.json").read_text("utf-8"))["relations"]
    wanted_ones = {(r["relation"], frozenset((r["a"], r["b"]))) for r in planted}
    found = {(r.relation, frozenset((r.a, r.b))) for r in demo.relations if r.relation != "related"}
    objectives = len(demo.alignment)
    assert len(wanted_ones & found) >= 0.8 * len(wanted_ones)
    assert len(found - wanted_ones) <= objectives / 10


def test_duplicates_and_contradictions_are_said_in_the_readers_language(engine, similarity):
    document = {
        "circles": CIRCLES,
        "objectives": [{"title": "Les familles nous font confiance", "circle": "paie"}],
        "projects": [
            {"id": "P1", "circle": "paie", "title": "Signature électronique des contrats de travail"},
            {"id": "P2", "circle": "loon", "title": "Arbeidsovereenkomsten digitaal ondertekenen"},
            {"id": "P3", "circle": "paie", "title": "Augmenter le budget publicitaire"},
            {"id": "P4", "circle": "loon", "title": "Reclamebudget verlagen"},
        ],
    }
    for language, word in (("fr", "ressemblent"), ("en", "look like"), ("nl", "lijken"), ("de", "wie dieselbe")):
        said = review(engine, similarity, document, language=language)
        codes = {f.code: f for f in said.findings if f.code in ("D601", "D602")}
        assert set(codes) == {"D601", "D602"}, language
        assert codes["D601"].source == "similarity"
        assert codes["D601"].pointer == "/projects/0/title"
        assert word in codes["D601"].message or language == "de"
    assert {r.relation for r in said.relations} >= {"duplicate", "contradiction"}
    assert all(r.why for r in said.relations)


def test_a_translated_copy_is_a_copied_cascade_and_no_duplicate(engine, similarity):
    document = {
        "circles": CIRCLES,
        "objectives": [
            {"id": "C1", "circle": "anchor", "title": "Répondre plus vite aux courriels des clients"},
            {"id": "O1", "circle": "loon", "title": "Mails van klanten vlugger beantwoorden", "contributes_to": ["C1"]},
        ],
    }
    said = review(engine, similarity, document)
    assert "A404" in {f.code for f in said.findings}
    assert said.alignment[1].state == "copied"
    assert "D601" not in {f.code for f in said.findings}


def test_a_free_translation_with_the_same_figures_is_a_copied_cascade(engine, similarity):
    document = {
        "circles": CIRCLES,
        "objectives": [
            {
                "id": "C1",
                "circle": "anchor",
                "title": "Rendre nos factures lisibles, afin que plus personne ne doive appeler pour les comprendre",
                "key_results": [{"title": "Appels au sujet d'une facture : de 640 à 200 par mois"}],
            },
            {
                "id": "O1",
                "circle": "loon",
                "title": "Facturen leesbaar maken zodat niemand nog moet bellen om ze te begrijpen",
                "contributes_to": ["C1"],
                "key_results": [{"title": "Telefoontjes over een factuur: van 640 naar 200 per maand"}],
            },
        ],
    }
    assert "A404" in {f.code for f in review(engine, similarity, document).findings}


def test_a_parent_about_other_people_is_asked_about_once_and_another_is_suggested(engine, similarity):
    document = {
        "circles": CIRCLES,
        "objectives": [
            {
                "id": "C1",
                "circle": "anchor",
                "title": "Clients find the answer themselves so that nobody has to call us",
            },
            {"id": "C2", "circle": "anchor", "title": "Calm offices, so that employees can concentrate at work again"},
            {
                "id": "O1",
                "circle": "loon",
                "title": "Furnish quiet rooms in every office, so that colleagues can concentrate on their work",
                "contributes_to": ["C1"],
            },
        ],
    }
    said = review(engine, similarity, document)
    asked = [f for f in said.findings if f.code == "A405"]
    assert [(f.pointer, f.state, f.source) for f in asked] == [("/objectives/2/contributes_to", "review", "similarity")]
    assert said.alignment[2].state == "weak"
    assert said.alignment[2].suggested[0].pointer == "/objectives/1"
    document["objectives"][2]["contributes_to"] = ["C2"]
    assert "A405" not in {f.code for f in review(engine, similarity, document).findings}


def test_parents_are_suggested_where_one_is_missing(engine, similarity):
    document = {
        "organisation": {"id": "x", "strategy": [{"id": "S1", "text": "Réduire l'empreinte carbone de nos bâtiments"}]},
        "circles": CIRCLES,
        "objectives": [
            {"id": "C1", "circle": "anchor", "title": "Les clients trouvent réponse sans nous appeler"},
            {"id": "C2", "circle": "anchor", "title": "Nos collaborateurs restent et grandissent chez nous"},
            {"id": "O1", "circle": "loon", "title": "Minder telefoontjes van klanten dankzij duidelijke antwoorden"},
            {"id": "O2", "circle": "paie", "title": "Isoler les bâtiments afin de consommer moins"},
        ],
    }
    said = review(engine, similarity, document)
    assert said.alignment[2].suggested[0].pointer == "/objectives/0"
    assert said.alignment[3].suggested[0].pointer == "/organisation/strategy/0"


def test_a_line_that_means_a_duty_of_the_circle_says_so_with_its_words(engine, similarity):
    circle = {"id": "loon", "accountabilities": ["Beantwoorden van vragen van klanten over hun loonbrief"]}
    document = {
        "circles": [circle],
        "objectives": [{"circle": "loon", "title": "Répondre aux questions des clients sur leur fiche de paie"}],
    }
    with_it, without = review(engine, similarity, document), review(engine, None, document)
    finding = next(f for f in with_it.findings if f.code == "P701")
    weight = dict(finding.signals)["echoes-duty"]
    assert 0 < weight <= 1.4
    assert any(e.of == "accountability" for e in finding.evidence)
    before = next((f.confidence for f in without.findings if f.code == "P701"), 0)
    assert finding.confidence > before


def test_a_line_about_something_else_echoes_nothing(engine, similarity):
    circle = {"id": "loon", "accountabilities": ["Beantwoorden van vragen van klanten over hun loonbrief"]}
    document = {"circles": [circle], "objectives": [{"circle": "loon", "title": "Halve the energy our buildings use"}]}
    said = review(engine, similarity, document)
    assert not any("echoes-duty" in dict(f.signals) for f in said.findings)


def test_switched_off_it_is_off():
    assert wanted(Settings(embedder="off")) is None


def test_an_embedder_that_cannot_be_had_degrades_to_the_house_and_says_so(engine):
    chosen = wanted(Settings(embedder="endpoint:nothing", embedder_url="http://127.0.0.1:9", embedder_timeout=1))
    document = {
        "circles": CIRCLES,
        "objectives": [
            {"title": "Fermer deux agences", "circle": "paie"},
            {"title": "Fermer deux agences", "circle": "loon"},
        ],
    }
    said = review(engine, chosen, document, language="fr")
    assert said.stages.similarity == "degraded"
    assert said.relations[0].relation == "duplicate"
    assert any(note.code == "similarity-degraded" for note in said.notes)


def test_a_small_draft_imports_nothing_heavy(tmp_path):
    draft = tmp_path / "draft.json"
    draft.write_text('{"objectives": [{"title": "Fermer deux agences"}]}', "utf-8")
    code = "import sys; from coach.cli import app; app(['review', sys.argv[1]], standalone_mode=False); print(sorted(m for m in sys.modules if m in ('numpy', 'tokenizers', 'torch')))"
    found = subprocess.run([sys.executable, "-c", code, str(draft)], capture_output=True, text=True, check=True)
    assert found.stdout.strip().endswith("[]")


def test_the_name_of_a_metric_is_evidence_across_languages_unless_the_line_moves_it(similarity):
    echoes = CircleEchoes(similarity.layer)
    circle = Circle(id="c", metrics=[Metric(name="Doorlooptijd dossiers")])
    loudness, evidence = echoes.loudest(circle, "Durée de traitement des dossiers")
    assert 0 < loudness <= 0.45
    assert (evidence.text, evidence.of) == ("Doorlooptijd dossiers", "metric")
    assert echoes.loudest(circle, "Réduire la durée de traitement des dossiers") is None
    assert echoes.loudest(circle, "Ouvrir un guichet pour les starters") is None


def test_company_objectives_show_what_carries_them_and_which_have_nothing(engine, similarity):
    document = {
        "circles": CIRCLES,
        "objectives": [
            {"id": "A", "circle": "anchor", "title": "Des réponses rapides aux clients",
             "key_results": [{"id": "AK", "title": "Réponse aux courriels en 4 heures au lieu de 9"}]},
            {"id": "B", "circle": "anchor", "title": "Gesunde Mitarbeitende in allen Gebäuden"},
            {"id": "C", "circle": "paie", "title": "Planter des arbres", "contributes_to": ["A"]},
            {"id": "D", "circle": "loon", "title": "E-mails van klanten vlugger beantwoorden"},
            {"id": "E", "circle": "loon", "title": "Mails van klanten in 4 uur beantwoorden"},
        ],
        "links": [{"from": "E", "to": "AK"}],
    }  # fmt: skip
    said = review(engine, similarity, document)
    first, second = said.coverage
    assert (first.pointer, second.pointer) == ("/objectives/0", "/objectives/1")
    strengths = {c.pointer: c.strength for c in first.contributors}
    assert list(strengths) == ["/objectives/4", "/objectives/2"]
    assert strengths["/objectives/4"] > 0.3 > strengths["/objectives/2"]
    assert [c.pointer for c in first.could] == ["/objectives/3"]
    assert second.contributors == ()
    alone = {"circles": CIRCLES, "objectives": document["objectives"][:3]}
    assert review(engine, similarity, alone).coverage == ()
