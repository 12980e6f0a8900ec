"""The command `okr-coach schema okr-set|okr-review`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from coach.domain.schema import json_schema


def schema(name: Annotated[str, typer.Argument(help="okr-set or okr-review")]) -> None:
    """Print the JSON Schema of a public format."""
    typer.echo(json.dumps(json_schema(name), ensure_ascii=False, indent=2))
