"""`okr-coach serve`: the API and the pages."""

from __future__ import annotations

import ipaddress
import os
import socket
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from coach.cli.common import the_library, the_store
from coach.cli.workers import run
from coach.errors import SettingsError
from coach.settings import settings

if TYPE_CHECKING:
    from fastapi import FastAPI

_DEMO_PROFILE = "orvanne"  # the demo organisation's own


def serve(
    demo: Annotated[bool, typer.Option("--demo", help="Load the demo organisation.")] = False,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; another than loopback needs API keys.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Processes that answer; one for each core.")
    ] = None,
) -> None:
    """Start the coach: pages at /, API at /api/v1."""
    from coach.http.app import create_app
    from coach.http.warm import warm
    from coach.review.pending import FolderReviews
    from coach.storage.retention import prune

    chosen = settings()
    if demo and "profile" not in chosen.model_fields_set:
        chosen = chosen.model_copy(update={"profile": _DEMO_PROFILE})
    address, number = host or chosen.host, chosen.port if port is None else port
    store = the_store(demo=demo)
    open_to_others = not _loopback(address)
    if open_to_others and not store.has_keys():
        raise SettingsError(
            f"{address!r} is not a loopback address, and there is no API key: anybody could read what is kept here.",
            hint="Make a key first: okr-coach keys create NAME. Or serve this machine only: --host 127.0.0.1.",
        )
    count = workers or chosen.workers
    listeners = _listeners(address, number, count)
    if chosen.retention_days is not None:
        prune(store, chosen.retention_days)
    app = create_app(the_library(), chosen, demo=demo, store=store, keys_required=open_to_others)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # its threads would not survive the fork
    warm(app.state.service)
    store.close()  # a connection must not be shared by two processes
    shown = f"http://{address if ':' not in address else f'[{address}]'}:{listeners[0].getsockname()[1]}"
    with TemporaryDirectory(prefix="okr-coach-") as folder:
        if (opinions := app.state.service.opinions) is not None:
            opinions.reviews = FolderReviews(Path(folder))
        run(count, lambda worker: _answer(app, listeners[worker], shown if worker == 0 else ""))


def _answer(app: FastAPI, listener: socket.socket, shown: str) -> None:
    """Answer until told to stop; say where, once it answers, unless `shown` is empty."""
    import uvicorn

    class Server(uvicorn.Server):
        """Says where it is once it answers."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started and shown:
                typer.echo(f"okr-coach answers on {shown}  (Ctrl+C stops it)")

    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=3
    )
    Server(config).run(sockets=[listener])


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listeners(host: str, port: int, count: int) -> list[socket.socket]:
    """Return a socket for each worker: with one for all, the worker that wakes first would take every connection."""
    if count == 1 or not hasattr(socket, "SO_REUSEPORT"):
        return [_bound(host, port)] * count
    first = _bound(host, port, shared=True)
    return [first, *(_bound(host, first.getsockname()[1], shared=True) for _ in range(count - 1))]


def _bound(host: str, port: int, *, shared: bool = False) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"Cannot listen on {host}:{port}: {error.strerror}.", hint="Another port: okr-coach serve --port 8001."
        ) from None
    listener.listen(128)
    return listener
