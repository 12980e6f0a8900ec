"""`python -m eval --layer critique`: how good a model's opinions are, asked for or played back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from coach.critique.client import Endpoint, Model
from coach.critique.config import Limits, LlmConfig, llm_config
from coach.critique.critic import Critic
from coach.critique.store import MemoryStore
from coach.domain.critique import Critique
from coach.review.opinion import second_opinion
from coach.rubric.engine import Engine
from coach.settings import settings
from eval.critique.cases import CritiqueCase, cases
from eval.critique.measure import Figures, Share, stability, verdicts_of
from eval.critique.replay import RECORDED, SECRET, Record, Recording, Replay, outcome_of, read_records, write_records

_NOWHERE = LlmConfig("http://127.0.0.1:1/v1", "recorded", rewordings=0)


def measured(engine: Engine, *, sets: int, repeats: int, record: Path | None = None) -> tuple[Figures, str] | None:
    """Ask the configured endpoint about every case; None where there is none.

    Args:
        engine: the rubric.
        sets: labelled sets of each language.
        repeats: how often each is asked.
        record: where the answers are kept; None keeps none.
    """
    config = llm_config(settings())
    if config is None:
        return None
    config = replace(config, review=Limits(), cycle=Limits(), organisation=Limits(), store=None, rewordings=0)
    found, records = asyncio.run(_ask_all(config, engine, cases(engine, sets=sets), repeats))
    if record is not None:
        write_records(records, record)
    return found, f"{config.model} at {config.provider}"


def replayed(engine: Engine, path: Path = RECORDED) -> tuple[Figures, list[str]]:
    """Play recorded answers back; return the figures, and what became of an answer otherwise than when it was recorded."""
    records = read_records(path)
    per_language = max(1, len({r.case for r in records}))
    known = {case.id: case for case in cases(engine, sets=per_language)}
    return asyncio.run(_replay_all(engine, known, records))


async def _ask_all(
    config: LlmConfig, engine: Engine, asked: list[CritiqueCase], repeats: int
) -> tuple[Figures, list[Record]]:
    figures, records = Figures(), []
    endpoint = Endpoint(config)
    turns = asyncio.Semaphore(config.concurrency)

    async def one(case: CritiqueCase, repeat: int) -> tuple[Critique, Record]:
        async with turns:
            listening = Recording(endpoint)
            critique = await _opinion(case, engine, config, listening)
            meter = listening.meter
            spent = (meter.prompt_tokens, meter.completion_tokens)
            made = Record(
                case.id, repeat, config.model, critique.prompt, listening.asked, listening.answer, listening.reason,
                spent, meter.calls, outcome_of(critique),
            )  # fmt: skip
            return critique, made

    same = total = 0
    try:
        for case in asked:
            answers = await asyncio.gather(*(one(case, repeat) for repeat in range(repeats)))
            for critique, made in answers:
                figures.add(case, critique)
                records.append(made)
            stable = stability([verdicts_of(critique) for critique, _ in answers])
            same, total = same + stable.hits, total + stable.n
    finally:
        await endpoint.close()
    figures.stable = Share(same, total)
    return figures, records


async def _replay_all(
    engine: Engine, known: dict[str, CritiqueCase], records: list[Record]
) -> tuple[Figures, list[str]]:
    figures, changed = Figures(), []
    for record in records:
        case = known.get(record.case)
        playing = Replay(record)
        critique = await _opinion(case, engine, _NOWHERE, playing) if case else None
        if case is None or critique is None or not playing.fits:
            figures.out_of_date += 1
            continue
        figures.add(case, critique)
        now = outcome_of(critique)
        for part, was in (record.outcome or {}).items():
            if now[part] != was:
                changed.append(f"{record.case}: {part} was {was}, is {now[part]}")
    return figures, changed


async def _opinion(case: CritiqueCase, engine: Engine, config: LlmConfig, model: Model) -> Critique:
    critic = Critic(config, model, MemoryStore(SECRET))
    found = await second_opinion(case.okr_set, case.review, engine, critic)
    assert found.critique is not None
    return found.critique


def show(figures: Figures, source: str, say: Callable[[str], None] = print) -> None:
    """Print the figures."""
    say(f"source: {source} · answers {figures.answers} · out of date {figures.out_of_date}")
    say("\nrule      confirmed when right        contested when wrong        right when contested")
    for name, tally in [*sorted(figures.rules.items()), *sorted(figures.languages.items())]:
        say(
            f"{name:8}  {tally.confirmed_when_right!s:26}  {tally.contested_when_wrong!s:26}  {tally.right_when_contested!s}"
        )
    say("\nadded     found where it should be    said where it should not")
    for code in sorted({code for code, _ in (*figures.wanted, *figures.unwanted)}):
        hits = Share(figures.wanted[code, True], figures.wanted[code, True] + figures.wanted[code, False])
        false = Share(figures.unwanted[code, True], figures.unwanted[code, True] + figures.unwanted[code, False])
        say(f"{code:8}  {hits!s:26}  {false!s}")
    say(f"others    {figures.others} additions whose truth is not known")
    say(f"\nstability over repeats: {figures.stable}")
    say(f"wordings the rubric has nothing against: {Share(figures.checked[True], figures.checked.total())}")
    say(f"control line: {_counts(figures.control)}")
    say(f"outcomes: {_counts(figures.reasons)}")
    say(f"dropped: {_counts(figures.dropped)}")
    middle = sorted(figures.seconds)[len(figures.seconds) // 2] if figures.seconds else 0.0
    money = f", {figures.cost:.4f}" if figures.cost else ""
    each = figures.tokens / max(1, figures.answers)
    say(f"cost: {figures.calls} calls, {figures.tokens:,} tokens ({each:,.0f} an answer){money}, median {middle:.2f} s")


def _counts(counter: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counter.items(), key=lambda pair: -pair[1])) or "–"


def main(engine: Engine, *, sets: int, repeats: int, record: bool, replay: bool) -> int:
    """Run the evaluation; exit 1 where a replayed answer is read otherwise than when it was recorded."""
    if not replay:
        found = measured(engine, sets=sets, repeats=repeats, record=RECORDED if record else None)
        if found is None:
            print("No language model is switched on (COACH_LLM_BASE_URL, COACH_LLM_MODEL).", file=sys.stderr)
            print("Recorded answers: python -m eval --layer critique --replay", file=sys.stderr)
            return 2
        show(*found)
        return 0
    figures, changed = replayed(engine)
    models = ", ".join(sorted({record.model for record in read_records()}))
    show(figures, f"recorded answers of {models}")
    print("\n".join(f"changed: {line}" for line in changed) or "\nevery recorded answer is read as it was")
    return 1 if changed else 0
