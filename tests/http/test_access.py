"""Who may do what: every endpoint for nobody, for a lesser role, and for another organisation."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from coach.http.app import create_app
from coach.rubric.library import Library
from coach.settings import Settings
from coach.storage.models.base import now
from coach.storage.store import Store
from tests.http.kept import SAVED, fill, key_of, serving

DOCUMENTS: dict[str, dict[str, Any]] = {
    "circles": {"id": "accueil", "name": "x"},
    "cycles": {"id": "2027-C1", "name": "x"},
    "objectives": {"id": "C1", "title": "x"},
    "projects": {"id": "P1", "title": "x"},
}
#: Every request of the API that needs a stored organisation, and the least role that may send it.
REQUESTS: list[tuple[str, str, Any, str]] = [
    ("GET", "/reviews", None, "viewer"),
    ("GET", "/reviews/rev_1", None, "viewer"),
    ("GET", "/organisation", None, "viewer"),
    ("PUT", "/organisation", {"name": "x"}, "admin"),
    ("PUT", "/objectives/by-external/tool/1", SAVED, "editor"),
    ("GET", "/objectives/by-external/tool/1", None, "viewer"),
    ("GET", "/links", None, "viewer"),
    ("PUT", "/links", {"from": "C1", "to": "S1"}, "champion"),
    ("DELETE", "/links?from=C1&to=S1", None, "champion"),
    ("GET", "/key-results?objective=C1", None, "viewer"),
    ("GET", "/findings?review=rev_1", None, "viewer"),
    ("GET", "/findings/f00d", None, "viewer"),
    ("POST", "/cycles/nowhere/reviews", None, "champion"),
    ("GET", "/jobs/job_1", None, "viewer"),
    ("GET", "/jobs/job_1/events", None, "viewer"),
    ("DELETE", "/jobs/job_1", None, "champion"),
    ("PATCH", "/findings/f00d", {"decision": "accepted"}, "editor"),
    ("GET", "/similarity/verdicts", None, "viewer"),
    ("POST", "/similarity/verdicts", {"a": "a b", "b": "c d", "relation": "related"}, "champion"),
    ("DELETE", "/similarity/verdicts/a.b", None, "champion"),
    ("GET", "/similarity/next?cycle=nowhere", None, "viewer"),
    ("GET", "/similarity/relations?cycle=nowhere", None, "viewer"),
    ("GET", "/glossary", None, "viewer"),
    ("PUT", "/glossary", {"terms": []}, "champion"),
]
for kind, document in DOCUMENTS.items():
    writer = "champion" if kind in ("circles", "cycles") else "editor"
    REQUESTS += [
        ("GET", f"/{kind}", None, "viewer"),
        ("GET", f"/{kind}/{document['id']}", None, "viewer"),
        ("PUT", f"/{kind}/{document['id']}", document, writer),
        ("DELETE", f"/{kind}/{document['id']}", None, writer),
    ]
ROLES = ("viewer", "editor", "champion", "admin")


@pytest.fixture(scope="module")
def served(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, dict[str, str]]]:
    from coach.storage import schema

    store = Store(f"sqlite:///{tmp_path_factory.mktemp('access') / 'coach.sqlite'}")
    schema.upgrade(store.engine)
    fill(store)
    fill(store, "other")
    keys = {role: key_of(store, role) for role in ROLES}
    with serving(library, store) as client:
        yield client, keys
    store.close()


def send(client: TestClient, method: str, path: str, body: Any, **headers: str) -> Any:
    return client.request(method, f"/api/v1{path}", json=body, headers=headers)


@pytest.mark.parametrize(("method", "path", "body", "role"), REQUESTS, ids=[f"{r[0]} {r[1]}" for r in REQUESTS])
def test_nobody_lesser_roles_and_other_organisations(
    served: tuple[TestClient, dict[str, str]], method: str, path: str, body: Any, role: str
) -> None:
    client, keys = served
    nobody = send(client, method, path, body)
    assert nobody.status_code == 401
    assert "Bearer" in nobody.headers["www-authenticate"]
    assert send(client, method, path, body, authorization="Bearer okrc_wrong").status_code == 401
    for lesser in ROLES[: ROLES.index(role)]:
        assert send(client, method, path, body, authorization=f"Bearer {keys[lesser]}").status_code == 403
    elsewhere = f"{path}{'&' if '?' in path else '?'}organisation=other"
    assert send(client, method, elsewhere, body, authorization=f"Bearer {keys['admin']}").status_code == 404
    assert send(client, method, path, body, authorization=f"Bearer {keys[role]}").status_code in (200, 201, 204, 404)


def test_every_operation_that_keeps_or_gives_out_something_is_in_this_table(
    served: tuple[TestClient, dict[str, str]],
) -> None:
    client, _ = served
    described = client.get("/api/v1/openapi.json").json()["paths"]
    open_to_all = {"/api/v1/rules", "/api/v1/rules/{code}", "/healthz", "/readyz"}
    operations = {(m.upper(), p) for p, ms in described.items() for m in ms if p not in open_to_all}
    operations -= {("POST", "/api/v1/reviews"), ("POST", "/api/v1/similarity")}
    assert len(operations) == len(REQUESTS), sorted(operations)


def test_neighbours_are_told_to_those_with_a_key_only(served: tuple[TestClient, dict[str, str]]) -> None:
    client, keys = served
    items = [{"id": "P1", "title": "Former les conseillers au nouvel outil de paie"}]
    question = {"title": "Former les équipes au nouvel outil de paie", "items": items}
    assert send(client, "POST", "/similarity", question).status_code == 401
    answer = send(client, "POST", "/similarity", question, authorization=f"Bearer {keys['viewer']}")
    assert [near["id"] for near in answer.json()["neighbours"]] == ["P1"]


def test_a_key_sees_its_own_organisation_only(served: tuple[TestClient, dict[str, str]]) -> None:
    client, keys = served
    headers = {"authorization": f"Bearer {keys['viewer']}"}
    of_another = {**SAVED, "organisation": {"id": "other"}}
    assert client.post("/api/v1/reviews", json=of_another, headers=headers).status_code == 404
    review = client.post("/api/v1/reviews", json=SAVED, headers=headers).json()
    assert review["id"]
    assert client.get(f"/api/v1/reviews/{review['id']}", headers=headers).status_code == 200
    store = client.app.state.service.store  # type: ignore[attr-defined]
    stranger = {"authorization": f"Bearer {key_of(store, 'admin', 'other')}"}
    assert client.get(f"/api/v1/reviews/{review['id']}", headers=stranger).status_code == 404
    fingerprint = review["findings"][0]["fingerprint"]
    refused = client.patch(f"/api/v1/findings/{fingerprint}", json={"decision": "accepted"}, headers=stranger)
    assert refused.status_code == 404


def test_a_key_may_come_in_three_ways(served: tuple[TestClient, dict[str, str]]) -> None:
    client, keys = served
    key = keys["viewer"]
    basic = base64.b64encode(f"anything:{key}".encode()).decode()
    for headers in ({"Authorization": f"bearer {key}"}, {"X-Api-Key": key}, {"Authorization": f"Basic {basic}"}):
        assert client.get("/api/v1/circles", headers=headers).status_code == 200
    for wrong in ("Basic !!!", "Basic /w==", "Bearer", "Digest x", f"Bearer {key}x", "Bearer " + key.upper()):
        assert client.get("/api/v1/circles", headers={"Authorization": wrong}).status_code == 401


def test_an_ended_or_revoked_key_opens_nothing_and_its_use_is_noted(library: Library, sqlite_store: Store) -> None:
    fill(sqlite_store)
    with sqlite_store.write("maison") as unit:
        _, ended = unit.keys.create("ended", "admin", now() - timedelta(seconds=1))
        revoked, text = unit.keys.create("revoked", "admin")
        used, good = unit.keys.create("good", "viewer")
    with serving(library, sqlite_store) as client:
        assert client.get("/api/v1/circles", headers={"X-Api-Key": text}).status_code == 200
        with sqlite_store.write("maison") as unit:
            unit.keys.revoke(revoked.id)
        for key in (ended, text):
            assert client.get("/api/v1/circles", headers={"X-Api-Key": key}).status_code == 401
        assert client.get("/api/v1/circles", headers={"X-Api-Key": good}).status_code == 200
    with sqlite_store.read("maison") as unit:
        noted = {key.id: key.last_used_at for key in unit.keys.all()}
    assert noted[used.id] is not None


def test_without_keys_this_machine_is_one_user_and_others_are_nobody(library: Library, sqlite_store: Store) -> None:
    fill(sqlite_store)
    with serving(library, sqlite_store) as client:
        assert client.get("/api/v1/circles").status_code == 200
        assert client.get("/api/v1/circles", headers={"host": "evil.example"}).status_code == 421
        fill(sqlite_store, "second")
        assert client.get("/api/v1/circles").status_code == 422
        assert client.get("/api/v1/circles?organisation=second").status_code == 200
        assert client.get("/api/v1/circles?organisation=third").status_code == 404
    with serving(library, sqlite_store, keys_required=True) as client:
        for path in ("/api/v1/circles", "/"):
            assert client.get(path, headers={"host": "coach.example"}).status_code == 401
        assert client.post("/api/v1/reviews", json=SAVED).status_code == 401
        assert client.get("/healthz", headers={"host": "coach.example"}).status_code == 200
        key = key_of(sqlite_store, "viewer")
        assert client.get("/", headers={"host": "coach.example"}, auth=("me", key)).status_code == 200


def test_too_many_requests_are_told_when_to_come_back(library: Library) -> None:
    with TestClient(create_app(library, Settings(rate_limit=3))) as client:
        answers = [client.get("/api/v1/rules/K201") for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
        assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0", "0"]
        assert answers[0].headers["ratelimit-policy"] == '"default";q=3;w=60'
        assert 0 < int(answers[-1].headers["retry-after"]) <= 60
        assert answers[-1].headers["content-type"] == "application/problem+json"
        assert client.get("/healthz").status_code == 200
        assert client.get("/api/v1/rules/K201", headers={"x-api-key": "another"}).status_code == 200
