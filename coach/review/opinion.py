"""The second opinion on a whole set: one question for each circle, the wordings read by the rubric, the parts joined."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace

from coach.critique.catalogue import INJECTION
from coach.critique.critic import Critic
from coach.critique.says import note
from coach.critique.sheet import sheets
from coach.domain.critique import Critique, CritiqueStatus, Reason, Rewrite, Usage
from coach.domain.language import Language
from coach.domain.okr_set import Circle, KeyResult, Objective, OkrSet
from coach.domain.review import Review
from coach.review.merge import merge
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
    joined = join(opinions, review.language)
    return merge(review, checked(joined, okr_set, engine), okr_set, engine)


def known_opinion(
    okr_set: OkrSet, review: Review, engine: Engine, critic: Critic, *, only: frozenset[str] | None = None
) -> Review | None:
    """Return the review with an opinion that is already known, without any call; None where one part is not."""
    parts = sheets(okr_set, review, engine, only=only, most=critic.config.max_items)
    opinions = [critic.peek(part, engine, language=review.language) for part in parts]
    found = [opinion for opinion in opinions if opinion is not None]
    if not found or len(found) < len(opinions):
        return None
    return merge(review, checked(join(found, review.language), okr_set, engine), okr_set, engine)


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
