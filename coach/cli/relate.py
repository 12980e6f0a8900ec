"""`okr-coach relate`: pairs of titles in, relations out, a line at a time."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from coach.cli.json_lines import answer_lines, text_of
from coach.domain.language import Language, known
from coach.settings import settings


def relate(file: Annotated[str, typer.Argument(help="JSON lines; - reads standard input.")] = "-") -> None:
    """Say what two titles are to each other.

    In: {"id", "a", "b", "lang_a"?, "lang_b"?} a line.
    Out: {"id", "relation": duplicate, related, contradiction or unrelated, "similarity", "probability", "band", "why"} a line,
    or {"id", "error"} for a line that cannot be read.
    """
    from coach.review.similarity import similarity_of

    found = similarity_of(settings())

    def answer(record: dict[str, Any]) -> dict[str, Any]:
        a, b = (_title(record, name) for name in ("a", "b"))
        spoken = (_language(record, "lang_a"), _language(record, "lang_b"))
        said = found.run(lambda made: made.relate(a, b, spoken))
        answered: dict[str, Any] = {
            "id": record.get("id"),
            "relation": said.relation,
            "similarity": said.similarity,
            "probability": said.probability,
            "band": said.band,
            "why": list(said.reasons()),
        }
        return answered | ({"degraded": found.degraded.reason} if found.degraded else {})

    raise typer.Exit(0 if answer_lines(file, answer) else 2)


def _title(record: dict[str, Any], name: str) -> str:
    text = text_of(record, name)
    if text is None or not text.strip():
        raise ValueError(f"{name} is missing or empty")
    return text


def _language(record: dict[str, Any], name: str) -> Language | None:
    value = record.get(name)
    if value is not None and known(str(value)) is None:
        raise ValueError(f"{name} is {value!r}, not en, fr, nl or de")
    return known(value)
