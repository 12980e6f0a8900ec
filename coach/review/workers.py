"""Which process does a job, and whether it still lives."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from coach.storage.repositories.job_rows import Run

_SILENT = timedelta(seconds=90)  # a worker elsewhere that has been silent for so long is taken for dead


def this_worker() -> str:
    """Return the name of this process; asked anew each time, because it may have been forked from another one."""
    return _identity(os.getpid())


def alive(job: Run) -> bool:
    """Whether the process that does a job still lives, as far as can be told from here."""
    host, pid, began = (job.worker or "::").rsplit(":", 2)
    if host == socket.gethostname() and pid.isdigit():
        return _began(int(pid)) == began != ""
    return datetime.now(UTC) - job.beat_at < _SILENT


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
