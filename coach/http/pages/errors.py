"""What went wrong, as a page that looks like the others."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import Request
from fastapi.responses import HTMLResponse

from coach.http.pages.catalogue import Entry
from coach.http.pages.frame import Frame, frame, send
from coach.http.pages.words import N_

#: Status -> what is said, in English; the template translates it.
SAID = {
    400: N_("The coach could not read what was sent."),
    401: N_("This coach answers to those who have an API key: give it as the password."),
    404: N_("There is no such page."),
    405: N_("This page cannot be used like that."),
    413: N_("This is more than the coach reads at once."),
    422: N_("Something in this address cannot be used."),
    500: N_("Something went wrong here. Your draft is not at fault."),
}
HELP = {
    413: N_("Go back: what you wrote is still in the form. Shorten it, or send it in parts."),
    500: N_("Go back: what you wrote is still in the form. If it happens again, tell whoever looks after this coach."),
}


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What `error.html` shows.

    Attributes:
        message: English, translated by the template, with `values` filled in.
        near: rules that may have been meant.
        help: what to do about it, English; empty where there is nothing.
    """

    frame: Frame
    status: int
    message: str
    values: dict[str, str] = field(default_factory=dict)
    near: tuple[Entry, ...] = ()
    help: str = ""


def wants_page(request: Request) -> bool:
    """Tell whether an error is to be shown to a person: not the API, and a browser that takes HTML."""
    path = request.url.path
    return not (path == "/api" or path.startswith("/api/")) and "text/html" in request.headers.get("accept", "")


def error_page(request: Request, status: int) -> HTMLResponse:
    """Return the page of an HTTP error."""
    around = frame(request, request.app.state.service, "")
    message = SAID.get(status) or (SAID[500] if status >= 500 else SAID[400])
    page = ErrorPage(around, status, message, help=HELP.get(status, ""))
    return send(request, "error.html", page, language=around.language, status=status)
