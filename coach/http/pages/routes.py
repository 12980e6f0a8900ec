"""`/`: the drafting page. The form posts to the address it came from; our script posts the same and asks for a fragment."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.types import Message

from coach.domain.review import Review
from coach.http.access import caller
from coach.http.body import body
from coach.http.pages import method, rules
from coach.http.pages.draft_form import Draft, parse
from coach.http.pages.draft_page import asked_opinion, draft_page, empty_draft, filled
from coach.http.pages.edits import Edited, edit
from coach.http.pages.frame import FRAGMENT, frame, language_of, send, wants_fragment
from coach.http.pages.near import PAIR, decide_near
from coach.http.pages.whose import Within
from coach.http.state import Service

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
router.include_router(method.router)
router.include_router(rules.router)

_MOST_FIELDS = 5_000
_PARTS = {"check": "remarks", "critique": "opinion"}  # what a button changes on the page
_READ = ("check", "restore", "critique")  # buttons that change nothing in the draft


@router.get("/")
def start(request: Request, service: Within, circle: Annotated[str, Query(max_length=200)] = "") -> HTMLResponse:
    """Show an empty form, for a circle or for none."""
    around = frame(request, service, "draft")
    page, _ = draft_page(service, around, Edited(empty_draft(service, circle)))
    return send(request, "draft.html", page, language=around.language)


@router.post("/")
async def read(request: Request, service: Within) -> HTMLResponse:
    """Read what was typed: the whole page, or the parts that changed when our script asks."""
    form = await _form(request, service.settings.max_body_bytes)
    asked = None
    if form.get("do") == "critique":
        language = language_of(request, service.settings)
        asked = await asked_opinion(service, parse(_typed(form).items()), language)
    action, said = str(form.get("do", "")), ""
    if action.startswith(PAIR):
        who = await caller(request, service)
        said = await run_in_threadpool(decide_near, service, who, parse(_typed(form).items()), action)
    return await run_in_threadpool(_answer, request, service, form, asked, said)


def _typed(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


def _answer(
    request: Request, service: Service, form: FormData, asked: Review | None = None, said: str = ""
) -> HTMLResponse:
    around = frame(request, service, "draft")
    typed = _typed(form)
    fields = service.engine().profile.limits.key_results_min
    action = typed.get("do", "check")
    draft: Draft = filled(parse(typed.items()), fields)
    edited = Edited(draft, before=typed.get("before", ""))
    if action not in _READ and not action.startswith(PAIR):
        edited = edit(draft, action, language=around.language, key_results=fields, before=typed.get("before", ""))
    part = "remarks" if action.startswith(PAIR) else _PARTS.get(action, "form")
    page, usable = draft_page(service, around, edited, part, asked)
    page = replace(page, said=said)
    fragment = wants_fragment(request)
    return send(
        request,
        "fragment.html" if fragment else "draft.html",
        page,
        language=around.language,
        status=200 if usable or fragment else 422,
        media_type=FRAGMENT if fragment else "text/html",
    )


async def _form(request: Request, limit: int) -> FormData:
    """Return the form of a request, either encoding; TooLargeError when it is larger than `limit` bytes."""
    content = await body(request, limit)

    async def replay() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    again = Request(request.scope, replay)
    return await again.form(max_files=0, max_fields=_MOST_FIELDS, max_part_size=limit)
