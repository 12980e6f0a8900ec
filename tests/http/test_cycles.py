"""The review of a cycle over HTTP and on its pages."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from coach.domain.language import LANGUAGES
from coach.domain.okr_set import KeyResult, Objective, Project
from coach.rubric.library import Library
from coach.storage.store import Store
from tests.http.kept import fill, serving, talking
from tests.http.pages_reader import read

PAGE = {"Accept": "text/html", "Accept-Language": "fr"}


@pytest.fixture(scope="module")
def client(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    from coach.storage import schema

    store = Store(f"sqlite:///{tmp_path_factory.mktemp('cycles') / 'coach.sqlite'}")
    schema.upgrade(store.engine)
    fill(store)
    with store.write("maison") as unit:
        unit.objectives.put(
            Objective(
                id="A1", circle="accueil", cycle="2027-C1", title="Gérer la liste d'attente", contributes_to=["C1"],
                key_results=[KeyResult(id="K1", title="Organiser 6 soirées <d'information> pour les parents")],
            )
        )  # fmt: skip
        unit.objectives.put(Objective(id="N1", cycle="2027-C1", title="Lancer une application"))
        unit.projects.put(Project(id="P1", circle="accueil", title="Nouvelle cour"))
    with serving(library, store) as client:
        yield client
    store.close()


@pytest.fixture(scope="module")
def finished(client: TestClient) -> dict[str, object]:
    """The state of a finished review, and the events that led to it."""
    coach = talking(client)
    job = coach.review_cycle("2027-C1")
    with client.stream("GET", f"/api/v1/jobs/{job['id']}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        text = stream.read().decode()
    events = [block for block in text.replace("\r", "").split("\n\n") if "event:" in block]
    last = events[-1]
    assert "event: done" in last
    assert all("event: progress" in event for event in events[:-1])
    data = json.loads(next(line for line in last.split("\n") if line.startswith("data:"))[5:])
    assert coach.job(job["id"])["state"] == "done"
    return dict(data)


def test_the_job_is_followed_to_its_end(finished: dict[str, object], client: TestClient) -> None:
    assert (finished["state"], finished["total"], finished["done"], finished["failed"]) == ("done", 3, 3, 0)
    again = client.get(f"/api/v1/jobs/{finished['id']}/events", headers={"Last-Event-ID": "3"}).text
    assert again.count("event:") == 1
    assert talking(client).cancel(str(finished["id"]))["state"] == "done"


def test_starting_answers_with_the_job(client: TestClient, finished: dict[str, object]) -> None:
    answer = client.post("/api/v1/cycles/2027-C1/reviews?lang=nl")
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/v1/jobs/{answer.json()['id']}"
    assert client.post("/api/v1/cycles/nowhere/reviews").status_code == 404
    assert client.post("/api/v1/cycles/2027-C1/reviews?profile=nope").status_code == 404
    while talking(client).job(answer.json()["id"])["state"] in ("queued", "running"):
        time.sleep(0.05)


def test_the_page_leads_from_cycles_to_counts_to_marked_words(client: TestClient, finished: dict[str, object]) -> None:
    cycles = read(client.get("/cycles", headers=PAGE).text)
    assert "1er janvier 2027 – 30 avril 2027" in cycles.one("main").words
    page = read(client.get("/cycles/2027-C1", headers=PAGE).text)
    table = page.one("table")
    head = [cell.words.split()[0] for cell in table.one("thead").all("a")]
    assert "K201" in head
    rows = {row.one("a").words: row for row in table.one("tbody").all("tr")}
    assert set(rows) == {"Accueil", "Ancrage", "sans cercle"}
    counts = [cell.words for cell in rows["Accueil"].all("td")]
    assert counts[1 + head.index("K201")] == "1"
    assert int(counts[0]) == sum(int(count) for count in counts[1:] if count)
    one = read(client.get(rows["Accueil"].one("a").attrs["href"], headers=PAGE).text)
    assert one.one("h1").words == "Accueil"
    assert "Organiser" in [mark.text for mark in one.all("mark")]
    assert "6 soirées <d'information> pour les parents" in one.one("main").words
    codes = {code.text for code in one.all("a", class_="code")}
    assert {"K201", "P701"} <= codes
    assert client.get("/cycles/2027-C1/jeux", headers=PAGE).status_code == 404
    assert client.get("/cycles/nowhere", headers=PAGE).status_code == 404


def test_the_page_starts_and_shows_a_reading(client: TestClient, finished: dict[str, object]) -> None:
    answer = client.post("/cycles/2027-C1", data={"do": "start"}, headers=PAGE, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/cycles/2027-C1"
    stopped = client.post("/cycles/2027-C1", data={"do": "stop"}, headers=PAGE)
    assert stopped.status_code == 200
    assert client.post("/cycles/nowhere", data={"do": "start"}, headers=PAGE).status_code == 404
    foreign = {**PAGE, "Sec-Fetch-Site": "cross-site"}
    assert client.post("/cycles/2027-C1", data={"do": "start"}, headers=foreign).status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/cycles", "/cycles/2027-C1", "/cycles/2027-C1/accueil", "/cycles/2027-C1/-"])
def test_every_page_speaks_every_language(
    client: TestClient, finished: dict[str, object], path: str, language: str
) -> None:
    answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == 200
    page = read(answer.text)
    assert page.one("html").attrs["lang"] == language
    assert len(list(page.all("h1"))) == 1
    current = [link.attrs["href"] for link in page.one("nav", class_="places").all("a") if "aria-current" in link.attrs]
    assert current == ["/cycles"]


def test_a_coach_that_keeps_nothing_has_no_such_page(library: Library) -> None:
    from coach.http.app import create_app
    from coach.settings import Settings

    with TestClient(create_app(library, Settings())) as client:
        assert client.get("/cycles", headers=PAGE).status_code == 404
        assert "/cycles" not in client.get("/", headers=PAGE).text


def test_only_a_page_of_a_key_s_own_organisation_opens(library: Library, sqlite_store: Store) -> None:
    from tests.http.kept import key_of

    fill(sqlite_store)
    fill(sqlite_store, "other")
    viewer = key_of(sqlite_store, "viewer", "other")
    with serving(library, sqlite_store, keys_required=True) as client:
        assert client.get("/cycles", headers=PAGE).status_code == 401
        assert client.get("/cycles", headers=PAGE, auth=("", viewer)).status_code == 200
        assert client.get("/cycles?organisation=maison", headers=PAGE, auth=("", viewer)).status_code == 404
        assert client.post("/cycles/2027-C1", headers=PAGE, auth=("", viewer)).status_code == 403
