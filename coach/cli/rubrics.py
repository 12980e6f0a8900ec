"""The command `okr-coach rubrics diff OLD NEW FILE…`."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from coach.cli.common import fail, language_option, read_set, reader_language, the_library
from coach.domain.language import Language
from coach.domain.okr_set import OkrSet
from coach.errors import InputError, NotFoundError
from coach.review.moves import Moves, Stand, moves_between
from coach.rubric.engine import Engine
from coach.rubric.library import library
from coach.settings import settings

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What a change of rules or profile would move.")
_SIGNS = {"new": "+", "gone": "-", "changed": "~"}


@app.callback()
def _rubrics() -> None:
    """Keep `diff` a command of its own while it is the only one."""


@app.command("diff")
def diff(
    old: Annotated[str, typer.Argument(help="Profile (name or file), or folder of rules.")],
    new: Annotated[str, typer.Argument(help="The same, as it would be.")],
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="okr-set files (JSON); - reads standard input.")],
    profile: Annotated[str | None, typer.Option(help="Profile that judges where OLD or NEW is a folder.")] = None,
    language: Annotated[str | None, typer.Option(help="Your language: en, fr, nl, de. Default: the draft's.")] = None,
    output: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Show which verdicts a change of profile or of rules moves, before it is released."""
    from coach.review.draft import review_set

    if output not in ("text", "json"):
        raise InputError(f"--format: there is no format {output!r}.", hint="Use text or json.")
    spoken = language_option(language, "--language") or reader_language()
    engines = [_engine(name, profile) for name in (old, new)]
    documents = []
    code = 0
    for path in files:
        try:
            okr_set = read_set(path)
        except InputError as error:
            code = fail(error, path)
            continue
        before, after = (review_set(okr_set, engine, language=spoken) for engine in engines)
        moves = moves_between(before, after)
        if output == "json":
            documents.append({"file": path, **_as_dict(moves)})
        else:
            _print(path, moves, okr_set, engines[1], after.language)
    if output == "json":
        typer.echo(json.dumps(documents, ensure_ascii=False, indent=2))
    raise typer.Exit(code)


def _engine(name: str, profile: str | None) -> Engine:
    """The engine of a profile, or of a folder of rules: one with everything in it, or one laid over the built-in rubric."""
    chosen = settings()
    folder = Path(name)
    if not folder.is_dir():
        return the_library().engine(name)
    if not any(folder.rglob("*.yaml")):
        raise NotFoundError(f"{name}: there is no rule, profile or other YAML file in this folder.")
    return library(folder, chosen.cache_dir, text_model=chosen.text_model).engine(profile or chosen.profile)


def _as_dict(moves: Moves) -> dict[str, object]:
    def stand(value: Stand | None) -> dict[str, object] | None:
        return value._asdict() if value else None

    return {
        "score": {"before": moves.score[0], "after": moves.score[1]},
        "types": [dataclasses.asdict(moved) for moved in moves.types],
        "findings": [
            {**dataclasses.asdict(found), "before": stand(found.before), "after": stand(found.after)}
            for found in moves.findings
        ],
        "stayed": moves.stayed,
    }


def _print(path: str, moves: Moves, okr_set: OkrSet, engine: Engine, language: Language) -> None:
    def label(name: str, **values: str) -> str:
        return engine.speaker.say(engine.source.labels[name][language], language, values)

    typer.echo(path)
    shown = [label("not-assessed") if value is None else str(value) for value in moves.score]
    typer.echo(f"  {label('score')} {' → '.join(shown if shown[0] != shown[1] else shown[:1])}")
    for moved in moves.types:
        types = [label(f"type-{name}") if name else "–" for name in (moved.before, moved.after)]
        typer.echo(f"  ~ {moved.pointer}  {types[0]} → {types[1]}  {_title(okr_set, moved.pointer)}")
    for found in moves.findings:
        stands = [_stand(stand, label) for stand in (found.before, found.after) if stand]
        typer.echo(f"  {_SIGNS[found.move]} {found.code} {found.pointer}  ({' → '.join(stands)})  {found.message}")
    typer.echo(
        f"  {label('diff-summary', moved=str(len(moves.types) + len(moves.findings)), stayed=str(moves.stayed))}"
    )


def _stand(stand: Stand, label: Callable[..., str]) -> str:
    words = [label("state-review") if stand.state == "review" else label(f"severity-{stand.severity}")]
    if stand.status != "new":
        words.append(label(f"status-{stand.status}"))
    if stand.main:
        words.append(label("main-remark"))
    return ", ".join(words)


def _title(okr_set: OkrSet, pointer: str) -> str:
    parts = pointer.split("/")
    objective = okr_set.objectives[int(parts[2])]
    return objective.key_results[int(parts[4])].title if len(parts) > 4 else objective.title
