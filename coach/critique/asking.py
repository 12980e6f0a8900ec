"""Asking one question, with everything around it: what is known already, turns, budgets, the breaker and the time limit."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from dataclasses import dataclass, field

from pydantic import BaseModel, ValidationError

from coach.critique.breaker import Breaker
from coach.critique.client import Meter, Model
from coach.critique.config import LlmConfig
from coach.critique.dispatch import Dispatch
from coach.critique.failures import CallFailedError, reason_of
from coach.critique.purse import Purse
from coach.critique.store import Store
from coach.domain.critique import Reason, Usage

_log = logging.getLogger("coach.critique")


@dataclass(frozen=True, slots=True)
class Asked:
    """How a question went; `answer` is of the shape that was asked for."""

    reason: Reason
    answer: BaseModel | None = None
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    cached: bool = False


class Asker:
    """Asks a model; belongs to one event loop.

    Args:
        config: how far we go.
        model: what answers.
        store: answers, budgets and the secret.
        breaker: of the endpoint.
    """

    def __init__(self, config: LlmConfig, model: Model, store: Store, breaker: Breaker) -> None:
        self._config = config
        self._model = model
        self._store = store
        self._breaker = breaker
        self._purse = Purse(config, store)
        self._turns = asyncio.Semaphore(config.concurrency)
        self._flying: dict[str, asyncio.Task[Asked]] = {}
        self._secret: bytes | None = None

    @property
    def secret(self) -> bytes:
        """The secret of this installation."""
        if self._secret is None:
            self._secret = self._store.secret()
        return self._secret

    async def prepare(self) -> None:
        """Load what asking takes, so that the first question does not pay for it; a failure shows when asked."""
        try:
            await self._model.prepare()
        except Exception as error:
            _log.error("client of the language model: %s", type(error).__name__)

    async def close(self) -> None:
        """End what is under way and close connections."""
        for task in list(self._flying.values()):
            task.cancel()
        await asyncio.gather(*self._flying.values(), return_exceptions=True)
        await self._model.close()

    async def ask(self, sent: Dispatch, patience: float | None, scope: str) -> Asked:
        """Return the answer or the reason there is none; the same question at the same time is asked once."""
        begun = time.monotonic()
        answer = self.known(sent)
        if answer is not None:
            return Asked("ok", answer, seconds=time.monotonic() - begun, cached=True)
        if len(sent.messages[1].content) > self._config.max_characters:
            return Asked("too_large")
        task = self._flying.get(sent.key)
        if task is None:
            task = asyncio.create_task(self._turn(sent, patience, scope))
            self._flying[sent.key] = task
            task.add_done_callback(lambda done: self._landed(sent.key, done))
        return await asyncio.shield(task)  # whoever gives up does not take the answer from the others

    def known(self, sent: Dispatch) -> BaseModel | None:
        """Return the answer if it was kept."""
        try:
            kept = self._store.get(sent.key)
            return sent.shape.model_validate_json(kept) if kept is not None else None
        except (sqlite3.Error, ValidationError) as error:
            _log.warning("kept answer not usable: %s", type(error).__name__)
            return None

    def keep(self, sent: Dispatch, answer: BaseModel) -> None:
        """Keep an answer that was found trustworthy."""
        try:
            self._store.put(sent.key, answer.model_dump_json())
        except sqlite3.Error as error:
            _log.warning("answer not kept: %s", type(error).__name__)

    async def _turn(self, sent: Dispatch, patience: float | None, scope: str) -> Asked:
        await self._model.prepare()
        try:
            async with asyncio.timeout(patience):
                await self._turns.acquire()
        except TimeoutError:
            return Asked("busy")
        try:
            return await self._call(sent, scope)
        finally:
            self._turns.release()

    async def _call(self, sent: Dispatch, scope: str) -> Asked:
        begun = time.monotonic()
        claims, estimate = self._purse.claims(sent.sheet, scope), self._purse.estimate(sent)
        if not self._breaker.allows():
            return Asked("circuit_open")
        if not self._purse.reserve(claims, estimate):
            self._breaker.abandoned()
            return Asked("budget")
        meter = Meter()
        reason: Reason | None = None
        answer: BaseModel | None = None
        try:
            deadline = asyncio.get_running_loop().time() + self._config.timeout
            async with asyncio.timeout_at(deadline):
                answer = await self._model.ask(sent.messages, sent.shape, meter, deadline)
            reason = "ok"
            self._breaker.succeeded()
        except CallFailedError as error:
            reason = error.reason
        except TimeoutError:
            reason = "timeout"
        except Exception as error:
            reason = reason_of(error)
        finally:
            usage = self._purse.usage(meter, estimate, reason)
            self._purse.settle(claims, estimate, usage)
            if reason is None:  # cancelled
                self._breaker.abandoned()
        seconds = time.monotonic() - begun
        if answer is None:
            self._breaker.failed(reason)
            _log.info("second opinion: reason=%s calls=%d seconds=%.1f", reason, meter.calls, seconds)
        return Asked(reason, answer, usage, seconds)

    def _landed(self, key: str, task: asyncio.Task[Asked]) -> None:
        self._flying.pop(key, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("second opinion failed: %s", type(error).__name__)
