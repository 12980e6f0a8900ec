"""Every body that the description of the API shows is one that the API takes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from coach.http.api.examples import BODIES, DRAFT
from coach.rubric.library import Library
from coach.storage.store import Store
from tests.http.kept import fill, serving


@pytest.fixture
def client(library: Library, sqlite_store: Store) -> Iterator[TestClient]:
    fill(sqlite_store)
    with serving(library, sqlite_store) as client:
        yield client


def test_every_body_that_is_shown_is_taken(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()["paths"]
    kept = client.post("/api/v1/reviews", json={**DRAFT, "organisation": {"id": "maison"}}).json()
    names = {"{system}": "tool", "{external_id}": "5f71", "{fingerprint}": kept["findings"][0]["fingerprint"]}
    sent = set()
    for path, operations in described.items():
        for method, operation in operations.items():
            if "requestBody" not in operation:
                continue
            body = operation["requestBody"]["content"]["application/json"]["example"]
            place = path.replace("{name}", body.get("id", "") if isinstance(body, dict) else "")
            for name, value in names.items():
                place = place.replace(name, value)
            answer = client.request(method, place, json=body)
            assert answer.status_code in (200, 201), (path, answer.text)
            sent.add(operation["operationId"])
    assert sent == set(BODIES)


def test_duplicates_of_a_cycle_are_told_with_the_circles_they_are_in(client: TestClient) -> None:
    title = "Installer un portail pour que les parents voient la journée de leur enfant"
    for name, circle in (("D1", "accueil"), ("D2", "jeux")):
        put = client.put(f"/api/v1/projects/{name}", json={"id": name, "circle": circle, "title": title})
        assert put.status_code == 201
    found = client.get("/api/v1/cycles/2027-C1/duplicates").json()
    assert [(pair["relation"], {pair["a"]["circle"], pair["b"]["circle"]}) for pair in found["relations"]] == [
        ("duplicate", {"accueil", "jeux"})
    ]
    assert [len(group["members"]) for group in found["groups"]] == [2]
    assert client.get("/api/v1/cycles/nowhere/duplicates").status_code == 404
