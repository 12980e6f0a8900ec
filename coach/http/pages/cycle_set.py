"""`/cycles/{cycle}/{circle}`: what one circle wants in a cycle, every line with its evidence marked and its remarks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from coach.domain.okr_set import OkrSet
from coach.domain.review import Finding, Item, Review
from coach.errors import NotFoundError
from coach.http.access import Viewer
from coach.http.pages.cycles import Place, place_of
from coach.http.pages.draft_view import SURE, Margin
from coach.http.pages.frame import Frame, frame, send
from coach.http.pages.marks import marked
from coach.http.pages.remarks import TONES, Remark, remark, spans
from coach.http.pages.words import Words
from coach.http.state import TheService
from coach.rubric.engine import Engine
from coach.rubric.manners import line_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_SETTLED = ("dismissed", "waived", "resolved")


@dataclass(frozen=True, slots=True)
class LineView:
    """An objective, a key result or a project: its words, marked, and what is said about it."""

    id: str
    kind: str
    text: Markup
    why: Markup
    language: str
    margin: Margin


@dataclass(frozen=True, slots=True)
class SetPage:
    """What `cycle_set.html` shows."""

    frame: Frame
    words: Words
    cycle: Place
    circle: str
    lines: tuple[LineView, ...]
    whole: tuple[Remark, ...]


@router.get("/cycles/{cycle}/{circle:path}")
def one_set(cycle: str, circle: str, request: Request, service: TheService, tenant: Viewer) -> HTMLResponse:
    """Show a circle's set as it is now, reviewed in the reader's language."""
    from coach.review.cycle import NO_CIRCLE, read_circle
    from coach.review.saved import Manner

    around = frame(request, service, "cycles")
    engine = service.engine()
    words = Words(engine, around.language)
    with tenant.store.read(tenant.organisation) as unit:
        kept_cycle, kept_circle = unit.cycles.get(cycle), unit.circles.get(circle)
        wanted, review = read_circle(
            unit, circle, cycle, Manner(engine, around.language), date.today(), service.kindred
        )
    if kept_cycle is None or not (wanted.objectives or wanted.projects):
        raise NotFoundError(f"There is nothing of {circle!r} in {cycle!r}.")
    name = "" if circle == NO_CIRCLE else circle
    lines, whole = set_views(wanted, review, engine, words)
    page = SetPage(
        frame=around,
        words=words,
        cycle=place_of(kept_cycle.value, around.language),
        circle=(kept_circle.value.name if kept_circle else None) or name,
        lines=lines,
        whole=whole,
    )
    return send(request, "cycle_set.html", page, language=around.language)


def set_views(
    wanted: OkrSet, review: Review, engine: Engine, words: Words
) -> tuple[tuple[LineView, ...], tuple[Remark, ...]]:
    """Return the lines of a set in order with their remarks, and the remarks about the set as a whole."""
    by_line: dict[str, list[Finding]] = {}
    for finding in review.findings:
        if finding.status not in _SETTLED:
            by_line.setdefault(line_of(finding), []).append(finding)
    items = {item.pointer: item for item in review.items}
    lines = []
    for pointer, kind, title, why in _texts(wanted):
        found = by_line.pop(pointer, [])
        item = items.get(pointer)
        lines.append(
            LineView(
                id=pointer.strip("/").replace("/", "-"),
                kind=kind,
                text=marked(title, spans(found, engine, "/title")),
                why=marked(why, spans(found, engine, "/why")),
                language=item.language if item else "",
                margin=_margin(item, found, engine, words),
            )
        )
    rest = [finding for findings in by_line.values() for finding in findings]
    return tuple(lines), tuple(remark(finding, engine, words, language="") for finding in rest)


def _texts(wanted: OkrSet) -> Iterable[tuple[str, str, str, str]]:
    for at, objective in enumerate(wanted.objectives):
        yield f"/objectives/{at}", "objective", objective.title, objective.why or ""
        for number, key_result in enumerate(objective.key_results):
            yield f"/objectives/{at}/key_results/{number}", "key_result", key_result.title, ""
    for at, project in enumerate(wanted.projects):
        yield f"/projects/{at}", "project", project.title, ""


def _margin(item: Item | None, found: list[Finding], engine: Engine, words: Words) -> Margin:
    language = item.language if item else ""
    remarks = [(finding.visible, remark(finding, engine, words, language=language)) for finding in found]
    kind = item.type if item else None
    return Margin(
        type=words.label(f"type-{kind}") if kind else "",
        tone=TONES.get(kind or "", "other"),
        sure=((item.confidence if item else None) or 0) >= SURE,
        home=words.label(f"home-{item.belongs_to}") if item and item.belongs_to else "",
        score=None,
        praise=(item.praise or "") if item else "",
        shown=tuple(view for visible, view in remarks if visible),
        folded=tuple(view for visible, view in remarks if not visible),
    )
