"""Who else is doing this, beside an objective while it is written; and what the reader decides about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from coach.domain.language import known
from coach.domain.okr_set import OkrSet
from coach.domain.text import text_key
from coach.http.access import Caller
from coach.http.decisions import Said, decide, kept_in
from coach.http.pages.draft_form import Draft
from coach.http.pages.words import N_, Words
from coach.http.state import Service

if TYPE_CHECKING:
    from coach.similarity.neighbours import Neighbour, Neighbourhood
    from coach.similarity.verdicts import Verdicts

_SHOWN = 3
_KEY = 16
PAIR = "pair."  #: begins the value of a button: pair.<what>.<objective>.<key of the other title>
SAID: tuple[Said, ...] = get_args(Said)


@dataclass(frozen=True, slots=True)
class Near:
    """A title of another circle.

    Attributes:
        relation: the word for what it is to the draft, and `kind` the relation's name.
        circle: whose it is.
        language: it is written in.
        why: the words that match or pull apart.
        sure: the word for how sure that is.
        key: what its buttons call it.
        decided: whether a champion said so; `kind` is then what was said, possibly `unrelated`.
    """

    relation: str
    kind: str
    text: str
    circle: str
    language: str
    why: tuple[str, ...]
    sure: str
    key: str = ""
    decided: bool = False


_TOLD = {
    (True, True): N_("Marked as different: not shown again until one of the two is reworded."),
    (True, False): N_("Marked as different, until this coach is stopped: it keeps nothing."),
    (False, True): N_("Your decision is kept."),
    (False, False): N_("Your decision holds until this coach is stopped: it keeps nothing."),
}


def near_of(service: Service, draft: Draft, words: Words) -> list[tuple[Near, ...]]:
    """Return for each objective of a draft who else is doing it; nothing without an organisation."""
    organisation = service.organisation
    around = _around(service) if not draft.blank else None
    if organisation is None or around is None:
        return []
    names = {circle.id: circle.name or circle.id for circle in organisation.circles}
    return [
        tuple(_near(found, names, words) for found in _found(around, draft, objective.title))
        for objective in draft.objectives
    ]


def decide_near(service: Service, caller: Caller, draft: Draft, action: str) -> str:
    """Take the decision of a button about an objective of the draft and a title near it; what is not there any more is left.

    Returns:
        What was done, to translate; empty where nothing was.

    Raises:
        ForbiddenError: the caller is no champion.
    """
    said, _, place = action.removeprefix(PAIR).partition(".")
    number, _, key = place.partition(".")
    around = _around(service)
    if around is None or not number.isdigit() or int(number) >= len(draft.objectives):
        return ""
    title = draft.objectives[int(number)].title
    relation = next((name for name in SAID if name == said), None)
    for found in _found(around, draft, title):
        if text_key(found.entry.text)[:_KEY] == key:
            decide(service, caller, kept_in(service), title, found.entry.text, relation)
            return _TOLD[relation == "unrelated", kept_in(service) is not None]
    return ""


def _around(service: Service) -> Neighbourhood | None:
    """The titles of the organisation the page is about, with what champions said."""
    organisation, similarity = service.organisation, service.similarity
    if organisation is None or similarity is None:
        return None
    around = similarity.layer.neighbourhood(organisation)
    around.decide(_verdicts(service, organisation))
    return around


def _verdicts(service: Service, organisation: OkrSet) -> Verdicts:
    name = kept_in(service)
    if name is None or service.store is None:
        return service.decisions.verdicts()
    from coach.review.kindred import verdicts_of

    with service.store.read(name) as unit:
        return verdicts_of(unit)


def _found(around: Neighbourhood, draft: Draft, title: str) -> Sequence[Neighbour]:
    return around.near(
        title,
        ("objective", "project"),
        group=draft.circle or None,
        language=known(draft.language),
        size=_SHOWN,
        settled=True,
    )


def _near(found: Neighbour, names: dict[str, str], words: Words) -> Near:
    said = found.judgement
    return Near(
        relation=words.label(f"relation-{said.relation}"),
        kind=said.relation,
        text=found.entry.text,
        circle=names.get(found.entry.group or "", found.entry.group or ""),
        language=found.language,
        why=said.reasons(),
        sure="" if said.decided else words.label(f"band-{said.band}"),
        key=text_key(found.entry.text)[:_KEY],
        decided=said.decided,
    )
