"""Headers and the cross-site check, as plain ASGI classes that leave streams alone."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coach.http.headers import RAW_HEADERS
from coach.http.problems import problem

_SAFE = ("GET", "HEAD", "OPTIONS")


class SecurityHeaders:
    """Give every answer a strict content security policy."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *RAW_HEADERS]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class CrossOriginProtection:
    """Refuse unsafe requests that a browser says come from another site; no form tokens are needed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http" and scope["method"] not in _SAFE and _foreign(dict(scope["headers"])):
            refusal = problem(403, "cross-origin", "This request comes from another site.")
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


class LocalHosts:
    """Answer only to names of this machine, so that no other site's name can be pointed at a coach without keys."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http":
            host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
            name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
            if name not in ("localhost", "127.0.0.1", "[::1]", "testserver"):
                refusal = problem(421, "unknown-host", f"This coach does not answer to the name {name!r}.")
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _foreign(headers: dict[bytes, bytes]) -> bool:
    site = headers.get(b"sec-fetch-site")
    if site:
        return site not in (b"same-origin", b"none")
    origin = headers.get(b"origin")
    return origin is not None and origin.split(b"://")[-1] != headers.get(b"host")
