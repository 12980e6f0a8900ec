"""An open-loop load over HTTP/1.1: requests leave by the clock, whether or not the ones before are answered.

Bytes in, bytes out: the load shares the machine with what it measures, so it does as little as it can.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

_WAITS_S = 120.0  # after the last request, for answers that are still missing


@dataclass(slots=True)
class Measured:
    """Seconds from the moment a request was due to its whole answer, and how many were not answered with 2xx.

    Attributes:
        own: processor seconds that sending and reading took here, for all requests together.
    """

    times: list[float] = field(default_factory=list)
    errors: int = 0
    own: float = 0.0

    def share(self, of: float) -> float:
        """Return the time within which a share of the requests was answered."""
        ordered = sorted(self.times)
        return ordered[min(int(len(ordered) * of), len(ordered) - 1)]

    def said(self) -> str:
        """Return the percentiles in milliseconds."""
        if not self.times:
            return f"no answer, {self.errors} errors"
        p50, p95, p99 = (self.share(of) * 1e3 for of in (0.5, 0.95, 0.99))
        count = len(self.times)
        return f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms ({count} requests, {self.errors} errors)"


Request = tuple[str, str, bytes]  # method, path, JSON body


def load(
    port: int, request: Callable[[int], Request], *, rate: float, seconds: float, connections: int = 50
) -> Measured:
    """Send requests at a steady rate over at most so many connections."""
    ready = [_encoded(request(number)) for number in range(int(rate * seconds))]
    return asyncio.run(_Load(port, ready, rate).run(connections))


class _Load:
    """One run.

    Args:
        port: of the service on this machine.
        requests: as they go over the wire.
        rate: of them a second.
    """

    def __init__(self, port: int, requests: list[bytes], rate: float) -> None:
        self._port = port
        self._requests = requests
        self._rate = rate
        self._free: deque[_Connection] = deque()
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._measured = Measured()
        self._left = len(requests)
        self._done = asyncio.Event()

    async def run(self, connections: int) -> Measured:
        """Send everything; wait for the answers."""
        for _ in range(connections):
            self._free.append(await self._connection())
        begun, used = time.perf_counter(), time.process_time()
        for number, content in enumerate(self._requests):
            due = begun + number / self._rate
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            self._send(due, content)
        try:
            await asyncio.wait_for(self._done.wait(), _WAITS_S)
        except TimeoutError:
            self._measured.errors += self._left
        self._measured.own = time.process_time() - used
        for connection in self._free:
            connection.close()
        return self._measured

    def ended(self, connection: _Connection, due: float, *, well: bool) -> None:
        """Note an answer; the connection takes what has waited longest."""
        self._measured.times.append(time.perf_counter() - due)
        self._measured.errors += not well
        self._left -= 1
        self._free.append(connection)
        if self._waiting:
            self._send(*self._waiting.popleft())
        elif not self._left:
            self._done.set()

    def _send(self, due: float, content: bytes) -> None:
        if self._free:
            self._free.popleft().send(due, content)
        else:
            self._waiting.append((due, content))

    async def _connection(self) -> _Connection:
        loop = asyncio.get_running_loop()
        _, made = await loop.create_connection(lambda: _Connection(self), "127.0.0.1", self._port)
        return made


class _Connection(asyncio.Protocol):
    """A connection that stays open; one request at a time."""

    def __init__(self, run: _Load) -> None:
        self._run = run
        self._transport: asyncio.Transport | None = None
        self._due: float | None = None
        self._read = bytearray()
        self._whole = 0  # bytes of the answer, once its head is there

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to send."""
        self._transport = cast("asyncio.Transport", transport)

    def send(self, due: float, content: bytes) -> None:
        """Send a request."""
        self._due = due
        if self._transport is None or self._transport.is_closing():
            self.connection_lost(None)
        else:
            self._transport.write(content)

    def data_received(self, data: bytes) -> None:
        """Read on; at the end of the answer, say so."""
        self._read += data
        if not self._whole:
            end = self._read.find(b"\r\n\r\n")
            if end < 0:
                return
            self._whole = end + 4 + _length(bytes(self._read[:end]).lower())
        if len(self._read) >= self._whole:
            self._end(well=self._read[9:10] == b"2")

    def connection_lost(self, _: Exception | None) -> None:
        """A request that is under way has failed."""
        if self._due is not None:
            self._end(well=False)

    def close(self) -> None:
        """Close it."""
        if self._transport is not None:
            self._transport.close()

    def _end(self, *, well: bool) -> None:
        due, self._due, self._whole = self._due, None, 0
        self._read.clear()
        assert due is not None
        self._run.ended(self, due, well=well)


def _encoded(request: Request) -> bytes:
    method, path, body = request
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _length(head: bytes) -> int:
    at = head.find(b"content-length:")
    return int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
