"""A typed client of the API: what an OKR tool calls on save.

with Coach("https://coach.example", key="okrc_…") as coach:
    saved = coach.save("my-tool", "5f71", {"objectives": [{"title": "…", "circle": "it"}]})
    for finding in saved.review["findings"]: ...
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Protocol, TypedDict, cast
from urllib.parse import quote

from coach.errors import MissingPartError

Language = Literal["en", "fr", "nl", "de"]
Kind = Literal["circles", "cycles", "objectives", "projects"]
Document = Mapping[str, Any]
_BUSY = (429, 503)


class Finding(TypedDict):
    """One remark of a review; the other members are those of `okr-review/1`."""

    code: str
    severity: Literal["blocker", "major", "minor", "hint"]
    state: Literal["open", "review"]
    status: Literal["new", "unchanged", "resolved", "waived", "dismissed", "contested"]
    pointer: str
    message: str
    ask: str | None
    fingerprint: str


class Review(TypedDict):
    """A review; the other members are those of `okr-review/1`."""

    id: str | None
    language: Language
    score: dict[str, Any]
    stages: dict[str, str]
    notes: list[dict[str, str]]
    items: list[dict[str, Any]]
    findings: list[Finding]
    source: dict[str, str | None] | None


class Job(TypedDict):
    """How far the review of a cycle is."""

    id: str
    cycle: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    total: int
    done: int
    reused: int
    failed: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Saved:
    """A review, and the version of what was saved along with it."""

    review: Review
    etag: str
    created: bool


class ApiError(Exception):
    """The API refused.

    Attributes:
        status: HTTP status.
        code: tail of the problem's type, such as `validation`.
        errors: every single fault, with its JSON Pointer.
        retry_after: seconds after which another try makes sense, or None.
    """

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: int | None) -> None:
        super().__init__(f"{status}: {problem.get('detail', '')}")
        self.status = status
        self.code = str(problem.get("type", "")).rsplit("/", 1)[-1]
        self.errors: list[dict[str, str]] = list(problem.get("errors", []))
        self.retry_after = retry_after


class Reply(Protocol):
    """An answer of an HTTP library."""

    @property
    def status_code(self) -> int:
        """Its status."""

    @property
    def content(self) -> bytes:
        """Its body."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Its headers, by names without regard to case."""


class Http(Protocol):
    """What sends requests: an httpx2 or httpx client, or a test client."""

    def request(self, method: str, url: str, *, params: Any, content: Any, headers: Any) -> Reply:
        """Send a request and read its answer."""

    def close(self) -> None:
        """Close all connections."""


class Coach:
    """A connection to a coach.

    Args:
        url: where it is, without `/api/v1`.
        key: an API key; None: the local user of a coach on this machine.
        organisation: id of the organisation, where neither the key nor being the only one says which is meant.
        retries: how often to try again while the coach is busy, waiting as long as it says.
        http: what sends requests; None: a client of its own.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        *,
        key: str | None = None,
        organisation: str | None = None,
        retries: int = 2,
        http: Http | None = None,
    ) -> None:
        self._base = f"{url.rstrip('/')}/api/v1"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._organisation = organisation
        self._retries = retries
        self._http = http or _own_http()

    def __enter__(self) -> Coach:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def review(
        self,
        okr_set: Document,
        *,
        language: Language | None = None,
        wait_s: float | None = None,
        once: str | None = None,
    ) -> Review:
        """Review an okr-set.

        Args:
            okr_set: as `okr-set/1` describes it.
            language: the reader's; None: that of the draft.
            wait_s: how long to wait for a second opinion; None: not at all.
            once: an Idempotency-Key: the same request again gets the same answer.

        Raises:
            ApiError: the coach refused, with every fault and its place.
        """
        headers = {"Prefer": f"wait={wait_s:g}"} if wait_s is not None else {}
        if once is not None:
            headers["Idempotency-Key"] = once
        return cast(Review, _read(self._send("POST", "/reviews", okr_set, {"lang": language}, headers)))

    def save(
        self,
        system: str,
        name: str,
        okr_set: Document,
        *,
        language: Language | None = None,
        etag: str | None = None,
    ) -> Saved:
        """Keep the one objective of an okr-set under a tool's own id, and review it.

        Args:
            system: name of the tool.
            name: the objective's id there.
            okr_set: with exactly one objective.
            language: the reader's; None: that of the draft.
            etag: of the version it replaces; None: any.
        """
        path = f"/objectives/by-external/{quote(system, safe='')}/{quote(name, safe='/')}"
        reply = self._send("PUT", path, okr_set, {"lang": language}, {"If-Match": etag} if etag else {})
        return Saved(cast(Review, _read(reply)), reply.headers["etag"], reply.status_code == 201)

    def get(self, kind: Kind, name: str) -> tuple[dict[str, Any], str]:
        """Return a document and its ETag."""
        reply = self._send("GET", f"/{kind}/{quote(name, safe='/')}")
        return cast("dict[str, Any]", _read(reply)), reply.headers["etag"]

    def put(self, kind: Kind, name: str, document: Document, *, etag: str | None = None) -> str:
        """Keep a document; return its new ETag."""
        headers = {"If-Match": etag} if etag else {}
        return self._send("PUT", f"/{kind}/{quote(name, safe='/')}", document, headers=headers).headers["etag"]

    def delete(self, kind: Kind, name: str, *, etag: str | None = None) -> None:
        """Delete a document."""
        self._send("DELETE", f"/{kind}/{quote(name, safe='/')}", headers={"If-Match": etag} if etag else {})

    def list(self, kind: str, **only: str) -> Iterator[dict[str, Any]]:
        """Yield all documents of a kind, page by page; `circle` and `cycle` narrow it where they make sense."""
        cursor: str | None = None
        while True:
            page = cast("dict[str, Any]", _read(self._send("GET", f"/{kind}", query={**only, "cursor": cursor})))
            yield from page["data"]
            cursor = page["pagination"]["next_cursor"]
            if cursor is None:
                return

    def decide(
        self,
        fingerprint: str,
        decision: Literal["open", "accepted", "dismissed"],
        *,
        reason: Literal["deliberate", "mistaken", "later"] | None = None,
        note: str | None = None,
    ) -> None:
        """Accept or dismiss a remark."""
        body = {"decision": decision, "reason": reason, "note": note}
        self._send("PATCH", f"/findings/{quote(fingerprint, safe='')}", body)

    def review_cycle(self, cycle: str) -> Job:
        """Start the review of a cycle, or join the one that is under way."""
        return cast(Job, _read(self._send("POST", f"/cycles/{quote(cycle, safe='')}/reviews")))

    def job(self, name: str) -> Job:
        """Return how far a job is."""
        return cast(Job, _read(self._send("GET", f"/jobs/{quote(name, safe='')}")))

    def cancel(self, name: str) -> Job:
        """Stop a job."""
        return cast(Job, _read(self._send("DELETE", f"/jobs/{quote(name, safe='')}")))

    def _send(
        self,
        method: str,
        path: str,
        body: Document | None = None,
        query: Mapping[str, str | None] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        asked = {**(query or {}), "organisation": self._organisation}
        params = {name: value for name, value in asked.items() if value is not None}
        sent = {**self._headers, **(headers or {})}
        content = None
        if body is not None:
            content = json.dumps(body, ensure_ascii=False).encode()
            sent["Content-Type"] = "application/json"
        for left in range(self._retries, -1, -1):
            reply = self._http.request(method, self._base + path, params=params, content=content, headers=sent)
            if reply.status_code < 400:
                return reply
            after = _retry_after(reply)
            if left == 0 or after is None or reply.status_code not in _BUSY:
                raise ApiError(reply.status_code, _problem(reply), after)
            time.sleep(after)
        raise AssertionError("the loop ends by returning or raising")


def _own_http() -> Http:
    try:
        import httpx2 as library
    except ModuleNotFoundError:
        raise MissingPartError("The client needs an HTTP library.", hint="pip install httpx2") from None
    return library.Client(timeout=30.0)


def _read(reply: Reply) -> object:
    return json.loads(reply.content)


def _problem(reply: Reply) -> Mapping[str, Any]:
    try:
        found = json.loads(reply.content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _retry_after(reply: Reply) -> int | None:
    value = reply.headers.get("retry-after", "")
    return int(value) if value.isdigit() else None
