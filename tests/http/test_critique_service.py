"""The second opinion in the service: what `Prefer` asks for, what the page shows, and what nothing waits for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from coach.domain.critique import Critique
from coach.domain.language import LANGUAGES
from coach.domain.review import REVIEW
from coach.http.app import create_app
from coach.http.prefer import preference
from coach.review.pending import FolderReviews, MemoryReviews
from coach.rubric.library import Library
from coach.settings import Settings
from tests.critique.endpoint import DRAFT, Running, running
from tests.http.pages_reader import read

FRAGMENT = {"Accept": "text/vnd.fragment+html"}
TYPED = {
    "o0-title": "Améliorer l'accueil, voir anna@ecole.be",
    "o0-kr0-title": "Organiser 12 sessions de formation",
    "o0-kr1-title": "Livrer le nouveau carnet",
    "o0-kr2-title": "Améliorer la satisfaction",
    "circle": "",
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Running]:
    with running() as started:
        yield started


@contextmanager
def service(library: Library, endpoint: Running, model: str, cache: Path, **more: Any) -> Iterator[TestClient]:
    chosen = Settings(
        llm_base_url=endpoint.base_url, llm_model=model, llm_api_key="sk-hidden", cache_dir=cache, llm_timeout=3, **more
    )
    with TestClient(create_app(library, chosen, demo=True)) as client:
        yield client


def finished(client: TestClient, location: str) -> dict[str, Any]:
    for _ in range(100):
        answer = client.get(location)
        if answer.status_code == 200:
            return dict(answer.json())
        assert answer.status_code == 202
        assert answer.headers["retry-after"] == "1"
        time.sleep(0.05)
    raise AssertionError("not finished")


def test_respond_async_answers_with_the_rubric_and_completes_later(
    library: Library, endpoint: Running, tmp_path: Path
) -> None:
    with service(library, endpoint, "429-then-good#async", tmp_path) as client:
        answer = client.post("/api/v1/reviews", json=DRAFT, headers={"Prefer": "respond-async"})
        assert answer.status_code == 202
        assert answer.headers["preference-applied"] == "respond-async"
        first = answer.json()
        assert (first["stages"]["rubric"], first["stages"]["critique"]) == ("done", "pending")
        assert first["notes"][-1]["code"] == "critique-pending"
        review = REVIEW.validate_python(finished(client, answer.headers["location"]), strict=False)
        assert review.stages.critique == "done"
        assert isinstance(review.critique, Critique)
        assert (review.critique.model, review.critique.provider) == ("429-then-good#async", endpoint.base_url[7:-3])
        assert (review.critique.usage.tokens, review.critique.usage.calls) == (1900, 2)
        again = client.post("/api/v1/reviews", json=DRAFT, headers={"Prefer": "respond-async"})
        assert again.status_code == 200
        assert again.json()["critique"]["cached"] is True
        assert endpoint.calls("429-then-good#async") == 2


def test_wait_answers_when_it_is_finished_or_when_the_time_is_over(
    library: Library, endpoint: Running, tmp_path: Path
) -> None:
    with service(library, endpoint, "good#wait", tmp_path) as client:
        answer = client.post("/api/v1/reviews", json=DRAFT, headers={"Prefer": "wait=10"})
        assert (answer.status_code, answer.headers["preference-applied"]) == (200, "wait=10")
        assert answer.json()["stages"]["critique"] == "done"
    with service(library, endpoint, "slow#wait", tmp_path) as client:
        begun = time.monotonic()
        answer = client.post("/api/v1/reviews", json=DRAFT, headers={"Prefer": "respond-async, wait=1"})
        assert 0.9 < time.monotonic() - begun < 2.5
        assert answer.status_code == 202
        done = finished(client, answer.headers["location"])
        assert (done["stages"]["critique"], done["critique"]["reason"]) == ("degraded", "timeout")


@pytest.mark.parametrize("model", ["slow", "drip", "reset", "500", "good"])
def test_without_prefer_nothing_waits_and_nothing_leaves(
    library: Library, endpoint: Running, tmp_path: Path, model: str
) -> None:
    with service(library, endpoint, f"{model}#bare", tmp_path) as client:
        client.post("/api/v1/reviews", json=DRAFT)  # the first one compiles what it needs
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            answer = client.post("/api/v1/reviews", json=DRAFT)
            times.append(time.perf_counter() - begun)
        assert answer.status_code == 200
        assert min(times) < 0.05
        assert answer.json()["stages"]["critique"] == "skipped"
        assert answer.json()["notes"][-1]["code"] == "critique-on-request"
        assert endpoint.calls(f"{model}#bare") == 0


def test_the_rubric_does_not_wait_while_a_model_is_thinking(
    library: Library, endpoint: Running, tmp_path: Path
) -> None:
    with service(library, endpoint, "slow#busy", tmp_path) as client:
        client.post("/api/v1/reviews", json=DRAFT)
        assert client.post("/api/v1/reviews", json=DRAFT, headers={"Prefer": "respond-async"}).status_code == 202
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            assert client.post("/api/v1/reviews", json=DRAFT).status_code == 200
            times.append(time.perf_counter() - begun)
        assert min(times) < 0.05


def test_where_no_model_is_on_prefer_changes_nothing(library: Library) -> None:
    with TestClient(create_app(library, Settings(), demo=True)) as client:
        answer = client.post("/api/v1/reviews", json=DRAFT, headers={"Prefer": "respond-async"})
        assert answer.status_code == 200
        assert answer.json()["stages"]["critique"] == "off"
        assert answer.json()["critique"] is None
        assert client.get("/readyz").json()["critique"] == "off"
        assert "second opinion" not in client.get("/?lang=en", headers={"Accept": "text/html"}).text


def test_an_unknown_review_is_not_found(library: Library, endpoint: Running, tmp_path: Path) -> None:
    with service(library, endpoint, "good#404", tmp_path) as client:
        answer = client.get("/api/v1/reviews/nothing-of-that-name")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
        assert client.get("/readyz").json()["critique"] == "closed"


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("respond-async", 0.0),
        ("wait=5", 5.0),
        ("respond-async, wait=10", 10.0),
        ('Wait = "7"', 7.0),
        ("wait=100000", 60.0),
        ("wait=99999999999999999999", 60.0),
        ("wait=0", 0.0),
        ("return=minimal; foo=1, respond-async", 0.0),
    ],
)
def test_prefer_is_read_as_the_rfc_says(header: str, wait: float) -> None:
    found = preference([header])
    assert found is not None
    assert found.wait == wait


@pytest.mark.parametrize(
    "header", ["", "return=minimal", "wait", "wait=soon", "wait=-1", ",,;=", "respond-asynchronously"]
)
def test_other_preferences_are_none_of_ours(header: str) -> None:
    assert preference([header]) is None


def test_unfinished_reviews_are_kept_for_a_while(library: Library) -> None:
    now = [0.0]
    kept = MemoryReviews(most=2, seconds=10, clock=lambda: now[0])
    with TestClient(create_app(library, Settings())) as client:
        review = REVIEW.validate_json(client.post("/api/v1/reviews", json=DRAFT).content)
    names = [kept.start(review) for _ in range(3)]
    assert kept.get(names[0]) is None
    found = kept.get(names[2])
    assert found is not None and not found.finished
    kept.finish(names[2], review)
    kept.finish(names[0], review)
    found = kept.get(names[2])
    assert found is not None and found.finished
    now[0] = 11
    assert kept.get(names[2]) is None
    assert len(set(names)) == 3 and min(map(len, names)) >= 20


def test_every_process_of_a_service_finds_them(library: Library, tmp_path: Path) -> None:
    now = [1e9]
    here, there = (FolderReviews(tmp_path, seconds=10, clock=lambda: now[0]) for _ in range(2))
    with TestClient(create_app(library, Settings())) as client:
        review = REVIEW.validate_json(client.post("/api/v1/reviews", json=DRAFT).content)
    name = here.start(review)
    found = there.get(name)
    assert found is not None and (found.finished, found.review) == (False, review)
    assert [path.stat().st_mode & 0o777 for path in tmp_path.iterdir()] == [0o600]
    there.finish(name, review)
    found = here.get(name)
    assert found is not None and found.finished
    for strange in ("", "../../etc/passwd", "x" * 22, f"{name}/.."):
        assert here.get(strange) is None
    now[0] += 11
    assert here.get(name) is None
    here.finish(name, review)
    now[0] = 4e9
    here.start(review)
    assert len(list(tmp_path.iterdir())) == 1


def test_the_page_says_before_the_first_send_what_would_leave(
    library: Library, endpoint: Running, tmp_path: Path
) -> None:
    with service(library, endpoint, "good#page", tmp_path, llm_people=["Amélie"]) as client:
        client.headers.update({"Accept": "text/html", "Accept-Language": "fr"})
        page = read(client.post("/", data={**TYPED, "do": "check"}).text)
        ask = page.one("div", id="opinion-ask").text
        assert "good#page" in ask and "127.0.0.1" in ask
        assert '"text": "Améliorer l\'accueil, voir [EMAIL_1]"' in ask
        assert "anna@" not in ask
        assert endpoint.calls("good#page") == 0
        assert page.one("div", id="opinion").text.strip() == ""
        told = page.one("footer").text
        assert "deuxième avis" in told and "reste" not in told

        fragment = client.post("/", data={**TYPED, "do": "critique"}, headers=FRAGMENT)
        assert fragment.status_code == 200
        assert 'data-for="opinion"' in fragment.text
        assert 'data-for="o0-about"' not in fragment.text
        assert "(réponse de démonstration)" in fragment.text
        assert "modèle de langage good#page chez 127.0.0.1" in fragment.text
        assert endpoint.calls("good#page") == 1
        body = str(endpoint.bodies("good#page"))
        assert "anna@" not in body and "Calculer et verser les salaires" not in body

        later = client.post("/", data={**TYPED, "do": "check"}, headers=FRAGMENT).text
        assert "(réponse de démonstration)" in later  # known already: shown again without a call
        changed = client.post("/", data={**TYPED, "o0-kr1-title": "Autre chose", "do": "check"}, headers=FRAGMENT).text
        assert "(réponse de démonstration)" not in changed
        whole = read(client.post("/", data={**TYPED, "do": "critique"}).text)  # without script
        assert "(réponse de démonstration)" in whole.one("div", id="opinion").text
        assert endpoint.calls("good#page") == 1


def test_the_page_sends_only_the_draft_of_its_circle(library: Library, endpoint: Running, tmp_path: Path) -> None:
    with service(library, endpoint, "good#own", tmp_path) as client:
        client.headers.update({"Accept": "text/html", "Accept-Language": "fr"})
        client.post("/", data={**TYPED, "circle": "paie", "do": "critique"}, headers=FRAGMENT)
        (body,) = endpoint.bodies("good#own")
        user = body["messages"][1]["content"]
        assert "Calculer et verser les salaires" in user  # its own accountabilities
        assert "Groeipakket" not in user
        assert user.count('"kind": "objective"') == 2  # the draft's, and the control line


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_model_says_is_escaped_and_spoken_of_in_four_languages(
    library: Library, endpoint: Running, tmp_path: Path, language: str
) -> None:
    with service(library, endpoint, f"markup#{language}", tmp_path) as client:
        client.headers.update({"Accept": "text/html", "Accept-Language": language})
        text = client.post("/", data={**TYPED, "do": "critique"}, headers=FRAGMENT).text
        assert "<img" not in text and "&lt;img" in text
        assert f"markup#{language}" in text
        refused = client.post("/", data={**TYPED, "do": "critique", "o0-title": "Autre"}, headers=FRAGMENT)
        assert refused.status_code == 200


def test_a_failing_model_is_one_sentence_on_the_page(library: Library, endpoint: Running, tmp_path: Path) -> None:
    with service(library, endpoint, "401#page", tmp_path) as client:
        client.headers.update({"Accept": "text/html", "Accept-Language": "de"})
        text = client.post("/", data={**TYPED, "do": "critique"}, headers=FRAGMENT).text
        assert "nimmt den Schlüssel nicht an" in text
        assert "sk-hidden" not in text
        empty = client.post("/", data={"do": "critique"}, headers=FRAGMENT)
        assert empty.status_code == 200
        assert 'do" value="critique' not in empty.text
