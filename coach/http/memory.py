"""Requests with an Idempotency-Key: what is remembered of the answer, and a memory for what no organisation keeps."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable

from fastapi import Request
from starlette.responses import Response

from coach.domain.answer import Answer
from coach.errors import ReplayError
from coach.http.conditions import idempotency_key

_MOST = 10_000
_KEPT = ("content-type", "content-language", "etag", "location", "preference-applied")


class Memory:
    """Remembers answers that belong to no organisation, in this process."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, str], tuple[str, Answer]] = OrderedDict()

    def once(self, request: Request, body: bytes, caller: str, work: Callable[[], Response]) -> Response:
        """Do the work, unless this request was answered before; ReplayError when the key came with another one."""
        key = idempotency_key(request)
        if key is None:
            return work()
        digest = digest_of(request, body)
        known = self._answers.get((caller, key))
        if known is not None and known[0] != digest:
            raise ReplayError("This Idempotency-Key was used before, for another request.", hint="Use a new key.")
        if known is not None:
            return replayed(known[1])
        answer = work()
        self._answers[caller, key] = (digest, kept(answer))
        if len(self._answers) > _MOST:
            self._answers.popitem(last=False)
        return answer


def digest_of(request: Request, body: bytes) -> str:
    """Return what tells a request from every other one."""
    return hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode() + body).hexdigest()


def kept(answer: Response) -> Answer:
    """Return what is remembered of an answer."""
    headers = {name: value for name, value in answer.headers.items() if name in _KEPT}
    return Answer(answer.status_code, headers, bytes(answer.body))


def replayed(answer: Answer) -> Response:
    """Return an answer given before."""
    return Response(answer.body, answer.status, headers={**answer.headers, "Idempotency-Replayed": "true"})
