"""The database itself: made, upgraded, backed up; busy, full or away it says so and recovers."""

from __future__ import annotations

import gzip
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.orm import Session

from coach.domain.okr_set import Circle, Organisation
from coach.domain.reading import read_okr_set
from coach.errors import ConflictError, InputError, SchemaError, SettingsError, StorageError
from coach.resources import EXAMPLES
from coach.storage import schema
from coach.storage.backup import backup, restore
from coach.storage.database import database_url, make_engine
from coach.storage.migrations import HEAD
from coach.storage.models import Base
from coach.storage.okr_sets import keep, whole
from coach.storage.store import Store
from tests.storage.postgres import Postgres

KILLS = int(os.environ.get("COACH_KILLS", "3"))
DEMO = read_okr_set((EXAMPLES / "demo.okr-set.json").read_bytes())


def test_the_migrations_make_the_tables_of_the_models(store: Store) -> None:
    assert schema.revision(store.engine) == HEAD
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_an_empty_or_unknown_database_is_refused_with_the_way_out(tmp_path: Path) -> None:
    empty = Store(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    with pytest.raises(SchemaError, match="okr-coach db upgrade"):
        schema.require(empty.engine)
    with pytest.raises(SchemaError, match="okr-coach db upgrade"), empty.read("x") as unit:
        unit.circles.all()
    assert schema.upgrade(empty.engine) is None
    assert schema.upgrade(empty.engine) == HEAD
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match="9999"):
        schema.upgrade(empty.engine)
    empty.close()


def test_urls_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    assert database_url(None, tmp_path / "new") == f"sqlite:///{tmp_path / 'new' / 'coach.sqlite'}"
    assert database_url("postgresql://x", None) == "postgresql://x"
    for url in ("mysql://x", "nonsense", "sqlite+nothing:///x", "postgresql://h:port/x"):
        with pytest.raises(SettingsError, match="COACH_DATABASE_URL"):
            make_engine(url)


def test_a_backup_restores_into_either_database(
    store: Store, sqlite_store: Store, postgres: Postgres, postgres_template: str, tmp_path: Path
) -> None:
    with store.write("orvanne") as unit:
        keep(unit, DEMO)
        unit.keys.create("tool", "editor")
        unit.caches.put_vectors("m", {"a": b"\x00\xff"})
        sent = whole(unit)
    file = tmp_path / "backup.gz"
    count = backup(store.engine, file)
    assert file.stat().st_mode & 0o777 == 0o600
    other = Store(postgres.url(postgres.database(postgres_template)))
    for target in (sqlite_store, other):
        assert restore(target.engine, file) == count
        with target.read("orvanne") as unit:
            assert whole(unit) == sent
            assert [key.name for key in unit.keys.all()] == ["tool"]
            assert unit.caches.vectors("m", ["a"]) == {"a": b"\x00\xff"}
        with pytest.raises(ConflictError):
            restore(target.engine, file)
    other.close()


def test_a_broken_backup_restores_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    with sqlite_store.write("orvanne") as unit:
        keep(unit, DEMO)
    whole_file = tmp_path / "whole.gz"
    backup(sqlite_store.engine, whole_file)
    target = Store(f"sqlite:///{tmp_path / 'target.sqlite'}")
    schema.upgrade(target.engine)
    plain = gzip.decompress(whole_file.read_bytes())
    lines = plain.splitlines(keepends=True)
    broken = {
        "half": whole_file.read_bytes()[: whole_file.stat().st_size // 2],
        "a line less": gzip.compress(b"".join(lines[:-2] + lines[-1:])),
        "no end": gzip.compress(b"".join(lines[:-1])),
        "text": b"hello",
        "nothing": b"",
        "another format": gzip.compress(b'{"format": "x"}\n'),
    }
    for name, content in broken.items():
        file = tmp_path / name
        file.write_bytes(content)
        with pytest.raises(InputError):
            restore(target.engine, file)
        assert target.organisations() == []
    newer = tmp_path / "newer"
    newer.write_bytes(gzip.compress(plain.replace(f'"version": "{HEAD}"'.encode(), b'"version": "9"', 1)))
    with pytest.raises(SchemaError):
        restore(target.engine, newer)
    with pytest.raises(InputError, match="cannot be read"):
        restore(target.engine, tmp_path / "nowhere")
    with pytest.raises(InputError, match="cannot be written"):
        backup(target.engine, tmp_path / "nowhere" / "x")
    target.close()


def test_a_locked_database_says_when_to_come_back_and_recovers(sqlite_store: Store) -> None:
    assert sqlite_store.file is not None
    other = sqlite3.connect(sqlite_store.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError) as raised, sqlite_store.write("here") as unit:
        unit.organisation.put(Organisation(name="x"))
    assert raised.value.headers["Retry-After"] == "1"
    with sqlite_store.read("here") as unit:
        assert unit.circles.all() == []  # readers never wait
    other.execute("COMMIT")
    other.close()
    with sqlite_store.write("here") as unit:
        unit.organisation.put(Organisation(name="x"))


def test_a_full_disk_says_so_and_recovers(sqlite_store: Store) -> None:
    with sqlite_store.write("here") as unit:
        unit.organisation.put(Organisation(name="x"))
    with pytest.raises(StorageError, match="full"), sqlite_store.write("here") as unit:
        session = unit._session
        connection = Session.connection(session)  # the page limit stands in for the disk
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        for number in range(500):
            unit.circles.put(Circle(id=str(number), purpose="x" * 4000))
    sqlite_store.close()
    with sqlite_store.write("here") as unit:
        unit.circles.put(Circle(id="1", purpose="x" * 100_0))


def test_a_lost_postgresql_says_so_and_recovers(postgres: Postgres, postgres_template: str) -> None:
    store = Store(postgres.url(postgres.database(postgres_template)))
    with store.write("here") as unit:
        unit.organisation.put(Organisation(name="x"))
    postgres.stop()
    try:
        for _ in range(2):
            with pytest.raises(StorageError) as raised, store.read("here") as unit:
                unit.circles.all()
            assert int(raised.value.headers["Retry-After"]) > 0
    finally:
        postgres.start()
    with store.read("here") as unit:
        assert unit.organisation.get() is not None
    store.close()


WRITER = """
import sys
from coach.domain.okr_set import Circle, Organisation
from coach.storage.store import Store
store = Store(sys.argv[1])
with store.write("here") as unit:
    unit.organisation.put(Organisation(name="x"))
number = int(sys.argv[2])
while True:
    with store.write("here") as unit:
        unit.circles.put(Circle(id=f"{number:06}", purpose="x" * 2000))
    print(number, flush=True)
    number += 1
"""


def test_a_killed_writer_loses_nothing_it_had_confirmed(sqlite_store: Store) -> None:
    confirmed = -1
    for kill in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, sqlite_store.url, str(confirmed + 1)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        with process:
            for line in process.stdout:
                confirmed = int(line)
                if confirmed % 20 == 19:
                    time.sleep(0.001 * (kill % 10))
                    os.kill(process.pid, signal.SIGKILL)
                    break
            rest = process.stdout.read().split("\n")[:-1]
            confirmed = max([confirmed, *map(int, rest)])
        with sqlite_store.read("here") as unit:
            kept = {circle.id for circle in unit.circles.all()}
        assert {f"{number:06}" for number in range(confirmed + 1)} <= kept
        with sqlite_store.engine.connect() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
