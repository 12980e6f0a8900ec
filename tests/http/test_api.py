"""The API: what it answers, and how it refuses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from coach.domain.review import REVIEW
from coach.http.api.examples import DRAFT
from coach.http.app import create_app
from coach.rubric.library import Library
from coach.settings import Settings


@pytest.fixture(scope="module")
def client(library: Library) -> Iterator[TestClient]:
    with TestClient(create_app(library, Settings(max_body_bytes=200_000), demo=True)) as client:
        yield client


def test_reviews_a_draft(client: TestClient) -> None:
    answer = client.post("/api/v1/reviews", json=DRAFT)
    assert answer.status_code == 200
    review = REVIEW.validate_json(answer.content)
    assert review.language == "fr"
    assert answer.headers["content-language"] == "fr"
    kinds = {item.id: item.type for item in review.items}
    assert kinds == {"O1": "transformational", "KR1": "outcome", "KR2": "output"}
    remark = next(f for f in review.findings if f.code == "K201")
    assert remark.pointer == "/objectives/0/key_results/1/title"
    title = DRAFT["objectives"][0]["key_results"][1]["title"]  # type: ignore[index]
    assert all(title[quote.start : quote.end] == quote.text for quote in remark.evidence)


def test_wordings_are_in_the_language_of_the_line_and_praise_in_the_readers(client: TestClient) -> None:
    review = REVIEW.validate_json(client.post("/api/v1/reviews?lang=nl", json=DRAFT).content)
    remark = next(f for f in review.findings if f.code == "K201")
    assert remark.message.startswith("“")
    assert all("⟨aujourd'hui⟩" in wording.text for wording in remark.suggestions)
    assert remark.suggestions
    assert review.items[0].praise == "Het wat en het waarom staan in één zin."


def test_the_reader_chooses_the_language(client: TestClient) -> None:
    review = client.post("/api/v1/reviews?lang=nl", json=DRAFT).json()
    assert review["language"] == "nl"
    assert review["items"][0]["language"] == "fr"


def test_what_was_not_sent_is_not_assessed(client: TestClient) -> None:
    review = client.post(
        "/api/v1/reviews", json={"objectives": [{"title": "Nos clients comprennent leur facture du premier coup"}]}
    ).json()
    assert review["alignment"] == [{"pointer": "/objectives/0", "state": "not_assessed", "suggested": []}]
    assert review["score"]["align"] is None
    assert {note["code"] for note in review["notes"]} >= {"alignment-not-assessed", "duties-not-assessed"}
    assert not any(f["code"].startswith("A") for f in review["findings"])


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "no JSON": ({"content": b"{", "headers": {"content-type": "application/json"}}, 400, "not-json"),
    "another type": (
        {"content": b"<x/>", "headers": {"content-type": "application/xml"}},
        415,
        "unsupported-media-type",
    ),
    "an unknown key": ({"json": {"objectves": []}}, 422, "validation"),
    "an unknown profile": ({"json": {}, "params": {"profile": "nope"}}, 404, "not-found"),
    "a path for a profile": ({"json": {}, "params": {"profile": "../../secret.yaml"}}, 404, "not-found"),
    "an unknown language": ({"json": {}, "params": {"lang": "xx"}}, 422, "validation"),
    "too large a body": (
        {"content": b" " * 300_000, "headers": {"content-type": "application/json"}},
        413,
        "too-large",
    ),
}


@pytest.mark.parametrize(("request_", "status", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_refuses_as_a_problem_document(client: TestClient, request_: dict[str, Any], status: int, code: str) -> None:
    answer = client.post("/api/v1/reviews", **request_)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"].endswith(f"/{code}")
    assert problem["detail"]


def test_names_the_place_of_every_fault(client: TestClient) -> None:
    problem = client.post("/api/v1/reviews", json={"objectives": [{"titel": "x"}]}).json()
    assert {e["pointer"] for e in problem["errors"]} == {"/objectives/0/title", "/objectives/0/titel"}


def test_stops_reading_a_body_that_does_not_say_its_length(client: TestClient) -> None:
    answer = client.post(
        "/api/v1/reviews", content=(b" " * 1000 for _ in range(400)), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413


def test_a_caller_that_leaves_in_the_middle_is_no_fault(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    parts = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(parts)

    async def send(message: Any) -> None:
        sent.append(message)

    head = [(b"host", b"testserver"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/api/v1/reviews", "query_string": b"", "headers": head}
    asyncio.run(client.app(scope, receive, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 422
    assert "unexpected" not in caplog.text


def test_other_sites_are_refused(client: TestClient) -> None:
    assert client.post("/api/v1/reviews", json=DRAFT, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post("/api/v1/reviews", json=DRAFT, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.get("/healthz", headers={"host": "evil.example"}).status_code == 421


def test_lists_and_explains_rules(client: TestClient) -> None:
    listed = client.get("/api/v1/rules?lang=fr").json()
    assert {"K201", "P701", "X801"} <= {rule["code"] for rule in listed["data"]}
    page = client.get("/api/v1/rules/k201?lang=de").json()
    assert page["code"] == "K201"
    assert page["bad"]
    assert client.get("/api/v1/rules/output-key-result").json()["code"] == "K201"
    missing = client.get("/api/v1/rules/K2O1")
    assert missing.status_code == 404
    assert "Did you mean" in missing.json()["detail"]


def test_says_how_it_is(client: TestClient) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    ready = client.get("/readyz").json()
    assert ready["profile"] == "chicc"
    assert ready["rules"] > 40


def test_describes_itself(client: TestClient) -> None:
    description = client.get("/api/v1/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    text = json.dumps(description)
    names = set(description["components"]["schemas"])
    assert {"OkrSet", "Review", "Finding", "Problem"} <= names
    for reference in set(json.loads(f"[{','.join(json.dumps(r) for r in _references(description))}]")):
        assert reference.removeprefix("#/components/schemas/") in names, reference
    assert "HTTPValidationError" not in text


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def test_answers_with_strict_headers(client: TestClient) -> None:
    headers = client.get("/healthz").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
