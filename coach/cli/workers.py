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
    _Workers(serve).run(count)


class _Workers:
    """The processes, and the one that looks after them."""

    def __init__(self, serve: Callable[[int], None]) -> None:
        self._serve = serve
        self._begun: dict[int, tuple[int, float]] = {}  # process id -> number, and when it began
        self._stopping = False

    def run(self, count: int) -> None:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        for number in range(count):
            self._start(number)
        while self._begun:
            child, _ = os.wait()
            number, since = self._begun.pop(child)
            if not self._stopping and time.monotonic() - since < _SHORT_LIFE_S:
                self._stop()  # what dies at once would die again
            elif not self._stopping:
                self._start(number)

    def _start(self, number: int) -> None:
        child = os.fork()
        if child:
            self._begun[child] = (number, time.monotonic())
            return
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_DFL)
        try:
            self._serve(number)
        finally:
            sys.stdout.flush()
            os._exit(0)

    def _stop(self, *_: object) -> None:
        self._stopping = True
        for child in self._begun:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)
