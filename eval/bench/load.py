"""An open-loop load over HTTP/1.1: requests leave by the clock, whether or not the ones before are answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Measured:
    """Seconds from the moment a request was due to its whole answer, and how many were not answered with 2xx."""

    times: list[float] = field(default_factory=list)
    errors: int = 0

    def said(self) -> str:
        """Return the percentiles in milliseconds."""
        ordered = sorted(self.times)
        if not ordered:
            return f"no answer, {self.errors} errors"
        p50, p95, p99 = (ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1e3 for share in (0.5, 0.95, 0.99))
        return f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms ({len(ordered)} requests, {self.errors} errors)"


Request = tuple[str, str, bytes]  # method, path, JSON body


def load(
    port: int, request: Callable[[int], Request], *, rate: float, seconds: float, connections: int = 50
) -> Measured:
    """Send requests at a steady rate over at most so many connections."""
    return asyncio.run(_load(port, request, rate, seconds, connections))


async def _load(
    port: int, request: Callable[[int], Request], rate: float, seconds: float, connections: int
) -> Measured:
    measured = Measured()
    free: asyncio.Queue[_Connection] = asyncio.Queue()
    for _ in range(connections):
        free.put_nowait(_Connection(port))

    async def one(number: int, due: float) -> None:
        connection = await free.get()
        try:
            status = await connection.send(*request(number))
            measured.errors += not 200 <= status < 300
        except (OSError, asyncio.IncompleteReadError, ValueError):
            measured.errors += 1
            connection.close()
        finally:
            measured.times.append(time.perf_counter() - due)
            free.put_nowait(connection)

    begun = time.perf_counter()
    tasks = []
    for number in range(int(rate * seconds)):
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(number, due)))
    await asyncio.gather(*tasks)
    while not free.empty():
        free.get_nowait().close()
    return measured


class _Connection:
    """A connection that stays open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, method: str, path: str, body: bytes) -> int:
        """Send a request, read its whole answer, return its status."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length:"))
        await reader.readexactly(length)
        return int(lines[0].split()[1])

    def close(self) -> None:
        """Close it; the next request opens a new one."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
