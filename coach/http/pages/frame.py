"""What every page has around it, and how a page is sent."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse

from coach.domain.language import LANGUAGES, Language, known
from coach.errors import CoachError
from coach.http.locale import COOKIE, environment, reader_language
from coach.http.state import Service
from coach.settings import Settings

FRAGMENT = "text/vnd.fragment+html"
_ORGANISATION = "organisation"
_A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Frame:
    """Around every page.

    Attributes:
        here: which entry of the navigation is the current one: draft, method, rules or none.
        switches: language -> address of this page in it.
        rubric: version of the rubric, and `profile` the one that judges.
        model_at: host of the language model that may be asked; empty: none is switched on.
        keeps: whether there is a store, and so cycles to look at.
        organisation: id of the one that the address names; it stays in every link.
        organisations: those to choose from, (name, address of this page in it); none where there is nothing to choose.
    """

    language: Language
    here: str
    switches: dict[Language, str]
    rubric: str
    profile: str
    model_at: str = ""
    keeps: bool = False
    organisation: str = ""
    organisations: tuple[tuple[str, str], ...] = ()

    def to(self, path: str) -> str:
        """Return an address of ours that keeps the organisation."""
        if not self.organisation:
            return path
        place, mark, part = path.partition("#")
        return f"{place}{'&' if '?' in place else '?'}{urlencode({_ORGANISATION: self.organisation})}{mark}{part}"


def frame(request: Request, service: Service, here: str) -> Frame:
    """Return the frame of a page in the reader's language."""
    query = [(name, value) for name, value in request.query_params.multi_items() if name != COOKIE]
    # A path that begins with two slashes would be read as another host.
    here_again = "/" + quote(request.scope["path"].lstrip("/"))
    engine = service.engine()
    organisation = request.query_params.get(_ORGANISATION, "")
    return Frame(
        language=language_of(request, service.settings),
        here=here,
        switches={other: f"{here_again}?{urlencode([*query, (COOKIE, other)])}" for other in LANGUAGES},
        rubric=engine.source.version,
        profile=engine.profile.name,
        model_at=service.opinions.critic.config.provider if service.opinions else "",
        keeps=service.store is not None,
        organisation=organisation,
        organisations=() if organisation else _choices(service, here_again, query),
    )


def _choices(service: Service, here: str, query: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The organisations that the local user chooses from; with keys there is nothing to choose, and nothing is told."""
    if service.store is None or service.keys_required or service.organisation is not None or service.keys_known.any:
        return ()
    with suppress(CoachError):  # a page is shown all the same while the database is away
        known = service.store.directory()
        if len(known) > 1:
            return tuple((name, f"{here}?{urlencode([*query, (_ORGANISATION, one)])}") for one, name in known)
    return ()


def language_of(request: Request, settings: Settings) -> Language:
    """Return the reader's language, English where nothing else is asked for or set."""
    return reader_language(request, settings.language)


def wants_fragment(request: Request) -> bool:
    """Tell whether our own script asks, which puts the answer into the page it has."""
    return FRAGMENT in request.headers.get("accept", "")


def context_of(page: Any) -> dict[str, Any]:
    """Return the variables of a template: the fields of its dataclass, as they are."""
    return {field.name: getattr(page, field.name) for field in fields(page)}


def send(
    request: Request, template: str, page: Any, *, language: Language, status: int = 200, media_type: str = "text/html"
) -> HTMLResponse:
    """Render a page and answer with it; a language asked for by `?lang=` is remembered.

    Args:
        request: the request.
        template: file name in `web/templates`.
        page: the dataclass of what the template shows.
        language: the reader's.
        status: HTTP status.
        media_type: `text/html`, or that of a fragment.
    """
    body = environment(language).get_template(template).render(context_of(page))
    headers = {
        "Vary": "Accept, Accept-Language, Cookie",
        "Content-Language": language,
        "Cache-Control": "private, no-cache",
    }
    answer = HTMLResponse(body, status, headers=headers, media_type=media_type)
    if known(request.query_params.get(COOKIE)):
        answer.set_cookie(
            COOKIE, language, max_age=_A_YEAR, samesite="lax", httponly=True, secure=request.url.scheme == "https"
        )
    return answer
