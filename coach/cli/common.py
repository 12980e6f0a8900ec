"""What the commands share: settings, the rubric, reading files, saying what went wrong."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

from coach.domain.language import Language, known
from coach.domain.okr_set import OkrSet
from coach.domain.reading import read_okr_set
from coach.errors import CoachError, InputError, TooLargeError
from coach.rubric.library import Library, library
from coach.settings import settings

if TYPE_CHECKING:
    from coach.storage.store import Store


def the_library() -> Library:
    """Return the rubric these settings choose."""
    chosen = settings()
    return library(chosen.rubrics, chosen.cache_dir, text_model=chosen.text_model)


def the_store(*, ready: bool = True, demo: bool = False) -> Store:
    """Open the database these settings choose.

    Args:
        ready: make sure that it is of this version: a SQLite file is brought up to date, PostgreSQL refused.
        demo: a SQLite file of the demo organisation's own, so that it never stands among what people keep.
    """
    from coach.storage import schema
    from coach.storage.database import database_url
    from coach.storage.store import Store

    chosen = settings()
    name = "demo" if demo else "coach"
    store = Store(database_url(chosen.database_url, chosen.data_dir, name))
    if ready and store.file is not None:
        schema.upgrade(store.engine)
    elif ready:
        schema.require(store.engine)
    return store


def reader_language() -> Language | None:
    """Return the reader's language from the settings or the environment; None leaves it to the draft."""
    chosen = settings().language
    if chosen:
        return chosen
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value and value not in ("C", "POSIX") and not value.startswith("C."):
            return known(value)
    return None


def language_option(value: str | None, name: str) -> Language | None:
    """Check a language given on the command line."""
    if value is None:
        return None
    language = known(value)
    if language is None:
        raise InputError(f"{name}: {value!r} is none of the four languages.", hint="Use en, fr, nl or de.")
    return language


def read_set(path: str) -> OkrSet:
    """Read an okr-set from a file, or from standard input for `-`."""
    limit = settings().max_body_bytes
    try:
        if path == "-":
            document = _at_most(sys.stdin.buffer, limit)
        else:
            with Path(path).open("rb") as file:
                document = _at_most(file, limit)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}.") from None
    if len(document) > limit:
        raise TooLargeError(f"The okr-set has more than {limit:,} bytes.", hint="COACH_MAX_BODY_BYTES sets the limit.")
    return read_okr_set(document, limit=limit)


def _at_most(file: IO[bytes], limit: int) -> bytes:
    return file.read(limit + 1)


def fail(error: CoachError, place: str = "") -> int:
    """Say on standard error what is wrong, every problem with its place; return the exit code 2."""
    start = f"{place}: " if place else ""
    print(f"okr-coach: {start}{error}", file=sys.stderr)
    for problem in getattr(error, "problems", []):
        print(f"  {problem}", file=sys.stderr)
    return 2
