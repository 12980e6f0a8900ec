"""Champions' decisions on pairs over the API, on SQLite and PostgreSQL; relations of a cycle; the glossary."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from coach.domain.okr_set import Circle, Cycle, Objective, Organisation
from coach.rubric.library import Library
from coach.storage.store import Store
from tests.http.kept import key_of, serving

FR, NL = "Répondre plus vite aux courriels des clients", "Mails van klanten vlugger beantwoorden"
CLOSE, OPEN = "Réduire les heures d'ouverture des agences", "Öffnungszeiten der Büros verlängern"
URL = "/api/v1/similarity"


def fill(store: Store, organisation: str = "maison") -> None:
    with store.write(organisation) as unit:
        unit.organisation.put(Organisation(name="La Maison", language="fr"))
        unit.cycles.put(Cycle(id="C1"))
        unit.circles.put(Circle(id="top", name="Ancrage", kind="anchor"))
        for name in ("accueil", "onthaal"):
            unit.circles.put(Circle(id=name, name=name.title()))
        company = Objective(id="T", circle="top", cycle="C1", title="Des réponses rapides pour tous nos clients")
        empty = Objective(id="E", circle="top", cycle="C1", title="Gesunde Mitarbeitende in allen Gebäuden")
        unit.objectives.put(company)
        unit.objectives.put(empty)
        unit.objectives.put(Objective(id="F", circle="accueil", cycle="C1", title=FR, contributes_to=["T"]))
        unit.objectives.put(Objective(id="N", circle="onthaal", cycle="C1", title=NL))
        unit.objectives.put(Objective(id="C", circle="accueil", cycle="C1", title=CLOSE))
        unit.objectives.put(Objective(id="O", circle="onthaal", cycle="C1", title=OPEN))


@pytest.fixture
def client(library: Library, store: Store) -> Iterator[TestClient]:
    fill(store)
    with serving(library, store) as made:
        yield made


def relations(client: TestClient) -> dict[frozenset[str], dict[str, object]]:
    said = client.get(f"{URL}/relations", params={"cycle": "C1"}).json()
    return {frozenset((pair["a"]["id"], pair["b"]["id"])): pair for pair in said["relations"]}


SAME = frozenset(("objective:F", "objective:N"))
AGAINST = frozenset(("objective:C", "objective:O"))


def test_what_a_champion_calls_different_is_not_shown_again_until_a_text_changes(
    client: TestClient, store: Store
) -> None:
    before = relations(client)
    assert before[SAME]["relation"] == "duplicate"
    assert before[AGAINST]["relation"] == "contradiction"
    said = client.post(f"{URL}/verdicts", json={"a": FR, "b": NL, "relation": "unrelated"})
    assert said.status_code == 200
    assert (said.json()["by"], said.json()["at"][:2]) == ("local", "20")
    assert SAME not in relations(client)
    assert AGAINST in relations(client)
    with store.write("maison") as unit:
        changed = Objective(id="N", circle="onthaal", cycle="C1", title="E-mails van klanten vlugger beantwoorden")
        unit.objectives.put(changed)
        unit.organisation.touch()
    assert relations(client)[SAME]["decided"] is False


def test_a_decision_can_be_replaced_and_taken_back(client: TestClient) -> None:
    for relation in ("unrelated", "related"):
        kept = client.post(f"{URL}/verdicts", json={"a": NL, "b": FR, "relation": relation}).json()
    assert [v["relation"] for v in client.get(f"{URL}/verdicts").json()["data"]] == ["related"]
    pair = relations(client)[SAME]
    assert (pair["relation"], pair["decided"], pair["probability"]) == ("related", True, 1.0)
    assert client.delete(f"{URL}/verdicts/{kept['id']}").status_code == 204
    assert client.delete(f"{URL}/verdicts/{kept['id']}").status_code == 404
    assert relations(client)[SAME]["relation"] == "duplicate"


def test_reviews_heed_decisions_on_save(client: TestClient) -> None:
    body = {"cycle": "C1", "objectives": [{"title": "Répondre aux courriels des clients plus vite", "circle": "jeux"}]}

    def saved() -> list[tuple[str, str]]:
        review = client.put("/api/v1/objectives/by-external/tool/1", json=body).json()
        assert review["stages"]["similarity"] == "done"
        return [(r["relation"], r["other"]["title"]) for r in review["relations"] if r["other"]["title"] == NL]

    assert saved() == [("duplicate", NL)]
    wish = {"a": body["objectives"][0]["title"], "b": NL, "relation": "unrelated"}  # type: ignore[index]
    assert client.post(f"{URL}/verdicts", json=wish).status_code == 200
    assert saved() == []


def test_the_most_doubtful_pairs_are_asked_about_and_not_twice(client: TestClient) -> None:
    said = client.get(f"{URL}/next", params={"cycle": "C1", "size": 50}).json()
    assert said["calibration"] == {"verdicts": 0, "right": 0, "missing": 50, "slope": None, "offset": None}
    doubts = [abs(pair["probability"] - 0.5) for pair in said["pairs"]]
    assert doubts == sorted(doubts)
    for pair in said["pairs"]:
        wish = {"a": pair["a"]["title"], "b": pair["b"]["title"], "relation": pair["relation"]}
        assert client.post(f"{URL}/verdicts", json=wish).status_code == 200
    again = client.get(f"{URL}/next", params={"cycle": "C1"}).json()
    assert again["pairs"] == []
    assert again["calibration"]["verdicts"] == again["calibration"]["right"] == len(doubts)


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"a": FR, "b": FR.upper(), "relation": "duplicate"}, 422),
        ({"a": FR, "b": NL, "relation": "twin"}, 422),
        ({"a": FR, "b": "", "relation": "related"}, 422),
        ({"a": FR, "b": NL}, 422),
        ({"a": FR, "b": "x" * 2_001, "relation": "related"}, 422),
    ],
)
def test_what_cannot_be_a_decision_is_refused(client: TestClient, wish: dict[str, str], status: int) -> None:
    assert client.post(f"{URL}/verdicts", json=wish).status_code == status


def test_only_champions_decide_and_only_for_their_own(library: Library, sqlite_store: Store) -> None:
    fill(sqlite_store)
    fill(sqlite_store, "autre")
    keys = {name: key_of(sqlite_store, role, org) for name, role, org in
            [("editor", "editor", "maison"), ("champion", "champion", "maison"), ("other", "champion", "autre")]}  # fmt: skip
    wish = {"a": FR, "b": NL, "relation": "unrelated"}
    with serving(library, sqlite_store) as client:

        def send(name: str) -> int:
            headers = {"Authorization": f"Bearer {keys[name]}"}
            return client.post(f"{URL}/verdicts", json=wish, headers=headers).status_code

        assert client.post(f"{URL}/verdicts", json=wish).status_code == 401
        assert send("editor") == 403
        assert send("champion") == 200
        other = client.get(f"{URL}/verdicts", headers={"Authorization": f"Bearer {keys['other']}"}).json()
        assert other == {"data": []}
    with sqlite_store.read("maison") as unit:
        (kept,) = unit.judgements.verdicts()
    assert (kept.by or "").startswith("key:")


def test_the_page_of_a_cycle_shows_pairs_and_keeps_decisions(client: TestClient) -> None:
    page = client.get("/cycles/C1", headers={"Accept-Language": "en"}).text
    assert "Between the circles" in page
    assert f'<q lang="nl">{NL}</q>' in page
    assert "Nothing contributes to it yet." in page
    form = {"do": "pair.unrelated", "a": FR, "b": NL, "at": "p1"}
    answer = client.post("/cycles/C1?lang=en", data=form, follow_redirects=False)
    assert answer.headers["location"] == "/cycles/C1?lang=en&said=unrelated#p1"
    after = client.get("/cycles/C1?said=unrelated", headers={"Accept-Language": "en"}).text
    assert "not shown together again" in after
    assert SAME not in relations(client)
    client.post("/cycles/C1", data={**form, "do": "pair.open"})
    assert SAME in relations(client)


def test_words_of_the_organisation_are_in_force_at_once(client: TestClient, store: Store) -> None:
    with store.write("maison") as unit:
        unit.objectives.put(
            Objective(id="H", circle="accueil", cycle="C1", title="Former nos gestionnaires à Hydrazor")
        )
        unit.objectives.put(
            Objective(
                id="P", circle="onthaal", cycle="C1", title="Onze dossierbeheerders leren werken met de loonsoftware"
            )
        )
        unit.organisation.touch()
    pair = frozenset(("objective:H", "objective:P"))
    assert "hydrazor" in client.get(f"{URL}/relations", params={"cycle": "C1"}).json()["unknown"]
    assert pair not in relations(client)
    refused = client.put("/api/v1/glossary", json={"terms": [{"term": "Hydrazor", "means": "blorptz"}]})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/terms/0/means"
    client.post("/cycles/C1", data={"do": "word", "a": "Hydrazor", "b": "logiciel de paie"})
    assert {t["term"] for t in client.get("/api/v1/glossary").json()["terms"]} == {"Hydrazor"}
    said = client.get(f"{URL}/relations", params={"cycle": "C1"}).json()
    assert "hydrazor" not in said["unknown"]
    assert pair in relations(client)
