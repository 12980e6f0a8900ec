"""The critic: one question to a language model, and never an exception.

Everything that can go wrong has a reason code; the rubric's review stands in every case.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pydantic import ValidationError

from coach.critique.answer import Answer
from coach.critique.breaker import Breaker
from coach.critique.client import Meter, Model
from coach.critique.config import LlmConfig
from coach.critique.dispatch import Dispatch, dispatch
from coach.critique.failures import CallFailedError, reason_of
from coach.critique.ground import Grounded, ground
from coach.critique.guard import examine
from coach.critique.says import note
from coach.critique.sheet import Sheet
from coach.critique.store import Claim, Store
from coach.domain.critique import Critique, Reason, Usage
from coach.domain.language import Language
from coach.rubric.engine import Engine

_log = logging.getLogger("coach.critique")
_CHARACTERS_PER_TOKEN = 3.3


@dataclass(frozen=True, slots=True)
class _Asked:
    """How a question went."""

    reason: Reason
    answer: Answer | None = None
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    cached: bool = False


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
        self._model = model
        self._store = store
        self._turns = asyncio.Semaphore(config.concurrency)
        self._flying: dict[str, asyncio.Task[_Asked]] = {}
        self._secret: bytes | None = None

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
            sent = dispatch(sheet, engine, self.config, self._drawn())
            asked = await self._asked(sent, patience, scope)
            return self._critique(asked, sent, engine, language)
        except Exception as error:
            _log.error("second opinion failed: %s", type(error).__name__)
            failed = _Asked("internal", seconds=time.monotonic() - begun)
            return self._bare(failed, "", language)

    async def prepare(self) -> None:
        """Load what asking takes, so that the first question does not pay for it; a failure shows when asked."""
        try:
            await self._model.prepare()
        except Exception as error:
            _log.error("client of the language model: %s", type(error).__name__)

    def preview(self, sheet: Sheet, engine: Engine) -> Dispatch:
        """Return what would leave, to the letter."""
        return dispatch(sheet, engine, self.config, self._drawn())

    def peek(self, sheet: Sheet, engine: Engine, *, language: Language) -> Critique | None:
        """Return the opinion if it is already known; no call is made."""
        try:
            sent = dispatch(sheet, engine, self.config, self._drawn())
            answer = self._cached(sent)
            if answer is None:
                return None
            return self._critique(_Asked("ok", answer, cached=True), sent, engine, language)
        except Exception as error:
            _log.error("second opinion failed: %s", type(error).__name__)
            return None

    async def close(self) -> None:
        """End what is under way and close connections."""
        for task in list(self._flying.values()):
            task.cancel()
        await asyncio.gather(*self._flying.values(), return_exceptions=True)
        await self._model.close()

    async def _asked(self, sent: Dispatch, patience: float | None, scope: str) -> _Asked:
        begun = time.monotonic()
        answer = self._cached(sent)
        if answer is not None:
            return _Asked("ok", answer, seconds=time.monotonic() - begun, cached=True)
        if len(sent.messages[1].content) > self.config.max_characters:
            return _Asked("too_large")
        task = self._flying.get(sent.key)
        if task is None:
            task = asyncio.create_task(self._turn(sent, patience, scope))
            self._flying[sent.key] = task
            task.add_done_callback(lambda done: self._landed(sent.key, done))
        return await asyncio.shield(task)  # whoever gives up does not take the answer from the others

    async def _turn(self, sent: Dispatch, patience: float | None, scope: str) -> _Asked:
        await self._model.prepare()
        try:
            async with asyncio.timeout(patience):
                await self._turns.acquire()
        except TimeoutError:
            return _Asked("busy")
        try:
            return await self._call(sent, scope)
        finally:
            self._turns.release()

    async def _call(self, sent: Dispatch, scope: str) -> _Asked:
        begun = time.monotonic()
        claims = self._claims(sent.sheet, scope)
        estimate = round(sent.characters / _CHARACTERS_PER_TOKEN), self.config.max_tokens
        money = self.config.cost(*estimate) or 0.0
        if not self.breaker.allows():
            return _Asked("circuit_open")
        if not self._reserve(claims, sum(estimate), money):
            self.breaker.abandoned()
            return _Asked("budget")
        meter = Meter()
        reason: Reason | None = None
        answer: Answer | None = None
        try:
            deadline = asyncio.get_running_loop().time() + self.config.timeout
            async with asyncio.timeout_at(deadline):
                answer = await self._model.ask(sent.messages, sent.shape, meter, deadline)
            reason = "ok"
            self.breaker.succeeded()
        except CallFailedError as error:
            reason = error.reason
        except TimeoutError:
            reason = "timeout"
        except Exception as error:
            reason = reason_of(error)
        finally:
            usage = self._usage(meter, estimate, reason)
            self._settle(claims, usage.tokens - sum(estimate), (usage.cost or 0.0) - money)
            if reason is None:  # cancelled
                self.breaker.abandoned()
        if answer is None:
            self.breaker.failed(reason)
            _log.info("second opinion: reason=%s calls=%d seconds=%.1f", reason, meter.calls, time.monotonic() - begun)
        return _Asked(reason, answer, usage, time.monotonic() - begun)

    def _critique(self, asked: _Asked, sent: Dispatch, engine: Engine, language: Language) -> Critique:
        if asked.answer is None:
            return self._bare(asked, sent.label, language)
        trust = examine(asked.answer, sent.control[1] if sent.control else None, frozenset(sent.asked))
        if not trust.trusted:
            return self._bare(replace(asked, reason="untrusted_answer"), sent.label, language, trust.flags)
        found = ground(asked.answer, sent, engine)
        if not asked.cached:
            self._keep(sent.key, asked.answer)
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

    def _bare(self, asked: _Asked, label: str, language: Language, flags: tuple[str, ...] = ()) -> Critique:
        """A critique without an opinion in it."""
        return Critique(
            status="degraded",
            reason=asked.reason,
            note=note(asked.reason, language),
            **self._source(asked, label),
            flags=flags,
        )

    def _source(self, asked: _Asked, label: str) -> dict[str, Any]:
        return {
            "provider": self.config.provider,
            "model": self.config.model,
            "prompt": label,
            "seconds": round(asked.seconds, 3),
            "cached": asked.cached,
            "usage": asked.usage,
        }

    def _claims(self, sheet: Sheet, scope: str) -> list[Claim]:
        """Who pays: the review, its cycle, and the organisation this month."""
        house, month = sheet.organisation or "-", date.today().strftime("%Y-%m")
        named = [
            Claim(f"review {scope}", self.config.review) if scope else None,
            Claim(f"cycle {house} {sheet.cycle}", self.config.cycle) if sheet.cycle else None,
            Claim(f"month {house} {month}", self.config.organisation),
        ]
        return [claim for claim in named if claim is not None]

    def _usage(self, meter: Meter, estimate: tuple[int, int], reason: Reason | None) -> Usage:
        """What it cost; where the endpoint did not say and may well have worked, our estimate."""
        worked = reason in ("ok", "timeout", "network", "invalid_answer", None) and meter.calls > 0
        known = meter.unknown == 0 and (meter.weighed > 0 or not worked)
        sent, received = meter.prompt_tokens, meter.completion_tokens
        if not known:
            sent, received = max(sent, estimate[0]), max(received, estimate[1])
        cost = self.config.cost(sent, received)
        return Usage(sent, received, meter.calls, known, cost, self.config.currency if cost is not None else None)

    def _drawn(self) -> bytes:
        if self._secret is None:
            self._secret = self._store.secret()
        return self._secret

    def _cached(self, sent: Dispatch) -> Answer | None:
        try:
            kept = self._store.get(sent.key)
            return sent.shape.model_validate_json(kept) if kept is not None else None
        except (sqlite3.Error, ValidationError) as error:
            _log.warning("kept answer not usable: %s", type(error).__name__)
            return None

    def _keep(self, key: str, answer: Answer) -> None:
        try:
            self._store.put(key, answer.model_dump_json())
        except sqlite3.Error as error:
            _log.warning("answer not kept: %s", type(error).__name__)

    def _reserve(self, claims: list[Claim], tokens: int, money: float) -> bool:
        """Take the estimate; where the books cannot be read, only what has no limit is spent."""
        try:
            return self._store.reserve(claims, tokens, money)
        except sqlite3.Error as error:
            _log.warning("budget not readable: %s", type(error).__name__)
            return not any(claim.limits.tokens or claim.limits.money for claim in claims)

    def _settle(self, claims: list[Claim], tokens: int, money: float) -> None:
        try:
            self._store.settle(claims, tokens, money)
        except sqlite3.Error as error:
            _log.warning("budget not written: %s", type(error).__name__)

    def _landed(self, key: str, task: asyncio.Task[_Asked]) -> None:
        self._flying.pop(key, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("second opinion failed: %s", type(error).__name__)


def _partial(found: Grounded) -> bool:
    """Whether so little of an answer held that it should be said."""
    kept = len(found.verdicts) + len(found.additions) + len(found.rewrites)
    return "language" in found.flags or len(found.dropped) > max(2, kept)
