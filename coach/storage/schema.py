"""The version of the tables: which one a database has, and bringing it up to date."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from coach.errors import SchemaError
from coach.storage.database import WRITES
from coach.storage.faults import translated
from coach.storage.migrations import HEAD

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 4_712_026  # PostgreSQL advisory lock: two processes that start at once migrate one after the other


def revision(engine: Engine) -> str | None:
    """Return the version of a database's tables, or None when it has none yet."""
    with translated(), engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return str(found) if found else None


def upgrade(engine: Engine) -> str | None:
    """Bring a database up to date; return the version it had.

    Raises:
        SchemaError: it was made by a newer okr-coach.
        StorageError: it cannot be reached.
    """
    before = revision(engine)
    if before == HEAD:
        return before
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    writer = engine.execution_options(**{WRITES: True})
    with translated(), writer.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError:
            raise SchemaError(
                f"The database is of version {before}, which this okr-coach does not know.",
                hint="Install the version of okr-coach that made it, or a newer one.",
            ) from None
    return before


def require(engine: Engine) -> None:
    """Refuse a database that is not of this version.

    Raises:
        SchemaError: names the command that brings it up to date.
    """
    found = revision(engine)
    if found != HEAD:
        state = f"of version {found}" if found else "empty"
        raise SchemaError(
            f"The database is {state}; this okr-coach needs version {HEAD}.", hint="Run: okr-coach db upgrade"
        )
