"""The language model on the drafting page: what would leave, and what it said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from coach.critique.sheet import sheets
from coach.domain.critique import Critique
from coach.domain.okr_set import OkrSet
from coach.domain.review import Finding, Review
from coach.http.opinions import Opinions
from coach.http.pages.checked import Checked
from coach.review.opinion import known_opinion
from coach.rubric.engine import Engine


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing the model says about one line: `kind` is contest, unsure, added, wording or question."""

    kind: str
    line: str
    field: str
    text: str
    why: str = ""
    code: str = ""
    ask: str = ""
    checked: bool = False


@dataclass(frozen=True, slots=True)
class OpinionView:
    """What the page shows of the second opinion.

    Attributes:
        leaves: the draft as it would leave, line by line; empty while there is nothing to ask about.
        local: the endpoint is in the house.
        critique: the opinion on exactly this draft; None: not asked yet.
        agreed: how many remarks the model confirms.
    """

    provider: str
    model: str
    local: bool
    leaves: tuple[str, ...]
    critique: Critique | None = None
    agreed: int = 0
    sayings: tuple[Saying, ...] = ()
    language: str = ""


def opinion_view(
    opinions: Opinions | None, checked: Checked, review: Review | None, engine: Engine, asked: Review | None = None
) -> OpinionView | None:
    """Return the view; None where no language model is switched on.

    Args:
        opinions: the service's language model.
        checked: the draft.
        review: the rubric's, of the draft.
        engine: the rubric.
        asked: the review with the opinion that was just asked for; None looks for one that is known already.
    """
    if opinions is None:
        return None
    critic = opinions.critic
    where = (critic.config.provider, critic.config.model, critic.config.local)
    okr_set = checked.okr_set
    if okr_set is None or review is None:
        return OpinionView(*where, leaves=())
    only = objectives_of(checked)
    parts = sheets(okr_set, review, engine, only=only, most=critic.config.max_items)
    leaves = tuple(line for part in parts for line in critic.preview(part, engine).shown)
    found = asked or known_opinion(okr_set, review, engine, critic, only=only)
    if found is None or found.critique is None:
        return OpinionView(*where, leaves=leaves)
    critique = found.critique
    return OpinionView(
        *where,
        leaves=leaves,
        critique=critique,
        agreed=sum(verdict.opinion == "confirm" for verdict in critique.verdicts),
        sayings=tuple(_sayings(found, critique, okr_set, checked)),
        language=critique.language or "",
    )


def objectives_of(checked: Checked) -> frozenset[str]:
    """Return the pointers of the draft's own objectives: what is around them is nobody's to send."""
    return frozenset(pointer for pointer in checked.places if pointer.count("/") == 2)


def _sayings(found: Review, critique: Critique, okr_set: OkrSet, checked: Checked) -> Iterator[Saying]:
    for verdict in critique.verdicts:
        if verdict.opinion != "confirm":
            place = _place(verdict.pointer, okr_set, checked)
            yield Saying(verdict.opinion, *place, text=verdict.reason, code=verdict.code)
    added = {(finding.code, finding.pointer): finding for finding in found.findings if finding.source == "critique"}
    for addition in critique.additions:
        finding: Finding | None = added.get((addition.code, addition.quote.pointer))
        if finding is not None:
            place = _place(addition.line, okr_set, checked)
            yield Saying(
                "added",
                *place,
                text=finding.message,
                why=addition.explanation,
                code=addition.code,
                ask=finding.ask or "",
            )
    for rewrite in critique.rewrites:
        place = _place(rewrite.pointer, okr_set, checked)
        yield Saying("wording", *place, text=rewrite.text, why=rewrite.why, checked=rewrite.checked)
    for question in critique.questions:
        yield Saying("question", *_place(question.pointer, okr_set, checked), text=question.question)


def _place(pointer: str, okr_set: OkrSet, checked: Checked) -> tuple[str, str]:
    """The words of a line, and the id of its field in the form."""
    parts = pointer.split("/")
    objective = okr_set.objectives[int(parts[2])]
    if len(parts) > 4 and parts[4].isdigit():
        return objective.key_results[int(parts[4])].title, checked.places.get("/".join(parts[:5]), "")
    return objective.title, checked.places.get("/".join(parts[:3]), "")
