"""What a language model says after the answer has left: kept with the review, and not lost with the process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from starlette.testclient import TestClient

from coach.domain.okr_set import Objective, OkrSet
from coach.http.app import create_app
from coach.review.jobs import Jobs
from coach.review.kindred import Kindred
from coach.review.opinion import second_opinion
from coach.review.relatives import Near
from coach.review.rest import REST, Rest
from coach.review.saved import Reviewer
from coach.rubric.library import Library
from coach.settings import Settings
from coach.storage.store import Store
from coach.storage.unit import Unit
from tests.critique.endpoint import Running, critic, running
from tests.http.kept import SAVED, fill, serving
from tests.http.test_save import saved, statuses

PATH = "/api/v1/objectives/by-external/tool/5f71"
LATER = {"Prefer": "respond-async"}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Running]:
    with running() as started:
        yield started


@contextmanager
def service(library: Library, store: Store, endpoint: Running, model: str, cache: Path) -> Iterator[TestClient]:
    chosen = Settings(
        llm_base_url=endpoint.base_url,
        llm_model=model,
        llm_api_key="sk-x",
        cache_dir=cache,
        llm_timeout=3,
        rate_limit=0,
    )
    with TestClient(create_app(library, chosen, store=store)) as client:
        yield client


def finished(client: TestClient, location: str) -> dict[str, Any]:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        answer = client.get(location)
        if answer.status_code == 200:
            return dict(answer.json())
        assert (answer.status_code, answer.headers["retry-after"]) == (202, "1")
        assert answer.json()["stages"]["critique"] == "pending"
        time.sleep(0.05)
    raise AssertionError("not finished")


def test_the_answer_leaves_first_and_the_opinion_is_kept_with_the_review(
    library: Library, store: Store, endpoint: Running, tmp_path: Path
) -> None:
    fill(store)
    model = f"good#{store.engine.dialect.name}"
    with service(library, store, endpoint, model, tmp_path) as client:
        plain = client.put(PATH, json=SAVED)
        assert (plain.status_code, plain.json()["stages"]["critique"]) == (201, "skipped")
        first = client.put(PATH, json=SAVED, headers={**LATER, "Idempotency-Key": "k"})
        assert (first.status_code, first.headers["preference-applied"]) == (202, "respond-async")
        assert first.headers["etag"] == '"1"'
        location = first.headers["location"]
        assert location == plain.headers["location"]  # the same review, now with the rest to come
        replayed = client.put(PATH, json=SAVED, headers={**LATER, "Idempotency-Key": "k"})
        assert (replayed.status_code, replayed.headers["location"]) == (202, location)
        done = finished(client, location)
        assert (done["stages"]["critique"], done["critique"]["reason"]) == ("done", "ok")
        assert not [note for note in done["notes"] if note["code"] == "critique-pending"]
        asked = endpoint.calls(model)
        again = client.put(PATH, json=SAVED, headers=LATER)
        assert (again.status_code, again.json()["id"], again.json()["critique"]) == (200, done["id"], done["critique"])
        assert client.put(PATH, json=SAVED).json()["critique"] == done["critique"]
        assert endpoint.calls(model) == asked
        body = str(endpoint.bodies(model)[-1])
        assert "Tenir les dossiers des enfants" in body  # the stored circle is read along
        assert "Devenir la crèche" not in body  # other circles' lines stay here
    with service(library, store, endpoint, model, tmp_path) as restarted:
        assert restarted.get(location).json() == done
    with store.read("maison") as unit:
        known = {f.fingerprint for f in unit.reviews.findings(done["id"])}
    assert {f["fingerprint"] for f in done["findings"]} == known


def test_within_the_time_that_is_waited_for_the_answer_is_whole(
    library: Library, sqlite_store: Store, endpoint: Running, tmp_path: Path
) -> None:
    fill(sqlite_store)
    document = {**SAVED, "organisation": {"id": "maison"}, "source": {"system": "form", "id": "a"}}
    with service(library, sqlite_store, endpoint, "good#within", tmp_path) as client:
        answer = client.post("/api/v1/reviews", json=document, headers={"Prefer": "wait=20"})
        assert (answer.status_code, answer.headers["preference-applied"]) == (200, "wait=20")
        assert answer.json()["stages"]["critique"] == "done"
        assert answer.json()["source"]["id"] == "a"
        known = client.get(answer.headers["location"], headers={"If-None-Match": answer.headers["etag"]})
        assert known.status_code == 304
    with service(library, sqlite_store, endpoint, "slow#within", tmp_path) as client:
        begun = time.monotonic()
        changed = {**saved(why="parce que"), "organisation": {"id": "maison"}, "source": {"system": "form", "id": "a"}}
        late = client.post("/api/v1/reviews", json=changed, headers={"Prefer": "wait=1"})
        assert late.status_code == 202
        assert 0.9 < time.monotonic() - begun < 4
        done = finished(client, late.headers["location"])
        assert (done["stages"]["critique"], done["critique"]["reason"]) == ("degraded", "timeout")


def test_what_the_model_said_is_compared_with_what_it_said_last_time(
    library: Library, sqlite_store: Store, endpoint: Running, tmp_path: Path
) -> None:
    fill(sqlite_store)
    wait = {"Prefer": "wait=20"}
    with service(library, sqlite_store, endpoint, "good#compared", tmp_path) as client:
        first = client.put(PATH, json=SAVED, headers=wait).json()
        added = {f["code"] + f["pointer"] for f in first["findings"] if f["source"] == "critique"}
        unasked = client.put(PATH, json=saved(why="parce que")).json()
        assert not {f["code"] for f in unasked["findings"] if f["status"] == "resolved" and f["source"] == "critique"}
        asked = client.put(PATH, json=saved(why="parce que"), headers=wait).json()
        assert asked["id"] == unasked["id"]
        found = statuses(asked)
        assert added
        assert {found[place] for place in added if place in found} <= {"unchanged", "new"}
        third = client.put(PATH, json=saved(why="pour eux"), headers=wait).json()
        assert {statuses(third)[place] for place in added if place in statuses(third)} == {"unchanged"}


def test_an_opinion_that_breaks_for_good_leaves_the_review_as_it_was(
    library: Library, sqlite_store: Store, endpoint: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_store)

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr("coach.review.rest.second_opinion", broken)
    with service(library, sqlite_store, endpoint, "good#broken", tmp_path) as client:
        answer = client.put(PATH, json=SAVED, headers={"Prefer": "wait=20"})
        assert answer.status_code == 201
        assert answer.json()["stages"]["critique"] == "failed"
        assert [note["code"] for note in answer.json()["notes"]].count("critique-internal") == 1
        monkeypatch.setattr("coach.review.rest.second_opinion", second_opinion)
        assert client.put(PATH, json=SAVED, headers={"Prefer": "wait=20"}).json()["stages"]["critique"] == "done"


def test_what_stands_near_is_looked_up_later_where_that_takes_longer_than_there_is_time(
    library: Library, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_store)
    title = str(SAVED["objectives"][0]["title"])  # type: ignore[index]
    with sqlite_store.write("maison") as unit:
        unit.objectives.put(Objective(id="J1", circle="jeux", cycle="2027-C1", title=title))
        unit.organisation.touch()
    around, waited = Kindred.around, []

    def slow(self: Kindred, unit: Unit, sent: OkrSet, *, cycle: str | None = None, patience_s: float = 0.0) -> Near:
        waited.append(patience_s)
        time.sleep(0.6 if patience_s < 100 else 0.0)
        return around(self, unit, sent, cycle=cycle, patience_s=patience_s)

    monkeypatch.setattr(Kindred, "local", property(lambda _: False))
    monkeypatch.setattr(Kindred, "around", slow)
    with serving(library, sqlite_store) as client:
        early = client.put(PATH, json=SAVED, headers=LATER)
        assert (early.status_code, early.json()["stages"]["similarity"]) == (202, "pending")
        assert [note["code"] for note in early.json()["notes"]].count("similarity-pending") == 1
        answer = ended(client, early.headers["location"])
        done = answer.json()
        assert (answer.status_code, done["stages"]["similarity"], done["id"]) == (200, "done", early.json()["id"])
        assert not [note for note in done["notes"] if note["code"] == "similarity-pending"]
        assert [relation["other"]["id"] for relation in done["relations"]] == ["objective:J1"]
        assert done["source"] == early.json()["source"]
        monkeypatch.setattr(Kindred, "around", around)
        again = client.put(PATH, json=SAVED)
        assert (again.status_code, again.json()["id"]) == (200, done["id"])
        monkeypatch.setattr(Kindred, "around", slow)
        whole = client.put(PATH, json=saved(why="parce que"), headers={"Prefer": "wait=10"})
        assert (whole.status_code, whole.json()["stages"]["similarity"]) == (200, "done")
        monkeypatch.setattr(Kindred, "around", lambda *_, **__: time.sleep(1.5) or 1 / 0)
        unaware = client.put(PATH, json=saved(why="encore"))  # waits a second, as anybody does on save
        assert (unaware.status_code, unaware.json()["stages"]["similarity"]) == (200, "pending")
        assert ended(client, unaware.headers["location"]).json()["stages"]["similarity"] == "failed"
    assert max(waited) > 100


def ended(client: TestClient, location: str) -> Any:
    until = time.monotonic() + 20
    while (answer := client.get(location)).status_code == 202 and time.monotonic() < until:
        time.sleep(0.05)
    return answer


def test_two_requests_for_the_same_review_are_one_job(
    library: Library, sqlite_store: Store, endpoint: Running, tmp_path: Path
) -> None:
    fill(sqlite_store)
    with service(library, sqlite_store, endpoint, "slow#once", tmp_path) as client:
        places = {client.put(PATH, json=SAVED, headers=LATER).headers["location"] for _ in range(3)}
        assert len(places) == 1
        finished(client, places.pop())
    with sqlite_store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*), min(payload) FROM jobs").one() == (1, "{}")


def test_a_killed_process_loses_no_opinion(
    library: Library, sqlite_store: Store, endpoint: Running, tmp_path: Path
) -> None:
    store = sqlite_store
    fill(store)
    chosen = {
        "COACH_DATABASE_URL": store.url, "COACH_CACHE_DIR": str(tmp_path), "COACH_LLM_BASE_URL": endpoint.base_url,
        "COACH_LLM_MODEL": "slow#killed", "COACH_LLM_TIMEOUT": "60", "COACH_LLM_READ_TIMEOUT": "60",
    }  # fmt: skip
    command = [sys.executable, "-m", "coach", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **chosen}) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[3]
        head = {"Content-Type": "application/json", **LATER}
        with urlopen(Request(f"{url}{PATH}", json.dumps(SAVED).encode(), head, method="PUT")) as answer:
            assert answer.status == 202
            location = answer.headers["location"]
        until = time.monotonic() + 20
        while not endpoint.calls("slow#killed") and time.monotonic() < until:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    review = location.rsplit("/", 1)[1]
    with store.read("maison") as unit:
        job = unit.jobs.under_way(REST, review)
    assert job is not None
    rest = Rest(store, library.engine, Reviewer(store), lambda: critic(endpoint.base_url, "good#killed"))
    jobs = Jobs(store, library.engine, [rest])
    assert jobs.resume() == 1
    while (found := _job(store, job.id)).under_way and time.monotonic() < until + 20:
        time.sleep(0.05)
    jobs.close()
    assert (found.state, found.payload) == ("done", {})
    with store.read("maison") as unit:
        kept = unit.reviews.get(review)
    assert kept is not None
    assert json.loads(kept.document)["stages"]["critique"] == "done"


def _job(store: Store, name: str) -> Any:
    with store.read("maison") as unit:
        return unit.jobs.get(name)
