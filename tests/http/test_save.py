"""Check on save: kept, read within the organisation, compared with the last time, free when nothing changed."""

from __future__ import annotations

import copy
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from coach.client import ApiError
from coach.rubric.library import Library
from coach.storage.store import Store
from tests.http.kept import SAVED, fill, serving, talking

PATH = "/api/v1/objectives/by-external/tool/5f71"


@pytest.fixture
def client(library: Library, store: Store) -> Iterator[TestClient]:
    fill(store)
    with serving(library, store) as client:
        yield client


def saved(**changes: Any) -> dict[str, Any]:
    made = copy.deepcopy(SAVED)
    made["objectives"][0].update(changes)  # type: ignore[index]
    return made


def statuses(review: Any) -> dict[str, str]:
    return {f["code"] + f["pointer"]: f["status"] for f in review["findings"]}


def test_a_save_is_kept_and_answered_with_its_review(client: TestClient) -> None:
    coach = talking(client)
    first = coach.save("tool", "5f71", SAVED, language="nl")
    assert first.created
    assert first.etag == '"1"'
    assert first.review["language"] == "nl"
    assert first.review["source"] == {"system": "tool", "id": "5f71", "version": "7"}
    assert "K201/objectives/0/key_results/1/title" in statuses(first.review)
    assert set(statuses(first.review).values()) == {"new"}
    kept = client.get(PATH)
    assert kept.json()["title"] == SAVED["objectives"][0]["title"]  # type: ignore[index]
    assert client.get(PATH, headers={"If-None-Match": kept.headers["etag"]}).status_code == 304
    assert client.get(f"/api/v1/reviews/{first.review['id']}").json() == first.review


def test_the_stored_circle_is_read_along(client: TestClient) -> None:
    review = talking(client).save("tool", "1", saved(title="Gérer la liste d'attente", key_results=[])).review
    assert "P701/objectives/0/title" in statuses(review)
    assert not any(note["code"] == "alignment-not-assessed" for note in review["notes"])
    assert [item["pointer"] for item in review["items"]] == ["/objectives/0"]
    assert all(
        f["pointer"].startswith(("/objectives/0", "/objectives")) or not f["pointer"] for f in review["findings"]
    )
    assert [a["pointer"] for a in review["alignment"]] == ["/objectives/0"]


def test_an_unchanged_save_reviews_nothing_and_keeps_nothing(
    client: TestClient, store: Store, library: Library
) -> None:
    coach = talking(client)
    first = coach.save("tool", "5f71", SAVED)
    again = coach.save("tool", "5f71", {**SAVED, "source": {"version": "8"}})
    assert again.review["id"] == first.review["id"]
    assert again.etag == first.etag
    assert not again.created
    assert again.review["source"] == {"system": "tool", "id": "5f71", "version": "8"}
    assert set(statuses(again.review).values()) == {"unchanged"}
    with store.read("maison") as unit:
        assert len(unit.reviews.page().entries) == 1
    with serving(library, store) as restarted:  # a coach that remembers nothing of its own
        assert talking(restarted).save("tool", "5f71", SAVED).review["id"] == first.review["id"]


def test_what_was_mended_is_resolved_and_the_rest_unchanged(client: TestClient) -> None:
    coach = talking(client)
    coach.save("tool", "5f71", SAVED)
    mended = copy.deepcopy(SAVED["objectives"][0]["key_results"])  # type: ignore[index]
    mended[1]["title"] = "Parents qui restent plus de dix minutes : de 8 à 2 sur 12"
    review = coach.save("tool", "5f71", saved(key_results=mended)).review
    found = statuses(review)
    assert found["K201/objectives/0/key_results/1/title"] == "resolved"
    others = {status for place, status in found.items() if not place.startswith("K201")}
    assert "unchanged" in others
    once_more = coach.save("tool", "5f71", saved(key_results=mended)).review
    assert "resolved" not in statuses(once_more).values()


def test_completeness_is_asked_for_only_when_ready(client: TestClient) -> None:
    coach = talking(client)
    draft = {f["code"] for f in coach.save("tool", "1", SAVED).review["findings"]}
    ready = {f["code"] for f in coach.save("tool", "2", {**SAVED, "stage": "ready"}).review["findings"]}
    assert ready > draft


def test_a_dismissed_remark_stays_away_until_its_words_change(client: TestClient) -> None:
    coach = talking(client)
    review = coach.save("tool", "5f71", SAVED).review
    remark = next(f for f in review["findings"] if f["code"] == "K201")
    with pytest.raises(ApiError) as refused:
        coach.decide(remark["fingerprint"], "dismissed")
    assert refused.value.errors[0]["pointer"] == "/reason"
    coach.decide(remark["fingerprint"], "dismissed", reason="deliberate")
    after = coach.save("tool", "5f71", SAVED).review
    dismissed = next(f for f in after["findings"] if f["code"] == "K201")
    assert dismissed["status"] == "dismissed"
    assert after["score"]["overall"] > review["score"]["overall"]
    changed = copy.deepcopy(SAVED["objectives"][0]["key_results"])  # type: ignore[index]
    changed[1]["title"] = "Organiser 6 soirées de jeux pour les enfants"
    later = coach.save("tool", "5f71", saved(key_results=changed)).review
    assert (
        next(f for f in later["findings"] if f["code"] in ("K201", "K208") and f["status"] != "resolved")["status"]
        != "dismissed"
    )
    with pytest.raises(ApiError) as missing:
        coach.decide("nothing", "accepted")
    assert missing.value.status == 404


def test_a_stale_save_is_refused_and_changes_nothing(client: TestClient) -> None:
    coach = talking(client)
    first = coach.save("tool", "5f71", SAVED)
    second = coach.save("tool", "5f71", saved(why="parce que"), etag=first.etag)
    assert second.etag == '"2"'
    for etag in (first.etag, '"nonsense"', "nonsense"):
        with pytest.raises(ApiError) as stale:
            coach.save("tool", "5f71", saved(why="autre"), etag=etag)
        assert (stale.value.status, stale.value.code) == (412, "precondition-failed")
    assert client.get(PATH).json()["why"] == "parce que"


def test_the_same_key_gives_the_same_answer_and_another_body_is_refused(client: TestClient) -> None:
    headers = {"Idempotency-Key": '"k-1"', "Prefer": "wait=2"}
    first = client.put(PATH, json=SAVED, headers=headers)
    assert first.headers["preference-applied"] == "wait=2"
    again = client.put(PATH, json=SAVED, headers={"Idempotency-Key": "k-1"})
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]
    other = client.put(PATH, json=saved(why="x"), headers=headers)
    assert (other.status_code, other.json()["type"].rsplit("/", 1)[1]) == (422, "idempotency-reuse")
    assert client.put(PATH, json=SAVED, headers={"Idempotency-Key": "é".encode()}).status_code == 422
    plain = {"objectives": [{"title": "Nos familles se sentent attendues"}]}
    one = client.post("/api/v1/reviews", json=plain, headers={"Idempotency-Key": "p"})
    assert client.post("/api/v1/reviews", json=plain, headers={"Idempotency-Key": "p"}).content == one.content
    assert client.post("/api/v1/reviews", json={}, headers={"Idempotency-Key": "p"}).status_code == 422


def test_what_is_remembered_is_forgotten_when_anything_around_it_changes(client: TestClient) -> None:
    coach = talking(client)
    first = coach.save("tool", "5f71", SAVED)
    assert coach.save("tool", "5f71", SAVED).review["id"] == first.review["id"]
    circle, etag = coach.get("circles", "accueil")
    coach.put("circles", "accueil", {**circle, "accountabilities": ["Organiser des soirées d'information"]}, etag=etag)
    assert coach.save("tool", "5f71", SAVED).review["id"] != first.review["id"]
    _, etag = coach.get("objectives", client.get(PATH).json()["id"])
    coach.delete("objectives", client.get(PATH).json()["id"], etag=etag)
    assert coach.save("tool", "5f71", SAVED).created


def test_names_that_no_document_could_have_are_refused(client: TestClient) -> None:
    for path in (
        "/api/v1/objectives/by-external/tool/%07",
        "/api/v1/objectives/by-external/%20/1",
        "/api/v1/circles/%00",
    ):
        assert client.put(path, json=SAVED).status_code == 422
        assert client.get(path).status_code == 422


def test_a_failed_request_can_be_sent_again_with_its_key(client: TestClient) -> None:
    headers = {"Idempotency-Key": "again"}
    assert client.put(PATH, json={"objectives": []}, headers=headers).status_code == 422
    assert client.put(PATH, json=SAVED, headers=headers).status_code == 201


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no objective": ({"objectives": []}, "/objectives"),
    "two objectives": ({"objectives": [{"title": "a"}, {"title": "b"}]}, "/objectives"),
    "another id": ({**SAVED, "source": {"system": "tool", "id": "x"}}, "/source/id"),
    "another tool": ({**SAVED, "source": {"system": "x"}}, "/source/system"),
    "another organisation": ({**SAVED, "organisation": {"id": "x"}}, "/organisation/id"),
}


@pytest.mark.parametrize(("document", "pointer"), REFUSED.values(), ids=REFUSED.keys())
def test_a_set_that_is_not_this_objective_is_refused(
    client: TestClient, document: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(ApiError) as refused:
        talking(client).save("tool", "5f71", document)
    assert refused.value.status == 422
    assert pointer in {error["pointer"] for error in refused.value.errors}


def test_a_set_of_a_stored_organisation_is_compared_by_its_source(client: TestClient, store: Store) -> None:
    document = {**SAVED, "organisation": {"id": "maison"}, "source": {"system": "form", "id": "a"}}
    coach = talking(client)
    first = coach.review(document)
    assert first["id"]
    assert set(statuses(first).values()) == {"new"}
    assert coach.review(document)["id"] == first["id"]
    stranger = coach.review({**document, "organisation": {"id": "elsewhere"}})
    assert stranger["id"] is None
    with store.read("maison") as unit:
        assert [review.subject for review in unit.reviews.page().entries] == ["set:form/a"]


def test_a_locked_database_is_503_and_recovers(library: Library, sqlite_store: Store) -> None:
    fill(sqlite_store)
    assert sqlite_store.file is not None
    with serving(library, sqlite_store) as client:
        other = sqlite3.connect(sqlite_store.file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        refused = client.put(PATH, json=SAVED)
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "1"
        assert refused.json()["type"].endswith("/storage-unavailable")
        plain = client.post("/api/v1/reviews", json={"objectives": SAVED["objectives"]})
        assert plain.status_code == 200  # advice needs no database
        other.execute("ROLLBACK")
        other.close()
        assert client.put(PATH, json=SAVED).status_code == 201
