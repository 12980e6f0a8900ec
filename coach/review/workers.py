"""Which process does a job, and whether it still lives."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

_SILENT = timedelta(seconds=90)  # a worker elsewhere that has been silent for so long is taken for dead


def this_worker() -> str:
    """Return the name of this process; asked anew each time, because it may have been forked from another one."""
    return _identity(os.getpid())


def alive(worker: str | None, heard_at: datetime) -> bool:
    """Whether a process still lives, as far as can be told from here.

    Args:
        worker: its name; None: nobody, who is not alive.
        heard_at: when it last gave a sign, which decides where it runs elsewhere.
    """
    if worker is None:
        return False
    host, pid, began = f"::{worker}".rsplit(":", 2)
    if host.lstrip(":") == socket.gethostname() and pid.isdigit():
        return _began(int(pid)) == began != ""
    return datetime.now(UTC) - heard_at < _SILENT


@cache
def _identity(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{_began(pid)}"


def _began(pid: int) -> str:
    """Return when a process began, in clock ticks since the machine did; empty when there is none, `?` where unknown."""
    proc = Path("/proc")
    if not (proc / "self" / "stat").exists():
        try:
            os.kill(pid, 0)
        except OSError:
            return ""
        return "?"
    try:
        fields = (proc / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]
