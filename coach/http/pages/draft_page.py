"""The drafting page from what was typed: check, review, view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from starlette.concurrency import run_in_threadpool

from coach.domain.language import Language
from coach.domain.review import Finding, Review
from coach.http.pages.checked import Checked, check, draft_language
from coach.http.pages.circle_view import circle_view
from coach.http.pages.draft_form import MOST, Draft
from coach.http.pages.draft_view import DraftPage, LineViews
from coach.http.pages.edits import Edited, fresh
from coach.http.pages.frame import Frame
from coach.http.pages.near import near_of
from coach.http.pages.opinion_view import objectives_of, opinion_view
from coach.http.pages.organisation import Surroundings
from coach.http.pages.reading import Reading, read_draft
from coach.http.pages.words import Words
from coach.http.state import Service
from coach.review.opinion import second_opinion


def empty_draft(service: Service, circle: str) -> Draft:
    """Return the form one starts from, for a circle of the organisation or for none."""
    around = Surroundings(service.organisation)
    objective = fresh(service.engine().profile.limits.key_results_min)
    return Draft(circle=circle if around.circle(circle) else "", objectives=(objective,))


def draft_page(
    service: Service, around_page: Frame, edited: Edited, part: str = "remarks", asked: Review | None = None
) -> tuple[DraftPage, bool]:
    """Return what the page shows, and whether every field could be read.

    Args:
        service: the rubric and what is around it.
        around_page: of the page.
        edited: the draft.
        part: what a fragment replaces: the `remarks` beside the form, the whole `form`, or the `opinion`.
        asked: the review with the second opinion that was asked for.
    """
    engine = service.engine()
    draft = edited.draft
    around = Surroundings(service.organisation)
    words = Words(engine, around_page.language)
    checked = check(draft, around)
    reading = read_draft(
        checked,
        engine,
        language=around_page.language,
        input_language=draft_language(draft),
        similarity=service.similarity,
    )
    views = LineViews(checked, reading, words, engine, near_of(service, draft, words))
    shown = Counter(finding.state for finding in _findings(reading) if finding.visible)
    page = DraftPage(
        frame=around_page,
        words=words,
        draft=draft,
        okrs=tuple(views.okr(at, okr, alone=len(draft.objectives) == 1) for at, okr in enumerate(draft.objectives)),
        circle=circle_view(around.circle(draft.circle), _findings(reading), engine, around_page.language),
        circles=around.circles,
        parents=around.parents,
        own_circle=tuple(views.field(name, getattr(draft, name)) for name in ("purpose", "accountabilities")),
        whole=tuple(views.remark(finding) for finding in reading.whole),
        notes=reading.notes,
        score=reading.score,
        remarks=shown["open"],
        questions=shown["review"],
        read=checked.okr_set is not None,
        fresh=draft.blank,
        full=len(draft.objectives) >= MOST,
        qualitative=engine.profile.form == "qualitative",
        focus=edited.focus,
        before=edited.before,
        part=part,
        opinion=opinion_view(service.opinions, checked, reading.review, engine, asked),
    )
    return page, not checked.faults


async def asked_opinion(service: Service, draft: Draft, language: Language) -> Review | None:
    """Return the review of a draft with the second opinion in it; None where there is nothing to ask, or nobody."""
    if service.opinions is None:
        return None

    engine = service.engine()

    def read() -> tuple[Checked, Reading]:
        checked = check(draft, Surroundings(service.organisation))
        return checked, read_draft(
            checked, engine, language=language, input_language=draft_language(draft), similarity=service.similarity
        )

    checked, reading = await run_in_threadpool(read)
    if checked.okr_set is None or reading.review is None:
        return None
    critic = service.opinions.critic
    only, patience = objectives_of(checked), critic.config.patience
    return await second_opinion(checked.okr_set, reading.review, engine, critic, only=only, patience=patience)


def filled(draft: Draft, key_results: int) -> Draft:
    """Return a draft with at least one objective in it, so that there is always something to write into."""
    return draft if draft.objectives else replace(draft, objectives=(fresh(key_results),))


def _findings(reading: Reading) -> Iterator[Finding]:
    for line in reading.lines.values():
        yield from line.findings
    yield from reading.whole
