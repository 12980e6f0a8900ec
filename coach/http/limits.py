"""How many requests a minute one caller may send, said in every answer of the API."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coach.http.problems import problem

_WINDOW_S = 60
_MOST_CALLERS = 10_000


@dataclass(slots=True)
class _Window:
    began: float
    count: int = 0


class RateLimit:
    """Count requests to the API by key or address, in windows of a minute; refuse those beyond the limit with 429.

    Args:
        app: what answers.
        limit: requests a minute; 0 sets none.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit
        self._windows: dict[str, _Window] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or not self._limit or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        window = self._window(_who(scope))
        window.count += 1
        left = max(self._limit - window.count, 0)
        reset = max(1, round(_WINDOW_S - (time.monotonic() - window.began)))
        said = {
            "RateLimit-Policy": f'"default";q={self._limit};w={_WINDOW_S}',
            "RateLimit": f'"default";r={left};t={reset}',
            "X-RateLimit-Limit": str(self._limit),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": str(reset),
        }

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(said)
            await send(message)

        if window.count > self._limit:
            detail = f"More than {self._limit:,} requests in a minute."
            refusal = problem(429, "quota-exceeded", detail, headers={"Retry-After": str(reset)})
            await refusal(scope, receive, with_headers)
            return
        await self._app(scope, receive, with_headers)

    def _window(self, who: str) -> _Window:
        now = time.monotonic()
        window = self._windows.get(who)
        if window is None or now - window.began >= _WINDOW_S:
            if len(self._windows) >= _MOST_CALLERS:
                self._windows = {k: w for k, w in self._windows.items() if now - w.began < _WINDOW_S}
            window = self._windows[who] = _Window(now)
        return window


def _who(scope: Scope) -> str:
    headers = Headers(scope=scope)
    key = headers.get("authorization") or headers.get("x-api-key")
    if key:
        return hashlib.blake2b(key.encode(), digest_size=12).hexdigest()
    return str((scope.get("client") or ("",))[0])
