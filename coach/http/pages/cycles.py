"""`/cycles`: what was found in a cycle, circles by rules, as a way into each set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from coach.domain.language import Language
from coach.domain.okr_set import Cycle
from coach.domain.text import TITLE_LIMIT
from coach.errors import NotFoundError
from coach.http.access import Champion, Tenant, Viewer
from coach.http.decisions import decide
from coach.http.glossary import add_word
from coach.http.pages.between import Between, between
from coach.http.pages.frame import Frame, frame, send
from coach.http.pages.near import PAIR, SAID
from coach.http.pages.remarks import tone_of
from coach.http.pages.words import N_, Words
from coach.http.state import TheService
from coach.http.written import long_date

if TYPE_CHECKING:
    from coach.storage.repositories.cycle_reviews import CycleReview
    from coach.storage.unit import Unit

_SAID = {
    "unrelated": N_("Marked as different. The two are not shown together again until one of them is reworded."),
    "word": N_("The word is in the glossary, and in force."),
}
router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True, slots=True)
class Place:
    """A cycle to choose."""

    id: str
    name: str
    days: str
    url: str


@dataclass(frozen=True, slots=True)
class CyclesPage:
    """What `cycles.html` shows."""

    frame: Frame
    words: Words
    cycles: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A rule that has remarks somewhere."""

    code: str
    title: str
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A circle: its remarks by rule, in the order of the columns, and in all. An empty name is that of no circle."""

    name: str
    language: str
    url: str
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CyclePage:
    """What `cycle.html` shows: the job under way, if any, and the table of the last one that was finished."""

    frame: Frame
    words: Words
    cycle: Place
    job: CycleReview | None
    last: CycleReview | None
    read_on: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    between: Between | None
    said: str


@router.get("/cycles")
def all_cycles(request: Request, service: TheService, tenant: Viewer) -> HTMLResponse:
    """List the cycles of the organisation, the latest first."""
    around = frame(request, service, "cycles")
    with tenant.store.read(tenant.organisation) as unit:
        cycles = sorted(unit.cycles.all(), key=lambda cycle: (str(cycle.start or ""), cycle.id), reverse=True)
    places = tuple(place_of(cycle, around.language) for cycle in cycles)
    page = CyclesPage(around, Words(service.engine(), around.language), places)
    return send(request, "cycles.html", page, language=around.language)


@router.get("/cycles/{cycle}")
def one_cycle(cycle: str, request: Request, service: TheService, tenant: Viewer) -> HTMLResponse:
    """Show what was found in a cycle."""
    around = frame(request, service, "cycles")
    words = Words(service.engine(), around.language)
    with tenant.store.read(tenant.organisation) as unit:
        place = place_of(_known(unit, cycle), around.language)
        job = unit.cycle_reviews.last(cycle, finished=False)
        last = unit.cycle_reviews.last(cycle)
        columns, rows = _table(unit, last, place, words) if last else ((), ())
        kindred = service.kindred if job is None or not job.under_way else None
        known = kindred.in_cycle(unit, cycle) if kindred else None
        learnt = kindred.calibration(unit) if kindred and known else None
    page = CyclePage(
        frame=around,
        words=words,
        cycle=place,
        job=job,
        last=last,
        read_on=long_date(last.created_at, around.language) if last else "",
        columns=columns,
        rows=rows,
        between=between(known, learnt, words),
        said=_SAID.get(request.query_params.get("said", ""), ""),
    )
    return send(request, "cycle.html", page, language=around.language)


@router.post("/cycles/{cycle}")
def act(
    cycle: str,
    service: TheService,
    tenant: Champion,
    request: Request,
    do: Annotated[str, Form(max_length=20)] = "",
    a: Annotated[str, Form(max_length=TITLE_LIMIT)] = "",
    b: Annotated[str, Form(max_length=TITLE_LIMIT)] = "",
    at: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Start the review of a cycle, or stop the one that is under way; or keep what a champion says about a pair, or a word."""
    if do.startswith(PAIR):
        relation = next((name for name in SAID if do == PAIR + name), None)
        decide(service, tenant.caller, tenant.organisation, a, b, relation)
        return _back(request, cycle, "unrelated" if relation == "unrelated" else "", at)
    if do == "word":
        add_word(tenant, service, a, b)
        return _back(request, cycle, "word", "words")
    jobs = service.jobs
    if jobs is None:
        raise NotFoundError("This coach does no jobs.")
    if do == "stop":
        with tenant.store.read(tenant.organisation) as unit:
            job = unit.cycle_reviews.last(cycle, finished=False)
        if job is not None:
            jobs.cancel(tenant.organisation, job.id)
    else:
        language = frame(request, service, "cycles").language
        jobs.start(tenant.organisation, cycle, profile=service.settings.profile, language=_spoken(tenant, language))
    return _back(request, cycle)


def _back(request: Request, cycle: str, said: str = "", at: str = "") -> Response:
    """Lead back to the cycle: to where the reader was, with a word on what was done."""
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "said"]
    query += [("said", said)] if said else []
    where = f"?{urlencode(query)}" if query else ""
    return RedirectResponse(f"/cycles/{quote(cycle, safe='')}{where}{f'#{quote(at)}' if at else ''}", 303)


def place_of(cycle: Cycle, language: Language) -> Place:
    """Return a cycle as it is shown: its name, its days in the reader's way of writing them."""
    ends = [long_date(day, language) for day in (cycle.start, cycle.end) if day]
    return Place(cycle.id, cycle.name or cycle.id, " – ".join(ends), f"/cycles/{quote(cycle.id, safe='')}")


def _known(unit: Unit, cycle: str) -> Cycle:
    stored = unit.cycles.get(cycle)
    if stored is None:
        raise NotFoundError(f"There is no cycle {cycle!r}.")
    return stored.value


def _spoken(tenant: Tenant, language: Language) -> Language:
    with tenant.store.read(tenant.organisation) as unit:
        kept = unit.organisation.get()
    return (kept.value.language if kept else None) or language


def _table(unit: Unit, last: CycleReview, place: Place, words: Words) -> tuple[tuple[Column, ...], tuple[Row, ...]]:
    from coach.review.cycle import NO_CIRCLE

    parts = unit.cycle_reviews.parts(last.id)
    circles = {circle.id: circle for circle in unit.circles.all()}
    found: dict[str, dict[str, int]] = {part.review_id: {} for part in parts}
    totals: dict[str, int] = {}
    for review, code, count in unit.reviews.counts(list(found)):
        found[review][code] = count
        totals[code] = totals.get(code, 0) + count
    codes = sorted(totals, key=lambda code: (-totals[code], code))
    columns = tuple(_column(code, words) for code in codes)
    rows = []
    for part in parts:
        counts = found[part.review_id]
        circle = circles.get(part.circle)
        shown = (circle.name if circle else None) or ("" if part.circle == NO_CIRCLE else part.circle)
        url = f"{place.url}/{quote(part.circle, safe='')}"
        by_rule = tuple(counts.get(code, 0) for code in codes)
        rows.append(Row(shown, (circle.language if circle else None) or "", url, by_rule, sum(by_rule)))
    return columns, tuple(sorted(rows, key=lambda row: (row.name == "", row.name.casefold())))


def _column(code: str, words: Words) -> Column:
    engine = words.engine
    rule = engine.source.rules.get(code)
    if rule is None:
        return Column(code, code, "other", "")
    title = engine.speaker.say(rule.texts[words.language].title, words.language, {"evidence": "…"})
    return Column(code, title, tone_of(engine, code), f"/rules/{quote(code)}")
