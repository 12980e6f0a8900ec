"""Several processes that answer on one address: the rubric is read once, then shared by forking."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from coach.errors import SettingsError

_SHORT_LIFE_S = 5.0


def run(count: int, serve: Callable[[int], None]) -> None:
    """Run so many processes, start another one in the place of one that dies, and stop all together.

    Args:
        count: how many.
        serve: what each does until it is told to stop; called with its number.

    Raises:
        SettingsError: this system cannot fork.
    """
    if count == 1:
        serve(0)
        return
    if not hasattr(os, "fork"):
        raise SettingsError("COACH_WORKERS: this system runs one worker only.")
    gc.collect()
    gc.freeze()  # what is shared stays shared: no collection writes into it
    begun: dict[int, tuple[int, float]] = {}
    stopping = False

    def start(number: int) -> None:
        child = os.fork()
        if child == 0:
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, signal.SIG_DFL)
            try:
                serve(number)
            finally:
                sys.stdout.flush()
                os._exit(0)
        begun[child] = (number, time.monotonic())

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True
        for child in begun:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for number in range(count):
        start(number)
    while begun:
        child, _ = os.wait()
        number, since = begun.pop(child)
        if not stopping and time.monotonic() - since < _SHORT_LIFE_S:
            stop()  # what dies at once would die again
        elif not stopping:
            start(number)
