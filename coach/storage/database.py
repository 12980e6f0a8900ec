"""Connecting: SQLite with write-ahead log by default, PostgreSQL by URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import platformdirs
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from coach.errors import SettingsError

WRITES = "coach_writes"  # execution option of an engine whose transactions change something
_POOL = 20
_POOL_WAIT_S = 5


def database_url(url: str | None, data_dir: Path | None, name: str = "coach") -> str:
    """Return the URL in use; the default is a file of that name in the user's data folder, which is made when missing.

    Raises:
        SettingsError: the folder cannot be made.
    """
    if url:
        return url
    folder = data_dir or Path(platformdirs.user_data_dir("okr-coach", appauthor=False))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"The data folder {folder} cannot be made: {error.strerror}.", hint="COACH_DATA_DIR names another."
        ) from None
    return f"sqlite:///{folder / name}.sqlite"


def make_engine(url: str, *, wait_s: float = 2.0) -> Engine:
    """Return an engine.

    Args:
        url: `sqlite:///…` or `postgresql://…`.
        wait_s: how long a writer waits for another one before it gives up.

    Raises:
        SettingsError: the URL cannot be used, or its driver is not installed.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        backend = parsed.get_backend_name()
        if backend not in ("sqlite", "postgresql"):
            raise SettingsError(f"COACH_DATABASE_URL: {backend!r} is not supported.", hint="Use sqlite or postgresql.")
        options: dict[str, Any] = {"pool_size": _POOL, "max_overflow": _POOL, "pool_timeout": _POOL_WAIT_S}
        if backend == "postgresql":
            options["pool_pre_ping"] = True
            options["connect_args"] = {"connect_timeout": 3, "options": f"-c lock_timeout={int(wait_s * 1000)}"}
        engine = create_engine(parsed, **options)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise SettingsError(f"COACH_DATABASE_URL cannot be used: {error}.") from None
    except ModuleNotFoundError:
        raise SettingsError(
            "PostgreSQL needs a driver that is not installed.", hint="pip install 'okr-coach[postgres]'"
        ) from None
    if backend == "sqlite":
        _prepare_sqlite(engine, wait_s)
    return engine


def _prepare_sqlite(engine: Engine, wait_s: float) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver opens no transactions of its own; `begun` does
        connection.create_function("lower", 1, _lower, deterministic=True)  # its own knows ASCII only
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(wait_s * 1000)}")
        cursor.execute("PRAGMA journal_mode = WAL")
        # A killed process loses nothing; only a power cut may undo the last moments, never damage the file.
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # A writer takes its lock at once: a reader that turns writer could only fail.
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _lower(text: object) -> object:
    return text.lower() if isinstance(text, str) else text
