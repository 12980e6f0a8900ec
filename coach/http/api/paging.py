"""Lists in pages: an opaque cursor leads from one to the next."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic_core import to_json
from starlette.responses import Response

from coach.errors import InputError, Problem
from coach.http.api.openapi import ref

_FAULT = Problem("/query/cursor", "cursor", "is none that this coach has given out")


def _cursor(
    cursor: Annotated[
        str | None, Query(max_length=1_200, description="`pagination.next_cursor` of the page before.")
    ] = None,
) -> str | None:
    if cursor is None:
        return None
    try:
        return base64.urlsafe_b64decode(cursor.encode("ascii")).decode()
    except (UnicodeError, binascii.Error, ValueError):
        raise InputError("The cursor cannot be used.", [_FAULT]) from None


Limit = Annotated[int, Query(ge=1, le=200, description="Entries of a page.")]
Cursor = Annotated[str | None, Depends(_cursor)]


def page_answer(entries: Sequence[Any], after: str | None) -> Response:
    """Return a page; `after` is the key of its last entry, None at the end."""
    following = base64.urlsafe_b64encode(after.encode()).decode() if after is not None else None
    content = {
        "data": list(entries),
        "pagination": {"next_cursor": following, "has_next_page": following is not None},
    }
    return Response(to_json(content, by_alias=True), media_type="application/json")


def listed(schema: str) -> dict[str, Any]:
    """Return the description of an answer with a page of something."""
    page = {
        "type": "object",
        "required": ["data", "pagination"],
        "properties": {"data": {"type": "array", "items": ref(schema)}, "pagination": ref("Pagination")},
    }
    return {"description": "A page.", "content": {"application/json": {"schema": page}}}
