"""The second opinion on a whole set: one question for each circle, the wordings read by the rubric, the parts joined."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from coach.critique.catalogue import INJECTION
from coach.critique.critic import Critic
from coach.critique.reword import Objection
from coach.critique.says import note
from coach.critique.sheet import Sheet, sheets
from coach.domain.critique import Critique, CritiqueStatus, Reason, Rewrite, Usage
from coach.domain.language import Language
from coach.domain.okr_set import Circle, KeyResult, Objective, OkrSet
from coach.domain.review import Note, Review
from coach.review.merge import merge, staged
from coach.rubric.engine import Engine
from coach.rubric.manners import line_of

_GRAVE = ("blocker", "major")


async def second_opinion(
    okr_set: OkrSet,
    review: Review,
    engine: Engine,
    critic: Critic | None,
    *,
    only: frozenset[str] | None = None,
    patience: float | None = None,
) -> Review:
    """Return the review with a language model's opinion in it; it never raises, and never takes anything away.

    Args:
        okr_set: what was reviewed.
        review: the rubric's.
        engine: the rubric.
        critic: what asks the model; None: it is off.
        only: pointers of the objectives to ask about; None: all.
        patience: seconds to wait for a turn; None waits.
    """
    if critic is None:
        return merge(review, Critique("off", "off"), okr_set, engine)
    parts = sheets(okr_set, review, engine, only=only, most=critic.config.max_items)
    scope = secrets.token_hex(8)
    opinions = await asyncio.gather(
        *(critic.review(part, engine, language=review.language, patience=patience, scope=scope) for part in parts)
    )
    critique = await asyncio.to_thread(checked, join(opinions, review.language), okr_set, engine)
    critique = await improved(critique, parts, okr_set, engine, critic, scope)
    return merge(review, critique, okr_set, engine)


def on_request(review: Review) -> Review:
    """Return the review with a word on how to get an opinion: nothing leaves that nobody asked for."""
    return staged(review, "skipped", Note("critique-on-request", note("on_request", review.language)))


def awaited(review: Review) -> Review:
    """Return the review with a word that the opinion is on its way."""
    return staged(unasked(review), "pending", Note("critique-pending", note("pending", review.language)))


def given_up(review: Review) -> Review:
    """Return the review with a word that there will be no opinion."""
    return staged(unasked(review), "failed", Note("critique-internal", note("internal", review.language)))


def unasked(review: Review) -> Review:
    """Return the review without any word on why there is no opinion yet."""
    notes = tuple(entry for entry in review.notes if not entry.code.startswith("critique-"))
    return replace(review, notes=notes, stages=replace(review.stages, critique="off"))


async def improved(
    critique: Critique, parts: Sequence[Sheet], okr_set: OkrSet, engine: Engine, critic: Critic, scope: str
) -> Critique:
    """Ask once more about the first wordings that the rubric objects to; what it still objects to stays as it was."""
    for rewrite, part, objections in _doubtful(critique, parts, engine, critic):
        wordings, spent = await critic.reword(part, rewrite.pointer, objections, engine, scope=scope)
        critique = replace(critique, usage=_together([critique.usage, spent]))
        critique = _exchanged(critique, rewrite, wordings, okr_set, engine)
    return critique


def _doubtful(
    critique: Critique, parts: Sequence[Sheet], engine: Engine, critic: Critic
) -> Iterator[tuple[Rewrite, Sheet, list[Objection]]]:
    doubtful = [rewrite for rewrite in critique.rewrites if not rewrite.checked][: critic.config.rewordings]
    for rewrite in doubtful:
        part = next(part for part in parts if any(line.pointer == rewrite.pointer for line in part.lines))
        asks = [(code, engine.rules[code].critique or engine.rules[code].name) for code in rewrite.remarks]
        yield rewrite, part, [Objection(code, ask, rewrite.text) for code, ask in asks]


def _exchanged(
    critique: Critique, old: Rewrite, wordings: tuple[Rewrite, ...], okr_set: OkrSet, engine: Engine
) -> Critique:
    read = checked(replace(critique, rewrites=wordings), okr_set, engine).rewrites
    good = next((found for found in read if found.checked), old)
    return replace(critique, rewrites=tuple(good if entry is old else entry for entry in critique.rewrites))


def known_opinion(
    okr_set: OkrSet, review: Review, engine: Engine, critic: Critic, *, only: frozenset[str] | None = None
) -> Review | None:
    """Return the review with an opinion that is already known, without any call; None where one part is not."""
    parts = sheets(okr_set, review, engine, only=only, most=critic.config.max_items)
    opinions = [critic.peek(part, engine, language=review.language) for part in parts]
    found = [opinion for opinion in opinions if opinion is not None]
    if not found or len(found) < len(opinions):
        return None
    critique = checked(join(found, review.language), okr_set, engine)
    for rewrite, part, objections in _doubtful(critique, parts, engine, critic):
        wordings = critic.known_wordings(part, rewrite.pointer, objections, engine)
        critique = _exchanged(critique, rewrite, wordings, okr_set, engine)
    return merge(review, critique, okr_set, engine)


def join(opinions: Sequence[Critique], language: Language) -> Critique:
    """Return the opinions on all parts of a set as one; the worst of them decides what is said of the whole."""
    if not opinions:
        return Critique("ok", "ok", parts=0)
    if len(opinions) == 1:
        return opinions[0]
    failed = [opinion for opinion in opinions if opinion.status not in ("ok", "partial")]
    reason: Reason = failed[0].reason if failed else "ok"
    done = len(failed) < len(opinions)
    status: CritiqueStatus = "ok" if all(o.status == "ok" for o in opinions) else "partial" if done else "degraded"
    return replace(
        opinions[0],
        status=status,
        reason=reason,
        note=note(reason if failed else "partial", language) if status != "ok" else "",
        language=next((opinion.language for opinion in opinions if opinion.language), None),
        seconds=max(opinion.seconds for opinion in opinions),
        cached=all(opinion.cached for opinion in opinions),
        parts=len(opinions),
        usage=_together([opinion.usage for opinion in opinions]),
        verdicts=tuple(entry for opinion in opinions for entry in opinion.verdicts),
        additions=tuple(entry for opinion in opinions for entry in opinion.additions),
        rewrites=tuple(entry for opinion in opinions for entry in opinion.rewrites),
        questions=tuple(entry for opinion in opinions for entry in opinion.questions),
        summary="\n".join(opinion.summary for opinion in opinions if opinion.summary),
        dropped=tuple(entry for opinion in opinions for entry in opinion.dropped),
        flags=tuple(dict.fromkeys(flag for opinion in opinions for flag in opinion.flags)),
    )


def checked(critique: Critique, okr_set: OkrSet, engine: Engine) -> Critique:
    """Let the rubric read every proposed wording before anybody sees it; one that speaks to the reviewer is dropped."""
    circles = {circle.id: circle for circle in okr_set.circles}
    read = [_read(rewrite, okr_set, circles, engine) for rewrite in critique.rewrites]
    return replace(critique, rewrites=tuple(rewrite for rewrite in read if INJECTION not in rewrite.remarks))


def _read(rewrite: Rewrite, okr_set: OkrSet, circles: dict[str, Circle], engine: Engine) -> Rewrite:
    parts = rewrite.pointer.split("/")
    objective = okr_set.objectives[int(parts[2])]
    text = rewrite.text
    if len(parts) > 4:
        tried = Objective(title=objective.title, circle=objective.circle, key_results=[KeyResult(title=text)])
    else:
        tried = objective.model_copy(update={"title": text, "id": None, "contributes_to": []})
    circle = circles.get(objective.circle or "")
    verdict = engine.judge(OkrSet(circles=[circle] if circle else [], objectives=[tried]))
    place = "/objectives/0/key_results/0" if len(parts) > 4 else "/objectives/0"
    spoken = [f.code for f in verdict.findings if line_of(f) == place and f.severity in _GRAVE and f.state == "open"]
    return replace(rewrite, checked=not spoken, remarks=tuple(dict.fromkeys(spoken)))


def _together(usages: Iterable[Usage]) -> Usage:
    total = Usage()
    for usage in usages:
        total = Usage(
            total.prompt_tokens + usage.prompt_tokens,
            total.completion_tokens + usage.completion_tokens,
            total.calls + usage.calls,
            total.known and usage.known,
            usage.cost if total.cost is None else total.cost + (usage.cost or 0.0),
            usage.currency or total.currency,
        )
    return total
