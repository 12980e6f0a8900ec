"""The only file that talks to a language model, and the only one that imports `openai` and `instructor`, when first used.

Chat completions with the schema in the prompt (`MD_JSON`) and our own strict `response_format`: what most endpoints can
do, and what forgives most. Retries are ours, so that they end with the time that is left.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import random
from collections.abc import AsyncIterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from coach.critique.answer import response_format
from coach.critique.config import LlmConfig
from coach.critique.failures import (
    TRANSIENT,
    AnswerTooLargeError,
    CallFailedError,
    reason_of,
    refused_parameter,
    retry_after,
)
from coach.critique.prompt import Message

Shape = TypeVar("Shape", bound=BaseModel)
_FIRST_PAUSE = 0.4


@dataclass(slots=True)
class Meter:
    """Counts what one question costs: calls, and tokens where the endpoint says them."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    weighed: int = 0
    unknown: int = 0


class Model(Protocol):
    """Something that answers a prompt with a typed answer."""

    async def prepare(self) -> None:
        """Get ready; what this takes counts for nobody's time."""

    async def ask(self, messages: Sequence[Message], shape: type[Shape], meter: Meter, deadline: float) -> Shape:
        """Return the answer; CallFailedError with a reason where there is none.

        Args:
            messages: what is sent.
            shape: what the answer must be.
            meter: counts calls and tokens, of failures too.
            deadline: time of the running loop after which nobody waits any more, in seconds.
        """

    async def close(self) -> None:
        """Close connections."""


_METER: ContextVar[Meter | None] = ContextVar("coach_llm_meter", default=None)


class Endpoint:
    """An OpenAI-compatible endpoint.

    Args:
        config: where it is, and how far we go with it.
    """

    def __init__(self, config: LlmConfig) -> None:
        self._config = config
        self._client: Any = None
        self._http: Any = None
        self._refused: set[str] = set()

    async def prepare(self) -> None:
        """Import the client libraries, which takes seconds, without holding up anybody."""
        if self._client is None:
            openai, instructor = await asyncio.to_thread(_libraries)
            if self._client is None:
                self._client = self._made(openai, instructor)

    async def ask(self, messages: Sequence[Message], shape: type[Shape], meter: Meter, deadline: float) -> Shape:
        """Return the answer, after retries and one fall back for each parameter the endpoint does not know."""
        await self.prepare()
        token = _METER.set(meter)
        pause, left = _FIRST_PAUSE, self._config.retries
        try:
            while True:
                try:
                    return await self._once(messages, shape)
                except Exception as error:
                    parameter = refused_parameter(error)
                    if parameter and parameter not in self._refused and parameter in self._parameters(shape):
                        self._refused.add(parameter)
                        continue
                    reason = reason_of(error)
                    wait = retry_after(error)
                    wait = wait if wait is not None else pause * (0.8 + 0.4 * random.random())
                    over = asyncio.get_running_loop().time() + wait >= deadline
                    if reason not in TRANSIENT or left == 0 or over:
                        raise CallFailedError(reason) from error
                await asyncio.sleep(wait)
                pause, left = pause * 2, left - 1
        finally:
            _METER.reset(token)

    async def close(self) -> None:
        """Close the connections to the endpoint."""
        if self._http is not None:
            await self._http.aclose()
        self._client = self._http = None

    async def _once(self, messages: Sequence[Message], shape: type[Shape]) -> Shape:
        # No `context=`: instructor would read the draft as a Jinja template.
        answer: Shape = await self._client.chat.completions.create(
            model=self._config.model,
            response_model=shape,
            messages=[{"role": message.role, "content": message.content} for message in messages],
            max_retries=self._config.reasks,
            strict=False,
            **self._parameters(shape),
        )
        return answer

    def _parameters(self, shape: type[BaseModel]) -> dict[str, Any]:
        """What we ask for beyond the prompt, without what this endpoint refused before."""
        wanted: dict[str, Any] = {"temperature": 0, "max_tokens": self._config.max_tokens}
        if self._config.mode == "auto":
            wanted["response_format"] = response_format(shape)
        if "max_tokens" in self._refused:
            wanted["max_completion_tokens"] = self._config.max_tokens
        return {name: value for name, value in wanted.items() if name not in self._refused}

    def _made(self, openai: Any, instructor: Any) -> Any:
        config = self._config
        self._http = openai.DefaultAsyncHttpxClient(
            follow_redirects=False,  # a draft goes where the settings say, and nowhere else
            event_hooks={"request": [_count], "response": [_cap(openai, config.max_answer_bytes)]},
        )
        endpoint = openai.AsyncOpenAI(
            base_url=config.base_url,
            api_key=config.api_key,
            max_retries=0,
            timeout=openai.Timeout(config.read_timeout, connect=config.connect_timeout),
            default_headers={"Accept-Encoding": "identity"},
            http_client=self._http,
        )
        modes = {"json_schema": instructor.Mode.JSON_SCHEMA, "tools": instructor.Mode.TOOLS}
        client = instructor.from_openai(endpoint, mode=modes.get(config.mode, instructor.Mode.MD_JSON))
        client.on("completion:response", _weigh)
        return client


def versions() -> dict[str, str]:
    """Return the versions of the client libraries that are installed, without importing them."""
    from importlib.metadata import version

    return {name: version(name) for name in ("openai", "instructor")}


def _libraries() -> tuple[Any, Any]:
    openai = importlib.import_module("openai")
    instructor = importlib.import_module("instructor")
    # They write prompts and answers into their logs, at DEBUG and at ERROR.
    for name in ("openai", "openai._base_client", "httpx", "httpx2", "httpcore", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("instructor", "instructor.v2.retry"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return openai, instructor


async def _count(_request: Any) -> None:
    if (meter := _METER.get()) is not None:
        meter.calls += 1


def _weigh(response: Any) -> None:
    meter = _METER.get()
    if meter is None:
        return
    usage = getattr(response, "usage", None)
    if usage is None:
        meter.unknown += 1
        return
    meter.weighed += 1
    meter.prompt_tokens += getattr(usage, "prompt_tokens", 0) or 0
    meter.completion_tokens += getattr(usage, "completion_tokens", 0) or 0


def _cap(openai: Any, limit: int) -> Any:
    """Return a hook that reads at most `limit` bytes of an answer, announced or not, compressed or not."""
    family = openai.DefaultAsyncHttpxClient.__mro__[1].__module__.partition(".")[0]  # httpx2, or httpx before openai 3
    base: Any = importlib.import_module(family).AsyncByteStream

    class Capped(base):  # type: ignore[misc]
        """Counts bytes as they come."""

        def __init__(self, stream: Any) -> None:
            self._stream = stream

        async def __aiter__(self) -> AsyncIterator[bytes]:
            size = 0
            async for chunk in self._stream:
                size += len(chunk)
                if size > limit:
                    raise AnswerTooLargeError
                yield chunk

        async def aclose(self) -> None:
            await self._stream.aclose()

    async def cap(response: Any) -> None:
        declared = response.headers.get("content-length", "")
        packed = response.headers.get("content-encoding", "identity") not in ("", "identity")
        if packed or (declared.isdigit() and int(declared) > limit):
            await response.aclose()
            raise AnswerTooLargeError
        response.stream = Capped(response.stream)

    return cap
