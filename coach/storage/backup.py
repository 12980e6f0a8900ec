"""A backup of everything as compressed JSON lines: the same file restores into SQLite and PostgreSQL."""

from __future__ import annotations

import base64
import gzip
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, LargeBinary, Table, func, insert, select
from sqlalchemy.types import Date

import coach
from coach.errors import ConflictError, InputError, SchemaError
from coach.storage.database import WRITES
from coach.storage.faults import translated
from coach.storage.migrations import HEAD
from coach.storage.models import Base
from coach.storage.models.base import UtcDateTime
from coach.storage.schema import require

FORMAT = "okr-coach-backup/1"
_BATCH = 1_000


def backup(engine: Engine, file: Path) -> int:
    """Write everything as it is at one moment; return the number of rows.

    The file appears whole or not at all, readable by its owner only.

    Raises:
        InputError: the file cannot be written.
        StorageError: the database cannot be read.
    """
    require(engine)
    part = file.with_name(f"{file.name}.part")
    try:
        with translated(), engine.connect() as connection, _private(part) as raw, gzip.open(raw, "wb", 6) as out:
            if engine.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            count = _write(connection, out)  # type: ignore[arg-type]
        part.replace(file)
    except OSError as error:
        raise InputError(f"{file}: cannot be written: {error.strerror}.") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return count


def restore(engine: Engine, file: Path) -> int:
    """Fill an empty database from a backup, all of it or nothing; return the number of rows.

    Raises:
        InputError: the file is no backup, or was cut off.
        SchemaError: it is of another version.
        ConflictError: the database is not empty.
    """
    require(engine)
    try:
        with gzip.open(file, "rb") as lines, translated():
            _check_header(lines.readline(), file)
            with engine.execution_options(**{WRITES: True}).begin() as connection:
                return _fill(connection, lines, file)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise InputError(f"{file}: is no whole backup of okr-coach.") from None
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}.") from None


def _private(file: Path) -> IO[bytes]:
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _write(connection: Connection, out: IO[bytes]) -> int:
    header = {"format": FORMAT, "version": HEAD, "by": coach.__version__, "at": datetime.now(UTC).isoformat()}
    out.write(json.dumps(header).encode() + b"\n")
    count = 0
    for table in Base.metadata.sorted_tables:
        for row in connection.execution_options(yield_per=_BATCH).execute(select(table)):
            values = {name: _said(value) for name, value in row._mapping.items() if value is not None}
            out.write(json.dumps([table.name, values], ensure_ascii=False).encode() + b"\n")
            count += 1
    out.write(json.dumps({"rows": count}).encode() + b"\n")
    return count


def _check_header(line: bytes, file: Path) -> None:
    try:
        header = json.loads(line)
        known = header["format"] == FORMAT
    except (ValueError, TypeError, KeyError):
        known = False
    if not known:
        raise InputError(f"{file}: is no backup of okr-coach.")
    if header["version"] != HEAD:
        raise SchemaError(
            f"The backup is of version {header['version']}; this okr-coach reads version {HEAD}.",
            hint=f"Restore it with okr-coach {header.get('by')}, then upgrade.",
        )


def _fill(connection: Connection, lines: Iterable[bytes], file: Path) -> int:
    if connection.scalar(select(func.count()).select_from(Base.metadata.tables["organisations"])):
        raise ConflictError("The database is not empty; a backup is restored into an empty one only.")
    count = 0
    whole = False
    for table, rows in _batches(lines):
        if table is None:
            whole = rows[0].get("rows") == count
            continue
        connection.execute(insert(table), rows)
        count += len(rows)
    if not whole:
        raise InputError(f"{file}: was cut off; nothing was restored.")
    return count


def _batches(lines: Iterable[bytes]) -> Iterator[tuple[Table | None, list[dict[str, Any]]]]:
    """Yield rows of one table at a time, at most a batch; None for the last line."""
    table: Table | None = None
    rows: list[dict[str, Any]] = []
    for line in lines:
        entry = json.loads(line)
        if isinstance(entry, dict):
            if rows:
                yield table, rows
            rows = []
            yield None, [entry]
            continue
        if rows and (table is None or entry[0] != table.name or len(rows) == _BATCH):
            yield table, rows
            rows = []
        table = Base.metadata.tables[entry[0]]
        rows.append({column.name: _read(column.type, entry[1].get(column.name)) for column in table.columns})


def _said(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _read(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return base64.b64decode(value) if isinstance(kind, LargeBinary) else value
