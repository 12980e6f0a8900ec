"""`GET /api/v1/rules`: the catalogue, from the rule files."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from coach.domain.language import Language
from coach.http.api.openapi import PROBLEMS
from coach.http.state import TheService
from coach.rubric.explain import rule_page

router = APIRouter(tags=["rules"])
_Lang = Annotated[Language, Query(description="Language of the texts.")]
_Profile = Annotated[str | None, Query(max_length=100, description="Profile whose choices are shown.")]


@router.get(
    "/rules", operation_id="listRules", summary="The catalogue", responses={404: PROBLEMS[404], 422: PROBLEMS[422]}
)
def list_rules(service: TheService, lang: _Lang = "en", profile: _Profile = None) -> dict[str, Any]:
    """Return all rules, in short, with the version of the rubric."""
    engine = service.engine(profile)
    pages = [rule_page(engine, code, lang) for code in sorted(engine.source.rules)]
    return {"rubric_version": engine.source.version, "data": [page.summary() for page in pages]}


@router.get(
    "/rules/{code}", operation_id="getRule", summary="One rule", responses={404: PROBLEMS[404], 422: PROBLEMS[422]}
)
def get_rule(code: str, service: TheService, lang: _Lang = "en", profile: _Profile = None) -> dict[str, Any]:
    """Return one rule by its code or its name: what it says, why, what helps, with examples."""
    return rule_page(service.engine(profile), code, lang).as_dict()
