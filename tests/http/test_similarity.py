"""`POST /api/v1/similarity`, and neighbours on the drafting page."""

import pytest
from starlette.testclient import TestClient

from coach.http.app import create_app
from coach.rubric.library import library
from coach.settings import Settings

URL = "/api/v1/similarity"


@pytest.fixture(scope="module")
def demo():
    with TestClient(create_app(library(None, None), Settings(), demo=True), base_url="http://localhost") as client:
        yield client


@pytest.fixture(scope="module")
def bare():
    with TestClient(create_app(library(None, None), Settings(), demo=False), base_url="http://localhost") as client:
        yield client


def test_a_title_finds_its_neighbours_in_the_organisation(demo):
    said = demo.post(URL, json={"title": "Onboardingtraject voor nieuwe collega's", "kind": "project"}).json()
    assert said["state"] == "done"
    titles = [n["title"] for n in said["neighbours"] if n["relation"] == "duplicate"]
    assert "Parcours d'intégration des nouveaux collègues" in titles


def test_items_sent_are_compared_and_nothing_else(demo):
    items = [
        {"id": "a", "title": "Arbeidsovereenkomsten digitaal ondertekenen", "circle": "loon"},
        {"id": "b", "title": "Kantine modernisieren", "circle": "haus"},
        {"id": "c", "title": "Signature électronique des contrats de travail", "circle": "paie"},
    ]
    question = {"title": "Signature électronique des contrats de travail", "circle": "paie", "items": items}
    said = demo.post(URL, json=question).json()
    assert [n["id"] for n in said["neighbours"]] == ["a"]
    assert said["neighbours"][0]["why"]


def test_without_items_and_organisation_it_says_what_to_send(bare):
    answer = bare.post(URL, json={"title": "Fermer deux agences"})
    assert answer.status_code == 422
    assert "Send items" in answer.json()["detail"]


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"title": ""},
        {"title": "x" * 2_001},
        {"title": "ab cd", "size": 0},
        {"title": "ab cd", "colour": 1},
        {"title": "ab cd", "kind": "wish"},
    ],
)
def test_a_question_that_cannot_be_read_is_a_problem(demo, question):
    answer = demo.post(URL, json=question)
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_switched_off_it_says_so():
    with TestClient(
        create_app(library(None, None), Settings(embedder="off"), demo=True), base_url="http://localhost"
    ) as client:
        assert client.post(URL, json={"title": "Fermer deux agences"}).json() == {"state": "off", "neighbours": []}


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Qui d"), ("nl", "Wie doet dit nog"), ("de", "Wer macht das auch"), ("en", "Who else is doing this")],
)
def test_the_drafting_page_shows_who_else_is_doing_it(demo, language, words):
    form = {"o0-title": "Decentralise the customer data to every circle", "circle": "", "version": "1"}
    page = demo.post(f"/?lang={language}", data=form, headers={"sec-fetch-site": "same-origin"}, follow_redirects=True)
    assert page.status_code == 200
    assert words in page.text
