"""`/rules`: the catalogue by family, and one page a rule."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from coach.errors import NotFoundError
from coach.http.pages.catalogue import Family, families_of, family_of
from coach.http.pages.errors import ErrorPage
from coach.http.pages.frame import Frame, frame, send
from coach.http.pages.remarks import tone_of
from coach.http.pages.words import N_, Words
from coach.http.state import TheService
from coach.rubric.explain import RulePage, find_rule, rule_page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_MOST_SIGNALS = 5  # for, and as many against

Signals = tuple[tuple[str, float], ...]  # label and weight, the heaviest first


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """What `rules.html` shows."""

    frame: Frame
    words: Words
    families: tuple[Family, ...]
    count: int


@dataclass(frozen=True, slots=True)
class OneRulePage:
    """What `rule.html` shows: the strongest signals, the rest folded."""

    frame: Frame
    words: Words
    rule: RulePage
    tone: str
    family: str
    signals: Signals
    more_signals: Signals
    heaviest: float


@router.get("/rules")
def catalogue(request: Request, service: TheService) -> HTMLResponse:
    """List all rules by family."""
    around = frame(request, service, "rules")
    engine = service.engine()
    words = Words(engine, around.language)
    families = families_of(engine, words)
    page = CataloguePage(around, words, families, sum(len(family.rules) for family in families))
    return send(request, "rules.html", page, language=around.language)


@router.get("/rules/{code:path}", response_model=None)
def one_rule(code: str, request: Request, service: TheService) -> Response:
    """Show one rule; another spelling of its code, or its name, leads to the same address."""
    around = frame(request, service, "rules")
    engine = service.engine()
    words = Words(engine, around.language)
    try:
        known = find_rule(engine, code)
    except NotFoundError:
        near = tuple(
            entry
            for family in families_of(engine, words)
            if family.letter == code[:1].upper()
            for entry in family.rules
        )
        missing = ErrorPage(around, 404, N_("There is no rule %(code)s."), {"code": code[:40]}, near)
        return send(request, "error.html", missing, language=around.language, status=404)
    if known.code != code:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/rules/{quote(known.code)}{query}", 308)
    rule = rule_page(engine, code, around.language)
    strongest = _strongest(rule.signals)
    page = OneRulePage(
        frame=around,
        words=words,
        rule=rule,
        tone=tone_of(engine, code),
        family=family_of(code),
        signals=strongest,
        more_signals=tuple(pair for pair in rule.signals if pair not in strongest),
        heaviest=max((abs(weight) for _, weight in rule.signals), default=1.0),
    )
    return send(request, "rule.html", page, language=around.language)


def _strongest(signals: Signals) -> Signals:
    """The heaviest few on each side, from what speaks for the remark to what speaks against it."""
    for_it = [pair for pair in signals if pair[1] > 0][:_MOST_SIGNALS]
    against = [pair for pair in signals if pair[1] < 0][:_MOST_SIGNALS]
    return (*for_it, *reversed(against))
