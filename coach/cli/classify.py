"""`okr-coach classify`: JSON lines in, JSON lines out, in the same order, in bounded memory."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import IO, Annotated, Any

import typer
from pydantic import ValidationError

from coach.cli.common import the_library
from coach.domain.language import known
from coach.domain.okr_set import Circle
from coach.domain.text import TITLE_LIMIT, one_newline
from coach.errors import InputError
from coach.rubric.engine import Engine, item_of
from coach.settings import settings

_LONGEST_LINE = 1_000_000


def classify(
    file: Annotated[str, typer.Argument(help="JSON lines; - reads standard input.")] = "-",
    profile: Annotated[str | None, typer.Option(help="Profile that judges: chicc, classic, or a file.")] = None,
) -> None:
    """Say what single lines are.

    In: {"id", "kind": "objective" or "key_result", "text", "parent"?, "lang"?, "circle"?} a line.
    Out: {"id", "type", "confidence", "alternatives", "codes"} a line, or {"id", "error"} for a line that cannot be read.
    """
    engine = the_library().engine(profile or settings().profile)
    failed = False
    with _opened(file) as source:
        for number, raw in _lines(source):
            answer = _answer(engine, raw, number)
            failed = failed or "error" in answer
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    raise typer.Exit(2 if failed else 0)


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


def _answer(engine: Engine, raw: bytes | None, number: int) -> dict[str, Any]:
    record: Any = None
    try:
        record = _record(raw)
        return _judged(engine, record)
    except ValueError as error:
        name = record.get("id") if isinstance(record, dict) else None
        return {"id": name, "error": f"line {number}: {error}"}


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


def _judged(engine: Engine, record: Any) -> dict[str, Any]:
    if not isinstance(record, dict):
        raise ValueError("is not an object")
    kind = record.get("kind")
    if kind not in ("objective", "key_result"):
        raise ValueError(f"kind is {kind!r}, not objective or key_result")
    text = _text(record, "text")
    if not text or not text.strip():
        raise ValueError("text is missing or empty")
    language = record.get("lang")
    if language is not None and known(str(language)) is None:
        raise ValueError(f"lang is {language!r}, not en, fr, nl or de")
    line, findings = engine.line(
        kind, text, language=known(language), parent=_text(record, "parent"), circle=_circle(record.get("circle"))
    )
    item = item_of(line)
    codes = sorted({f.code for f in findings if f.state == "open"})
    return {
        "id": record.get("id"),
        "type": item.type,
        "confidence": item.confidence,
        "alternatives": item.alternatives,
        "codes": codes,
    }


def _text(record: dict[str, Any], key: str) -> str | None:
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


def _circle(value: Any) -> Circle | None:
    if value is None or isinstance(value, str):
        return None  # a name says nothing about duties
    if not isinstance(value, dict):
        raise ValueError("circle is not an object")
    try:
        return Circle.model_validate_json(json.dumps({"id": "circle", **value}))
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"circle.{'.'.join(str(p) for p in first['loc'])}: {first['msg']}") from None
