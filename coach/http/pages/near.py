"""Who else is doing this, beside an objective while it is written."""

from __future__ import annotations

from dataclasses import dataclass

from coach.domain.language import known
from coach.http.pages.draft_form import Draft
from coach.http.pages.words import Words
from coach.http.state import Service

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Near:
    """A title of another circle.

    Attributes:
        relation: the word for what it is to the draft, and `kind` the relation's name.
        circle: whose it is.
        language: it is written in.
        why: the words that match or pull apart.
        sure: the word for how sure that is.
    """

    relation: str
    kind: str
    text: str
    circle: str
    language: str
    why: tuple[str, ...]
    sure: str


def near_of(service: Service, draft: Draft, words: Words) -> list[tuple[Near, ...]]:
    """Return for each objective of a draft who else is doing it; nothing without an organisation."""
    organisation, similarity = service.organisation, service.similarity
    if organisation is None or similarity is None or draft.blank:
        return []
    around = similarity.layer.neighbourhood(organisation)
    names = {circle.id: circle.name or circle.id for circle in organisation.circles}
    return [
        tuple(
            Near(
                relation=words.label(f"relation-{found.judgement.relation}"),
                kind=found.judgement.relation,
                text=found.entry.text,
                circle=names.get(found.entry.group or "", found.entry.group or ""),
                language=found.language,
                why=found.judgement.reasons(),
                sure=words.label(f"band-{found.judgement.band}"),
            )
            for found in around.near(
                objective.title,
                ("objective", "project"),
                group=draft.circle or None,
                language=known(draft.language),
                size=_SHOWN,
            )
        )
        for objective in draft.objectives
    ]
