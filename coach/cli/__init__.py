"""The command `okr-coach`. One file per command; nothing heavy is imported before a command needs it."""

from __future__ import annotations

import gc
import sys

import typer

from coach.cli import (
    classify,
    cycle,
    db,
    demo_llm,
    doctor,
    duplicates,
    keys,
    relate,
    review,
    rubrics,
    rules,
    schema,
    serve,
)
from coach.cli.common import fail
from coach.errors import CoachError

app = typer.Typer(
    name="okr-coach",
    help="Reads draft OKRs in French, Dutch, English and German, and says what each line really is.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("review")(review.review)
app.command("classify")(classify.classify)
app.command("relate")(relate.relate)
app.command("duplicates")(duplicates.duplicates)
app.command("rules")(rules.rules)
app.command("explain")(rules.explain)
app.add_typer(rubrics.app, name="rubrics")
app.command("schema")(schema.schema)
app.command("doctor")(doctor.doctor)
app.command("serve")(serve.serve)
app.command("demo-llm")(demo_llm.demo_llm)
app.add_typer(cycle.cycle, name="cycle")
app.add_typer(db.db, name="db")
app.add_typer(keys.keys, name="keys")


def main() -> None:
    """Run the command line; exit 2 with one clear message when something cannot be used."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    gc.set_threshold(200_000, 20, 20)  # reading the rubric makes many lasting objects and no garbage
    try:
        app()
    except CoachError as error:
        raise SystemExit(fail(error)) from None
    except BrokenPipeError:  # the reader of a pipe, such as `head`, has gone
        sys.stderr.close()
        raise SystemExit(0) from None


__all__ = ["app", "main"]
