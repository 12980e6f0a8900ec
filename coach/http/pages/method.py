"""`/method`: the words in plain words, each with an example of one and the same story."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from coach.http.pages import texts
from coach.http.pages.frame import Frame, frame, send
from coach.http.pages.remarks import TONES
from coach.http.pages.words import Words
from coach.http.state import TheService

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class MethodPage:
    """What `method.html` shows."""

    frame: Frame
    words: Words
    method: texts.Method
    tones: dict[str, str]
    about: str


@router.get("/method", response_class=HTMLResponse)
def method_page(request: Request, service: TheService) -> HTMLResponse:
    """Explain objective, outcome, output, metric, routine, project and strategy."""
    around = frame(request, service, "method")
    engine = service.engine()
    page = MethodPage(
        frame=around,
        words=Words(engine, around.language),
        method=texts.method(around.language),
        tones=TONES,
        about=engine.profile.about.get(around.language, ""),
    )
    return send(request, "method.html", page, language=around.language)
