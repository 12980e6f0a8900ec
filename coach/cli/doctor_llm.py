"""What `okr-coach doctor` says about the language model: where it is, whether it answers, and what would leave."""

from __future__ import annotations

import asyncio

from coach.critique.client import Endpoint, versions
from coach.critique.config import LlmConfig, llm_config
from coach.critique.critic import Critic
from coach.critique.fields import LEAVES, STAYS
from coach.critique.store import MemoryStore
from coach.domain.critique import Critique
from coach.domain.okr_set import KeyResult, Objective, OkrSet
from coach.domain.review import Review
from coach.review.draft import review_set
from coach.review.opinion import second_opinion
from coach.rubric.engine import Engine
from coach.settings import Settings

#: Nobody's draft: what the endpoint is tried with.
SYNTHETIC = OkrSet(
    objectives=[
        Objective(
            title="Publish the opening hours so that nobody stands before a closed door",
            key_results=[
                KeyResult(title="Visitors who come in vain: from 40 to 5 a month"),
                KeyResult(title="Put up 3 signs"),
            ],
        )
    ]
)


def model_rows(chosen: Settings, engine: Engine) -> list[tuple[str, str]]:
    """Return the rows about the language model; the endpoint is asked once, about a synthetic set.

    Raises:
        SettingsError: its address cannot be used.
    """
    config = llm_config(chosen)
    if config is None:
        missing = "COACH_LLM_MODEL" if chosen.llm_base_url else "COACH_LLM_BASE_URL"
        half = bool(chosen.llm_base_url) != bool(chosen.llm_model)
        mend = f"{missing} is missing" if half else "COACH_LLM_BASE_URL and COACH_LLM_MODEL switch it on"
        return [("language model", f"off: nothing leaves this machine ({mend})")]
    where = "in this house" if config.local else "outside: drafts leave this house"
    libraries = ", ".join(f"{name} {version}" for name, version in versions().items())
    answered = asyncio.run(_ping(config, engine)).critique
    assert answered is not None
    return [
        ("language model", f"{config.model} at {config.provider}, {where}; mode {config.mode}, {libraries}"),
        ("  answers", _answer(answered)),
        ("  kept", f"{config.store}, {config.cache_days} days" if config.cache_days else "answers are not kept"),
        *_listed("  leaves", list(LEAVES)),
        *_listed("  stays", list(STAYS)),
        (
            "  taken out",
            f"e-mail, telephone, national numbers, IBAN, {len(config.people)} known names (COACH_LLM_PEOPLE)",
        ),
    ]


def _listed(name: str, entries: list[str]) -> list[tuple[str, str]]:
    return [(name if at == 0 else "", entry) for at, entry in enumerate(entries)]


async def _ping(config: LlmConfig, engine: Engine) -> Review:
    critic = Critic(config, Endpoint(config), MemoryStore())  # nothing kept answers for the endpoint
    try:
        return await second_opinion(SYNTHETIC, review_set(SYNTHETIC, engine), engine, critic)
    finally:
        await critic.close()


def _answer(critique: Critique) -> str:
    source = f"{critique.seconds:.1f} s, {critique.usage.tokens} tokens, prompt {critique.prompt}"
    if critique.status in ("ok", "partial"):
        return f"yes: {source}"
    return f"no ({critique.reason}): {critique.note}"
