"""`/api/v1/glossary`: what an organisation calls things; in force without any training."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from coach.http.access import Champion, Viewer
from coach.http.api.openapi import PROBLEMS
from coach.http.glossary import checked, put_words
from coach.similarity.glossary import Term

router = APIRouter(tags=["similarity"])


class Glossary(BaseModel):
    """Words and what they mean: the id of a concept, or words that the coach knows."""

    model_config = ConfigDict(extra="forbid")

    terms: Annotated[list[Term], Field(max_length=2_000)]


@router.get(
    "/glossary",
    operation_id="getGlossary",
    summary="What the organisation calls things",
    responses={status: PROBLEMS[status] for status in (401, 403, 404, 422, 503)},
)
def get_glossary(tenant: Viewer) -> Glossary:
    """Return the words of the organisation; one that holds in several languages stands there once for each."""
    from coach.review.kindred import terms_of

    with tenant.store.read(tenant.organisation) as unit:
        return Glossary(terms=list(terms_of(unit)))


@router.put(
    "/glossary",
    operation_id="putGlossary",
    summary="Replace the glossary",
    responses={status: PROBLEMS[status] for status in (400, 401, 403, 404, 413, 422, 503)},
)
def put_glossary(glossary: Glossary, tenant: Champion) -> Glossary:
    """Replace the words of the organisation. A term without a language holds in all four; a meaning nobody knows is refused."""
    checked(glossary.terms)
    with tenant.store.write(tenant.organisation) as unit:
        put_words(unit, glossary.terms)
        unit.audit.note(tenant.caller.name, "put", "glossary")
    return get_glossary(tenant)
