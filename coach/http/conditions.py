"""Headers of a request that change how it is answered: If-Match, If-None-Match, Idempotency-Key."""

from __future__ import annotations

import re

from fastapi import Request

from coach.domain.pointer import pointer
from coach.errors import InputError, Problem

_VERSION = re.compile(r'"(\d{1,9})"', re.ASCII)
_KEY = re.compile(r'"?([\x21\x23-\x7e]{1,200})"?', re.ASCII)


def etag(version: int | str) -> str:
    """Return a strong entity tag."""
    return f'"{version}"'


def expected_version(request: Request) -> int | None:
    """Return the version a change is meant for: of `If-Match`, 0 for `If-None-Match: *`, None without either.

    A tag that is none of ours stands for a version that nothing has.
    """
    if request.headers.get("if-none-match", "").strip() == "*":
        return 0
    given = request.headers.get("if-match", "").strip()
    if not given or given == "*":
        return None
    found = _VERSION.fullmatch(given)
    return int(found[1]) if found else -1


def is_known(request: Request, tag: str) -> bool:
    """Tell whether the caller already has what a tag stands for."""
    given = request.headers.get("if-none-match", "")
    return any(part.strip().removeprefix("W/") in (tag, "*") for part in given.split(",") if part.strip())


def idempotency_key(request: Request) -> str | None:
    """Return the Idempotency-Key, quoted or not, or None.

    Raises:
        InputError: it is empty, too long or has characters that a key cannot have.
    """
    given = request.headers.get("idempotency-key")
    if given is None:
        return None
    found = _KEY.fullmatch(given.strip())
    if not found:
        place = pointer(("header", "idempotency-key"))
        raise InputError(
            "The Idempotency-Key cannot be used.", [Problem(place, "pattern", "must be 1 to 200 visible characters")]
        )
    return found[1]
