"""Reviews of no stored organisation that are not finished yet, by an id that nobody can guess; kept for an hour.

Those of a stored organisation are kept with it, and finished by a durable job: `coach.review.rest`.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from coach.domain.review import REVIEW, Review

_NAME = re.compile(r"[\w-]{20,30}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kept:
    """A review as far as it has come."""

    review: Review
    finished: bool
    since: float


class Reviews(Protocol):
    """Keeps reviews while their stages come in."""

    def start(self, review: Review) -> str:
        """Keep a review that is not finished; return its id."""

    def finish(self, name: str, review: Review) -> None:
        """Replace it by the finished one."""

    def get(self, name: str) -> Kept | None:
        """Return it as far as it has come; None where it is not known, or no longer."""


class MemoryReviews:
    """Keeps the latest reviews in memory for a while.

    Args:
        most: how many.
        seconds: how long after it was started.
        clock: seconds that only grow.
    """

    def __init__(self, most: int = 1_000, seconds: float = 3_600, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._most = most
        self._seconds = seconds
        self._clock = clock

    def start(self, review: Review) -> str:
        """Keep a review that is not finished; the oldest one goes where there are too many."""
        name = secrets.token_urlsafe(16)
        self._kept[name] = Kept(review, finished=False, since=self._clock())
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return name

    def finish(self, name: str, review: Review) -> None:
        """Replace it by the finished one, if it is still wanted."""
        if name in self._kept:
            self._kept[name] = replace(self._kept[name], review=review, finished=True)

    def get(self, name: str) -> Kept | None:
        """Return it as far as it has come."""
        found = self._kept.get(name)
        if found is not None and self._clock() - found.since > self._seconds:
            del self._kept[name]
            return None
        return found


class FolderReviews:
    """Keeps reviews in files, so that every process of a service finds them.

    Args:
        folder: of this service alone; it goes with it.
        seconds: how long after a review was started.
        clock: seconds since the epoch, the same in every process.
    """

    def __init__(self, folder: Path, seconds: float = 3_600, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._seconds = seconds
        self._clock = clock

    def start(self, review: Review) -> str:
        """Keep a review that is not finished; those nobody wants any more go."""
        for path in self._folder.glob("*.json"):
            with suppress(OSError):
                if self._clock() - path.stat().st_mtime > self._seconds:
                    path.unlink()
        name = secrets.token_urlsafe(16)
        self._write(name, Kept(review, finished=False, since=self._clock()))
        return name

    def finish(self, name: str, review: Review) -> None:
        """Replace it by the finished one, if it is still wanted."""
        known = self.get(name)
        if known is not None:
            self._write(name, replace(known, review=review, finished=True))

    def get(self, name: str) -> Kept | None:
        """Return it as far as it has come."""
        if not _NAME.fullmatch(name):
            return None
        try:
            read = json.loads((self._folder / f"{name}.json").read_bytes())
        except FileNotFoundError:
            return None
        kept = Kept(REVIEW.validate_python(read["review"], strict=False), read["finished"], read["since"])
        return kept if self._clock() - kept.since <= self._seconds else None

    def _write(self, name: str, kept: Kept) -> None:
        """Write beside, then rename: a reader never finds half a review."""
        said = {"finished": kept.finished, "since": kept.since, "review": REVIEW.dump_python(kept.review, mode="json")}
        made = self._folder / f"{name}.{secrets.token_hex(4)}"
        made.touch(mode=0o600)
        made.write_text(json.dumps(said), encoding="utf-8")
        made.replace(self._folder / f"{name}.json")
