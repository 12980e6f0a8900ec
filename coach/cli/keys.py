"""`okr-coach keys …`: who may ask from elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from coach.cli.common import the_store
from coach.cli.db import the_organisation
from coach.errors import InputError

keys = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)
_Organisation = Annotated[str | None, typer.Option(help="Its id; not needed where there is only one.")]


@keys.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is for, such as the tool that will use it.")],
    role: Annotated[str, typer.Option(help="viewer, editor, champion or admin.")] = "editor",
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="Days until it expires; 0 sets no end.")] = 365,
    organisation: _Organisation = None,
) -> None:
    """Make a key. It is shown once: only a digest is kept."""
    from coach.storage.models.base import now
    from coach.storage.repositories.keys import ROLES

    if role not in ROLES:
        raise InputError(f"--role: there is no role {role!r}.", hint=f"Use {', '.join(ROLES)}.")
    store = the_store()
    with store.write(the_organisation(store, organisation)) as unit:
        expires = now() + timedelta(days=days) if days else None
        key, text = unit.keys.create(name, role, expires)
        unit.audit.note("command line", "create", f"key:{key.id}", {"role": role})
    typer.echo(text)
    end = f"until {key.expires_at:%Y-%m-%d}" if key.expires_at else "without end"
    typer.echo(f"{key.role} of {key.organisation}, {end}. Keep it now: it is not shown again.", err=True)


@keys.command("list")
def list_(organisation: _Organisation = None) -> None:
    """List the keys, without their secrets."""
    store = the_store()
    with store.read(the_organisation(store, organisation)) as unit:
        found = unit.keys.all()
    for key in found:
        state = "valid" if key.valid else "revoked" if key.revoked_at else "expired"
        used = f"last used {key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"
        end = f"until {key.expires_at:%Y-%m-%d}" if key.expires_at else "without end"
        typer.echo(f"{key.id}  {key.role:<8}  {state:<7}  {end}  {used}  {key.name}")
    if not found:
        typer.echo("There are no keys.")


@keys.command()
def revoke(
    key: Annotated[str, typer.Argument(help="The twelve characters after okrc_.")], organisation: _Organisation = None
) -> None:
    """Let a key open nothing any more, from now on."""
    store = the_store()
    with store.write(the_organisation(store, organisation)) as unit:
        revoked = unit.keys.revoke(key.removeprefix("okrc_").split("_")[0])
        unit.audit.note("command line", "revoke", f"key:{revoked.id}")
    typer.echo(f"{revoked.id} ({revoked.name}) opens nothing any more")
