"""`okr-coach db …`: the database, looked after by hand."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coach.cli.common import read_set, the_store
from coach.errors import InputError
from coach.settings import settings

if TYPE_CHECKING:
    from coach.storage.store import Store

db = typer.Typer(help="Look after the database: upgrade, back up, restore, export, forget.", no_args_is_help=True)
_Organisation = Annotated[str | None, typer.Option(help="Its id; not needed where there is only one.")]
_File = Annotated[Path, typer.Argument(metavar="FILE")]


@db.command()
def upgrade() -> None:
    """Make the tables, or bring them up to date."""
    from coach.storage import schema

    store = the_store(ready=False)
    before = schema.upgrade(store.engine)
    after = schema.revision(store.engine)
    state = "was up to date" if before == after else f"is now at version {after} (was {before or 'empty'})"
    typer.echo(f"{_shown(store)} {state}")


@db.command()
def backup(file: _File) -> None:
    """Write everything into one compressed file, which restores into SQLite and PostgreSQL alike."""
    from coach.storage.backup import backup as write

    typer.echo(f"{write(the_store().engine, file):,} rows written to {file}")


@db.command()
def restore(file: _File) -> None:
    """Fill an empty database from a backup."""
    from coach.storage.backup import restore as fill

    typer.echo(f"{fill(the_store().engine, file):,} rows restored from {file}")


@db.command()
def load(
    file: Annotated[str, typer.Argument(metavar="FILE", help="An okr-set; - reads standard input.")],
    organisation: _Organisation = None,
) -> None:
    """Keep the circles, cycles, objectives and projects of an okr-set; what it does not name stays."""
    from coach.storage.okr_sets import keep

    okr_set = read_set(file)
    name = organisation or (okr_set.organisation.id if okr_set.organisation else None)
    if name is None:
        raise InputError("The okr-set does not say whose it is.", hint="Give organisation.id in it, or --organisation.")
    with the_store().write(name) as unit:
        if unit.organisation.get() is None and okr_set.organisation is None:
            raise InputError(f"There is no organisation {name!r} yet.", hint="Name it in the okr-set.")
        changed = keep(unit, okr_set)
        unit.audit.note("command line", "load", f"organisation:{name}", {"changed": changed})
    typer.echo(f"{name}: {changed:,} changed")


@db.command()
def export(
    organisation: _Organisation = None,
    cycle: Annotated[str | None, typer.Option(help="Only what is read with this cycle.")] = None,
    person: Annotated[str | None, typer.Option(help="Instead: everything kept about a person.")] = None,
) -> None:
    """Write an organisation as an okr-set, or what is kept about one person, to standard output."""
    from coach.storage.okr_sets import whole

    store = the_store()
    with store.read(the_organisation(store, organisation)) as unit:
        if person is not None:
            document = json.dumps(unit.people.export(person), ensure_ascii=False, indent=1)
        else:
            document = whole(unit, cycle=cycle).model_dump_json(exclude_none=True, indent=1)
    sys.stdout.write(document + "\n")


@db.command()
def erase(
    person: Annotated[str, typer.Argument(help="Name or e-mail address.")],
    organisation: _Organisation = None,
) -> None:
    """Forget a person: account and comments go, the name is blanked wherever else it stands."""
    store = the_store()
    with store.write(the_organisation(store, organisation)) as unit:
        count = unit.people.erase(person)
        unit.organisation.touch()
        unit.audit.note("command line", "erase", "person")
    typer.echo(f"{count:,} rows changed. Backups made before still name them.")


@db.command()
def prune(days: Annotated[int | None, typer.Option(min=1, help="Default: COACH_RETENTION_DAYS.")] = None) -> None:
    """Delete reviews, drafts and audit entries that are older than the organisation wants to keep."""
    from coach.storage.retention import prune as forget

    kept = days or settings().retention_days
    if kept is None:
        raise InputError("Nothing says how long to keep.", hint="Give --days, or set COACH_RETENTION_DAYS.")
    typer.echo(f"{forget(the_store(), kept):,} rows deleted")


def the_organisation(store: Store, name: str | None) -> str:
    """Return the organisation a command is about; InputError when it does not say and there are several."""
    known = store.organisations()
    if name is not None and name in known:
        return name
    if name is None and len(known) == 1:
        return known[0]
    if not known:
        raise InputError("No organisation is kept yet.", hint="okr-coach db load FILE")
    problem = f"There is no organisation {name!r}." if name else "There are several organisations."
    raise InputError(problem, hint=f"--organisation: {', '.join(known)}")


def _shown(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=True)
