"""The same request with the same Idempotency-Key is answered once; the second time it gets the first answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from coach.domain.answer import Answer
from coach.http.access import Caller
from coach.http.conditions import idempotency_key
from coach.http.memory import digest_of, kept, replayed

if TYPE_CHECKING:
    from coach.storage.store import Store


async def once(
    request: Request,
    body: bytes,
    store: Store,
    caller: Caller,
    organisation: str,
    work: Callable[[], Awaitable[Response]],
) -> Response:
    """Do the work, unless this request was answered before.

    Raises:
        ReplayError: the key came with another request.
        ConflictError: the same request is being answered now.
    """
    key = idempotency_key(request)
    if key is None:
        return await work()
    asked = key, digest_of(request, body)

    def begin() -> Answer | None:
        with store.write(organisation) as unit:
            return unit.answers(caller.name).begin(*asked)

    def end(answer: Response | None) -> None:
        with store.write(organisation) as unit:
            if answer is None:
                unit.answers(caller.name).abandon(key)
            else:
                unit.answers(caller.name).finish(key, kept(answer))

    known = await run_in_threadpool(begin)
    if known is not None:
        return replayed(known)
    try:
        answer = await work()
    except BaseException:
        await run_in_threadpool(end, None)
        raise
    await run_in_threadpool(end, answer)
    return answer
