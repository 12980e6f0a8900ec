"""`okr-coach classify`: JSON lines in, JSON lines out, in the same order, in bounded memory."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from coach.cli.common import the_library
from coach.cli.json_lines import answer_lines, text_of
from coach.domain.language import known
from coach.domain.okr_set import Circle
from coach.rubric.engine import Engine, item_of
from coach.settings import settings


def classify(
    file: Annotated[str, typer.Argument(help="JSON lines; - reads standard input.")] = "-",
    profile: Annotated[str | None, typer.Option(help="Profile that judges: chicc, classic, or a file.")] = None,
) -> None:
    """Say what single lines are.

    In: {"id", "kind": "objective" or "key_result", "text", "parent"?, "lang"?, "circle"?} a line.
    Out: {"id", "type", "confidence", "alternatives", "codes"} a line, or {"id", "error"} for a line that cannot be read.
    """
    engine = the_library().engine(profile or settings().profile)
    answered = answer_lines(file, lambda record: _judged(engine, record))
    raise typer.Exit(0 if answered else 2)


def _judged(engine: Engine, record: Any) -> dict[str, Any]:
    kind = record.get("kind")
    if kind not in ("objective", "key_result"):
        raise ValueError(f"kind is {kind!r}, not objective or key_result")
    text = text_of(record, "text")
    if not text or not text.strip():
        raise ValueError("text is missing or empty")
    language = record.get("lang")
    if language is not None and known(str(language)) is None:
        raise ValueError(f"lang is {language!r}, not en, fr, nl or de")
    line, findings = engine.line(
        kind, text, language=known(language), parent=text_of(record, "parent"), circle=_circle(record.get("circle"))
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
