"""The critic: a language model's opinion on a sheet, and never an exception.

Everything that can go wrong has a reason code; the rubric's review stands in every case.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from coach.critique.answer import Answer, Wordings
from coach.critique.asking import Asked, Asker
from coach.critique.breaker import Breaker
from coach.critique.client import Model
from coach.critique.config import LlmConfig
from coach.critique.dispatch import Dispatch, dispatch
from coach.critique.ground import Grounded, ground
from coach.critique.guard import examine
from coach.critique.reword import Objection, dispatch_reword
from coach.critique.says import note
from coach.critique.sheet import Sheet
from coach.critique.store import Store
from coach.domain.critique import Critique, Rewrite, Usage
from coach.domain.language import Language
from coach.rubric.engine import Engine

_log = logging.getLogger("coach.critique")


class Critic:
    """Asks a model about sheets; belongs to one event loop.

    Args:
        config: the endpoint, and how far we go with it.
        model: what answers.
        store: answers, budgets and the secret of this installation.
        breaker: None makes one.
    """

    def __init__(self, config: LlmConfig, model: Model, store: Store, breaker: Breaker | None = None) -> None:
        self.config = config
        self.breaker = breaker or Breaker()
        self._asker = Asker(config, model, store, self.breaker)

    async def prepare(self) -> None:
        """Load what asking takes, so that the first question does not pay for it."""
        await self._asker.prepare()

    async def close(self) -> None:
        """End what is under way and close connections."""
        await self._asker.close()

    async def review(
        self, sheet: Sheet, engine: Engine, *, language: Language, patience: float | None = None, scope: str = ""
    ) -> Critique:
        """Return the second opinion on a sheet; it never raises.

        Args:
            sheet: what is asked about.
            engine: the rubric.
            language: the reader's, for the note.
            patience: seconds to wait for a turn before it is `busy`; None waits. They do not count against the timeout.
            scope: name of the review, whose parts share its budget.
        """
        begun = time.monotonic()
        try:
            sent = await asyncio.to_thread(self.preview, sheet, engine)
            asked = await self._asker.ask(sent, patience, scope)
            return await asyncio.to_thread(self._critique, asked, sent, engine, language)
        except Exception as error:
            _log.error("second opinion failed: %s", type(error).__name__)
            return self._bare(Asked("internal", seconds=time.monotonic() - begun), "", language)

    async def reword(
        self, sheet: Sheet, pointer: str, objections: Sequence[Objection], engine: Engine, *, scope: str = ""
    ) -> tuple[tuple[Rewrite, ...], Usage]:
        """Return other wordings of one line, told what the rubric objects to, and what that cost; it never raises.

        Args:
            sheet: the line with what is around it.
            pointer: of the line.
            objections: what the rubric says of it.
            engine: the rubric.
            scope: name of the review, whose parts share its budget.
        """
        try:
            sent = dispatch_reword(sheet, pointer, objections, engine, self.config, self._asker.secret)
            asked = await self._asker.ask(sent, self.config.patience, scope)
            if not isinstance(asked.answer, Wordings):
                return (), asked.usage
            found = _worded(asked.answer, sent, pointer, engine)
            if not asked.cached:
                self._asker.keep(sent, asked.answer)
            return found, asked.usage
        except Exception as error:
            _log.error("wordings failed: %s", type(error).__name__)
            return (), Usage()

    def known_wordings(
        self, sheet: Sheet, pointer: str, objections: Sequence[Objection], engine: Engine
    ) -> tuple[Rewrite, ...]:
        """Return what `reword` has found before; no call is made."""
        try:
            sent = dispatch_reword(sheet, pointer, objections, engine, self.config, self._asker.secret)
            answer = self._asker.known(sent)
            return _worded(answer, sent, pointer, engine) if isinstance(answer, Wordings) else ()
        except Exception as error:
            _log.error("wordings failed: %s", type(error).__name__)
            return ()

    def preview(self, sheet: Sheet, engine: Engine) -> Dispatch:
        """Return what would leave, to the letter."""
        return dispatch(sheet, engine, self.config, self._asker.secret)

    def peek(self, sheet: Sheet, engine: Engine, *, language: Language) -> Critique | None:
        """Return the opinion if it is already known; no call is made."""
        try:
            sent = self.preview(sheet, engine)
            answer = self._asker.known(sent)
            if answer is None:
                return None
            return self._critique(Asked("ok", answer, cached=True), sent, engine, language)
        except Exception as error:
            _log.error("second opinion failed: %s", type(error).__name__)
            return None

    def _critique(self, asked: Asked, sent: Dispatch, engine: Engine, language: Language) -> Critique:
        if not isinstance(asked.answer, Answer):
            return self._bare(asked, sent.label, language)
        trust = examine(asked.answer, sent.control[1] if sent.control else None, frozenset(sent.asked))
        if not trust.trusted:
            return self._bare(replace(asked, reason="untrusted_answer"), sent.label, language, trust.flags)
        found = ground(asked.answer, sent, engine)
        if not asked.cached:
            self._asker.keep(sent, asked.answer)
        partial = _partial(found)
        return Critique(
            status="partial" if partial else "ok",
            reason="ok",
            note=note("partial", language) if partial else "",
            **self._source(asked, sent.label),
            language=sent.sheet.language,
            verdicts=tuple(found.verdicts),
            additions=tuple(found.additions),
            rewrites=tuple(found.rewrites),
            questions=tuple(found.questions),
            summary=found.summary,
            dropped=tuple(found.dropped),
            flags=(*trust.flags, *found.flags),
        )

    def _bare(self, asked: Asked, label: str, language: Language, flags: tuple[str, ...] = ()) -> Critique:
        """A critique without an opinion in it."""
        return Critique(
            status="degraded",
            reason=asked.reason,
            note=note(asked.reason, language),
            **self._source(asked, label),
            flags=flags,
        )

    def _source(self, asked: Asked, label: str) -> dict[str, Any]:
        return {
            "provider": self.config.provider,
            "model": self.config.model,
            "prompt": label,
            "seconds": round(asked.seconds, 3),
            "cached": asked.cached,
            "usage": asked.usage,
        }


def _worded(answer: Wordings, sent: Dispatch, pointer: str, engine: Engine) -> tuple[Rewrite, ...]:
    said = Answer(
        language=answer.language, verdicts=[], new_findings=[], rewrites=answer.rewrites, questions=[], summary=""
    )
    return tuple(rewrite for rewrite in ground(said, sent, engine).rewrites if rewrite.pointer == pointer)


def _partial(found: Grounded) -> bool:
    """Whether so little of an answer held that it should be said."""
    kept = len(found.verdicts) + len(found.additions) + len(found.rewrites)
    return "language" in found.flags or len(found.dropped) > max(2, kept)
