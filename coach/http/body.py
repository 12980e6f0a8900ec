"""Reading a request body without ever holding more than the limit."""

from __future__ import annotations

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from coach.domain.okr_set import OkrSet
from coach.domain.reading import read_okr_set
from coach.errors import InputError, TooLargeError

SMALL = 50_000  #: bytes that are read and reviewed sooner than a thread is found


class UnsupportedTypeError(InputError):
    """The body is of a type that is not read here."""

    code = "unsupported-media-type"
    status = 415


async def json_body(request: Request, limit: int) -> bytes:
    """Return the body of a JSON request.

    Raises:
        UnsupportedTypeError: the content type says it is something else.
        TooLargeError: it is larger than `limit` bytes; the rest is not read.
    """
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise UnsupportedTypeError(f"The body is {kind}; only application/json is read here.")
    return await body(request, limit)


async def body(request: Request, limit: int) -> bytes:
    """Return the body; TooLargeError when it is larger than `limit` bytes."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise TooLargeError(f"The body has {int(declared):,} bytes; at most {limit:,} are read.")
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLargeError(f"The body has more than {limit:,} bytes.")
        chunks.append(chunk)
    return b"".join(chunks)


async def parsed(document: bytes, limit: int) -> OkrSet:
    """Return the okr-set of a body; see `read_okr_set` for its errors."""
    if len(document) <= SMALL:
        return read_okr_set(document, limit=limit)
    return await run_in_threadpool(read_okr_set, document, limit=limit)
