"""The same request with the same Idempotency-Key is answered once; the second time it gets the first answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import Request
from starlette.responses import Response

from coach.http.access import Caller
from coach.http.conditions import idempotency_key
from coach.http.memory import digest_of, kept, replayed

if TYPE_CHECKING:
    from coach.storage.store import Store


def once(
    request: Request, body: bytes, store: Store, caller: Caller, organisation: str, work: Callable[[], Response]
) -> Response:
    """Do the work, unless this request was answered before.

    Raises:
        ReplayError: the key came with another request.
        ConflictError: the same request is being answered now.
    """
    key = idempotency_key(request)
    if key is None:
        return work()
    digest = digest_of(request, body)
    with store.write(organisation) as unit:
        known = unit.answers(caller.name).begin(key, digest)
    if known is not None:
        return replayed(known)
    try:
        answer = work()
    except BaseException:
        with store.write(organisation) as unit:
            unit.answers(caller.name).abandon(key)
        raise
    with store.write(organisation) as unit:
        unit.answers(caller.name).finish(key, kept(answer))
    return answer
