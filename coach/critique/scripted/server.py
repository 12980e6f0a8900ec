"""A small HTTP/1.1 server on loopback, so plain that it can also break off, drip and lie about lengths."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from coach.critique.scripted.replies import Reply, refused
from coach.critique.scripted.scenarios import SCENARIOS, Call

_LARGEST = 4_000_000
_DRIPS = 400


@dataclass(slots=True)
class Log:
    """What was asked: bodies by model, and how many requests there were for it."""

    calls: Counter[str] = field(default_factory=Counter)
    bodies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    headers: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)


class ScriptedEndpoint:
    """Answers chat completions; the part of the model's name before `#` is the scenario.

    Args:
        keep: remember what was asked, for tests.
        fallback: scenario for names that are none.
    """

    def __init__(self, *, keep: bool = False, fallback: str = "good") -> None:
        self.log = Log()
        self._keep = keep
        self._fallback = fallback

    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> asyncio.Server:
        """Start listening; `server.sockets[0].getsockname()` says where."""
        return await asyncio.start_server(self._connection, host, port)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _read(reader)) is not None:
                reply = self._reply(*request)
                if not await _send(writer, reply):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # whoever asked has gone, or the endpoint is being stopped
        finally:
            writer.close()

    def _reply(self, method: str, path: str, headers: dict[str, str], content: bytes) -> Reply:
        self.log.paths.append(path)
        if method == "GET" and path.endswith("/models"):
            return Reply(body=json.dumps({"object": "list", "data": [{"id": name} for name in SCENARIOS]}).encode())
        if method != "POST" or not path.partition("?")[0].endswith("/chat/completions"):
            return refused(404, "There is no such address here.")
        try:
            body = json.loads(content)
            model = str(body["model"])
        except (ValueError, KeyError, TypeError):
            return refused(400, "This is no chat completion request.")
        self.log.calls[model] += 1
        if self._keep:
            self.log.bodies.setdefault(model, []).append(body)
            self.log.headers.setdefault(model, []).append(headers)
        play = SCENARIOS.get(model.partition("#")[0]) or SCENARIOS[self._fallback]
        return play(Call(model, self.log.calls[model], body))


async def _read(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str], bytes] | None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest if line)}
    length = int(headers.get("content-length", "0"))
    if length > _LARGEST:
        return None
    return method, path, headers, await reader.readexactly(length)


async def _send(writer: asyncio.StreamWriter, reply: Reply) -> bool:
    """Send a reply; False where the connection is over after it."""
    if reply.reset:
        connection: socket.socket = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        return False
    await asyncio.sleep(reply.wait)
    dripped = _DRIPS if reply.drip else 0
    headers = {"Content-Type": "text/plain", **reply.headers}
    headers |= {"Transfer-Encoding": "chunked"} if reply.chunked else {"Content-Length": str(len(reply.body) + dripped)}
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}", *(f"{k}: {v}" for k, v in headers.items())]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    for _ in range(dripped):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(reply.drip)
    sent = reply.body if reply.cut is None else reply.body[: reply.cut]
    writer.write(b"%x\r\n%s\r\n" % (len(sent), sent) if reply.chunked else sent)
    if reply.chunked and reply.cut is None:
        writer.write(b"0\r\n\r\n")
    await writer.drain()
    return reply.cut is None
