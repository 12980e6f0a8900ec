"""The second opinion on the command line: asked for, and shown below the review it comments."""

from __future__ import annotations

import asyncio
import sys
from typing import Protocol

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from coach.critique.says import note
from coach.domain.critique import Critique
from coach.domain.okr_set import OkrSet
from coach.domain.review import Review
from coach.errors import SettingsError
from coach.rubric.engine import Engine
from coach.settings import settings


class _Line(Protocol):
    def __call__(self, text: str, indent: int = 2, style: str = "") -> None: ...


class Asking:
    """Asks the configured language model, in an event loop of its own.

    Raises:
        SettingsError: the language model is off.
    """

    def __init__(self) -> None:
        from coach.critique.switch import critic_of

        self._runner = asyncio.Runner()
        critic = critic_of(settings())
        if critic is None:
            raise SettingsError(
                "--critique: no language model is switched on.",
                hint="Set COACH_LLM_BASE_URL and COACH_LLM_MODEL; okr-coach demo-llm starts one to try it with.",
            )
        self._critic = critic
        self._announced = False

    def opinion(self, okr_set: OkrSet, review: Review, engine: Engine, *, shown: bool) -> Review:
        """Return the review with the second opinion in it, and print it where it is to be shown.

        Before the first one, standard error says what is about to leave, and where it goes.
        """
        from coach.review.opinion import second_opinion

        if not self._announced:
            where = self._critic.config
            said = note("leaves", review.language).format(model=where.model, provider=where.provider)
            print(said, file=sys.stderr, flush=True)
            self._announced = True
        found = self._runner.run(second_opinion(okr_set, review, engine, self._critic))
        if shown:
            show_opinion(okr_set, found)
        return found

    def close(self) -> None:
        """Close the connections."""
        self._runner.run(self._critic.close())
        self._runner.close()


def show_opinion(okr_set: OkrSet, review: Review) -> None:
    """Print the second opinion below the review."""
    critique = review.critique
    if critique is None:
        return
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(highlight=False, soft_wrap=True, no_color=True, width=100)
    language = review.language

    def line(text: str, indent: int = 2, style: str = "") -> None:
        console.print(Padding(Text(text, style=style), (0, 0, 0, indent)))

    source = {"model": critique.model, "provider": critique.provider, "prompt": critique.prompt}
    console.print(Text(note("heading", language).format(**source), style="bold"))
    if critique.note:
        line(critique.note, style="italic")
    if critique.summary:
        line(critique.summary)
    _details(critique, okr_set, review, line)
    spent = note("source", language)
    line(spent.format(**source, tokens=critique.usage.tokens, seconds=f"{critique.seconds:.1f}"), style="dim")


def _details(critique: Critique, okr_set: OkrSet, review: Review, line: _Line) -> None:
    language = review.language

    def words(pointer: str) -> str:
        parts = pointer.split("/")
        objective = okr_set.objectives[int(parts[2])]
        nested = len(parts) > 4 and parts[4].isdigit()
        return objective.key_results[int(parts[4])].title if nested else objective.title

    for verdict in critique.verdicts:
        if verdict.opinion != "confirm":
            line(f"{verdict.code} {note(verdict.opinion, language)} – {words(verdict.pointer)}")
            line(verdict.reason, 4, "dim")
    for finding in review.findings:
        if finding.source == "critique":
            line(f"{finding.code} {note('added', language)} – {finding.message}")
    for addition in critique.additions:
        line(addition.explanation, 4, "dim")
    for rewrite in critique.rewrites:
        line(f"{note('wording', language)} – {rewrite.text}")
        line(f"{words(rewrite.pointer)} · {rewrite.why}", 4, "dim")
    for question in critique.questions:
        line(f"{note('question', language)} – {question.question}")
