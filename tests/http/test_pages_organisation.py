"""Pages within a stored organisation: its circles and OKRs on the drafting page, its name in every link."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date

import pytest
from starlette.testclient import TestClient

from coach.domain.language import LANGUAGES
from coach.domain.okr_set import Circle, Cycle, Objective, Project
from coach.http.sets import StoredSets, drafted
from coach.rubric.library import Library
from coach.storage.store import Store
from tests.http.kept import fill, key_of, serving, talking
from tests.http.pages_reader import read

PAGE = {"Accept": "text/html", "Accept-Language": "fr"}
TYPED = {"circle": "accueil", "o0-title": "Gérer la liste d'attente", "do": "check"}
DAY = date(2026, 11, 23)


@pytest.fixture
def client(library: Library, sqlite_store: Store) -> Iterator[TestClient]:
    fill(sqlite_store)
    with serving(library, sqlite_store) as client:
        yield client


def circles(client: TestClient, path: str = "/", **more: object) -> list[str]:
    answer = client.get(path, headers=PAGE, **more)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return [option.words for option in read(answer.text).all("option") if option.attrs.get("value")]


def test_the_only_organisation_is_the_one_people_draft_in(client: TestClient) -> None:
    assert circles(client)[:3] == ["Ancrage", "Accueil", "Jeux"]
    page = read(client.post("/", data=TYPED, headers=PAGE).text)
    assert "P701" in {code.words for code in page.all("a", class_="code")}
    parents = {option.words for option in page.all("option")}
    assert "Devenir la crèche que les parents recommandent" in parents
    circle, etag = talking(client).get("circles", "jeux")
    talking(client).put("circles", "jeux", {**circle, "name": "Salle de jeux"}, etag=etag)
    assert "Salle de jeux" in circles(client)  # read again, because something changed


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_several_there_is_one_to_choose(client: TestClient, sqlite_store: Store, language: str) -> None:
    fill(sqlite_store, "autre")
    with sqlite_store.write("autre") as unit:
        unit.circles.put(Circle(id="cuisine", name="Cuisine"))
    head = {**PAGE, "Accept-Language": language}
    page = read(client.get("/", headers=head).text)
    assert not list(page.all("select", id="circle"))
    links = {link.attrs["href"] for link in page.one("nav", class_="whose").all("a")}
    assert links == {"/?organisation=autre", "/?organisation=maison"}
    assert "Cuisine" in circles(client, "/?organisation=autre")
    assert "Cuisine" not in circles(client, "/?organisation=maison")
    assert not list(read(client.get("/?organisation=autre", headers=head).text).all("nav", class_="whose"))
    refused = client.get("/cycles", headers=head)
    assert refused.status_code == 422
    offered = [link.attrs["href"] for link in read(refused.text).one("nav", class_="whose").all("a")]
    assert client.get(offered[0], headers=head).status_code == 200
    assert client.get("/?organisation=nowhere", headers=head).status_code == 404


def test_every_link_keeps_the_organisation(client: TestClient, sqlite_store: Store) -> None:
    fill(sqlite_store, "a b&c")
    with sqlite_store.write("a b&c") as unit:
        unit.objectives.put(Objective(id="A1", circle="accueil", cycle="2027-C1", title="Gérer la liste d'attente"))
        unit.projects.put(Project(id="P1", circle="accueil", title="Nouvelle cour"))
    start = "?organisation=a+b%26c"
    coach = talking(client, organisation="a b&c")
    job = coach.review_cycle("2027-C1")
    while coach.job(job["id"])["state"] in ("queued", "running"):
        time.sleep(0.02)
    seen, waiting = set(), [f"{path}{start}" for path in ("/", "/cycles", "/rules", "/method", "/rules/none")]
    pages = 0
    while waiting and pages < 40:
        address = waiting.pop()
        pages += 1
        answer = client.get(address, headers=PAGE)
        assert answer.status_code in (200, 404), address
        for link in re.findall(r'(?:href|action|formaction)="(/[^"]*)"', answer.text):
            path = link.replace("&amp;", "&")
            if path.startswith("/static/"):
                continue
            assert "organisation=a+b%26c" in path, (address, path)
            if path not in seen and not path.startswith(("/rules/", "/?lang")) and "lang=" not in path:
                seen.add(path)
                waiting.append(path)
    assert any(path.startswith("/cycles/2027-C1/accueil") for path in seen)
    started = client.post(f"/cycles/2027-C1{start}", data={"do": "start"}, headers=PAGE, follow_redirects=False)
    assert started.headers["location"] == f"/cycles/2027-C1{start}"
    typed = client.post(f"/{start}", data=TYPED, headers=PAGE)
    assert 'href="/rules/P701?organisation=a+b%26c"' in typed.text


def test_a_key_opens_its_own_organisation_and_nobody_else_sees_one(library: Library, sqlite_store: Store) -> None:
    fill(sqlite_store)
    fill(sqlite_store, "autre")
    viewer = key_of(sqlite_store, "viewer", "autre")
    with serving(library, sqlite_store) as client:
        stranger = read(client.get("/", headers=PAGE).text)
        assert not list(stranger.all("select", id="circle"))
        assert not list(stranger.all("nav", class_="whose"))
        assert client.get("/?organisation=autre", headers=PAGE).status_code == 401
        assert client.post("/?organisation=autre", data=TYPED, headers=PAGE).status_code == 401
        assert "Accueil" in circles(client, auth=("", viewer))
        assert client.get("/?organisation=maison", headers=PAGE, auth=("", viewer)).status_code == 404
    with serving(library, sqlite_store, keys_required=True) as client:
        assert client.get("/", headers=PAGE).status_code == 401
        assert "Accueil" in circles(client, auth=("", viewer))


def test_a_database_that_is_away_says_so_on_the_page(client: TestClient, sqlite_store: Store) -> None:
    assert circles(client)
    assert sqlite_store.file is not None
    with sqlite_store.engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE organisations RENAME TO elsewhere")
        connection.commit()
    away = client.get("/", headers=PAGE)
    assert away.status_code == 503
    assert int(away.headers["retry-after"]) > 0
    with sqlite_store.engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO organisations")
        connection.commit()
    assert circles(client)


def cycle(name: str, start: str, end: str) -> Cycle:
    return Cycle(id=name, start=date.fromisoformat(start), end=date.fromisoformat(end))


YEAR = cycle("2026", "2026-01-01", "2026-12-31")
THIRD = cycle("2026-C3", "2026-09-01", "2026-12-31")
NEXT = cycle("2027-C1", "2027-01-01", "2027-04-30")
LATER = cycle("2027-C2", "2027-05-01", "2027-08-31")


@pytest.mark.parametrize(
    ("cycles", "wanted"),
    [
        ([YEAR, THIRD, NEXT, LATER], "2027-C1"),
        ([YEAR, THIRD, LATER], "2026-C3"),
        ([YEAR], "2026"),
        ([LATER], "2027-C2"),
        ([cycle("2020", "2020-01-01", "2020-12-31"), cycle("2021", "2021-01-01", "2021-12-31")], "2021"),
        ([Cycle(id="x")], None),
        ([], None),
    ],
)
def test_people_draft_for_the_cycle_that_comes(cycles: list[Cycle], wanted: str | None) -> None:
    assert drafted(cycles, DAY) == wanted


def test_what_was_read_is_kept_until_something_changes(sqlite_store: Store) -> None:
    fill(sqlite_store)
    sets = StoredSets()
    first = sets.get(sqlite_store, "maison", DAY)
    assert (first.cycle, [o.id for o in first.objectives]) == ("2027-C1", ["C1"])
    assert sets.get(sqlite_store, "maison", DAY) is first
    with sqlite_store.write("maison") as unit:
        unit.circles.put(Circle(id="new"))
        unit.organisation.touch()
    assert "new" in {circle.id for circle in sets.get(sqlite_store, "maison", DAY).circles}
    for number in range(25):
        fill(sqlite_store, f"o{number}")
        sets.get(sqlite_store, f"o{number}", DAY)
    assert len(sets._read) == 20
