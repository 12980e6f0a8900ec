"""Stores for tests: SQLite and PostgreSQL, each empty but ready, made by copying."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coach.storage import schema
from coach.storage.store import Store
from tests.storage.postgres import Postgres, binaries

Open = Callable[[], Store]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    bin_dir = binaries()
    if bin_dir is None:
        if os.environ.get("COACH_REQUIRE_POSTGRES") == "1":
            pytest.fail("COACH_REQUIRE_POSTGRES=1, but initdb and pg_ctl are not installed")
        pytest.skip("PostgreSQL is not installed")
    server = Postgres(bin_dir)
    yield server
    server.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "coach.sqlite"
    store = Store(f"sqlite:///{path}")
    schema.upgrade(store.engine)
    store.close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    name = postgres.database()
    store = Store(postgres.url(name))
    schema.upgrade(store.engine)
    store.close()
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        path = tmp_path / "coach.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.url(server.database(request.getfixturevalue("postgres_template")))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store(store_url, wait_s=0.3)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "only.sqlite"
    shutil.copy(sqlite_template, path)
    opened = Store(f"sqlite:///{path}", wait_s=0.3)
    yield opened
    opened.close()
