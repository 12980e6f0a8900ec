"""What the commands that read JSON lines share: bounded lines, named faults, the order kept."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import IO, Any

from coach.domain.text import TITLE_LIMIT, one_newline
from coach.errors import InputError

_LONGEST_LINE = 1_000_000


def answer_lines(file: str, answer: Callable[[Any], dict[str, Any]]) -> bool:
    """Answer every line of a file on standard output, in its order; a fault is said in an `error` field of its line.

    Args:
        file: path; `-` reads standard input.
        answer: from the record of a line to its answer; ValueError names a fault.

    Returns:
        Whether every line could be answered.
    """
    failed = False
    with _opened(file) as source:
        for number, raw in _lines(source):
            said = _answered(answer, raw, number)
            failed = failed or "error" in said
            sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    return not failed


def _answered(answer: Callable[[Any], dict[str, Any]], raw: bytes | None, number: int) -> dict[str, Any]:
    record: Any = None
    try:
        record = _record(raw)
        if not isinstance(record, dict):
            raise ValueError("is not an object")
        return answer(record)
    except ValueError as error:
        name = record.get("id") if isinstance(record, dict) else None
        return {"id": name, "error": f"line {number}: {error}"}


def _opened(file: str) -> IO[bytes]:
    if file == "-":
        return sys.stdin.buffer
    try:
        return open(file, "rb")  # noqa: PTH123 - the caller closes it
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}.") from None


def _lines(source: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Yield every line with its number; None for one that is too long. Empty lines at the end are no lines."""
    empty: list[int] = []
    number = 0
    while line := source.readline(_LONGEST_LINE):
        number += 1
        if not line.endswith(b"\n") and len(line) >= _LONGEST_LINE:
            while (rest := source.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
            yield number, None
            continue
        if not line.strip():
            empty.append(number)
            continue
        for skipped in empty:
            yield skipped, b""
        empty.clear()
        yield number, line


def _record(raw: bytes | None) -> Any:
    if raw is None:
        raise ValueError(f"is longer than {_LONGEST_LINE:,} bytes")
    if not raw:
        raise ValueError("is empty")
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"is not JSON: {getattr(error, 'msg', 'nested too deeply')}") from None


def text_of(record: dict[str, Any], key: str) -> str | None:
    """Return a text of a record with LF newlines; None where it is missing; ValueError names what is wrong with it."""
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"{key} is not a text")
    if len(value) > TITLE_LIMIT:
        raise ValueError(f"{key} is longer than {TITLE_LIMIT:,} characters")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError(f"{key} contains half of a character")
    return one_newline(value) or None
