"""The store: units of work for one organisation, and the directory of all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, literal, select

from coach.errors import StorageError
from coach.storage.database import WRITES, make_engine
from coach.storage.faults import translated
from coach.storage.models.access import ApiKey
from coach.storage.models.organisation import Organisation
from coach.storage.models.review import CycleReview, Job
from coach.storage.repositories.job_rows import UNDER_WAY
from coach.storage.repositories.keys import Key, key_of, opens, parts_of
from coach.storage.scope import DirectorySession, ScopedSession
from coach.storage.unit import Unit


class Store:
    """A database.

    Args:
        url: `sqlite:///…` or `postgresql://…`.
        wait_s: how long a writer waits for another one.
    """

    def __init__(self, url: str, *, wait_s: float = 2.0) -> None:
        self.url = url
        self.engine: Engine = make_engine(url, wait_s=wait_s)
        self._writer = self.engine.execution_options(**{WRITES: True})
        self._wait_s = wait_s
        # Threads of one process wait here, in turn: the file's own lock is asked for again and again, and may starve one.
        self._turn = threading.Lock() if self.engine.dialect.name == "sqlite" else None

    @contextmanager
    def read(self, organisation: str) -> Iterator[Unit]:
        """Read within one transaction; what is changed is not kept.

        Raises:
            StorageError: the database cannot answer now.
        """
        with translated(), ScopedSession(self.engine, organisation) as session:
            yield Unit(session, organisation)

    @contextmanager
    def write(self, organisation: str) -> Iterator[Unit]:
        """Read and write within one transaction; an error undoes all of it.

        Raises:
            StorageError: the database cannot answer now.
            ConflictError: another writer was faster.
        """
        with translated(), self._alone(), ScopedSession(self._writer, organisation) as session:
            yield Unit(session, organisation)
            session.commit()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Wait for the other writers of this process, where only one can write at a time."""
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=self._wait_s):
            raise StorageError("The database is busy with another writer.", retry_after=1)
        try:
            yield
        finally:
            self._turn.release()

    def organisations(self) -> list[str]:
        """Return the ids of all organisations."""
        with translated(), DirectorySession(self.engine) as session:
            return list(session.scalars(select(Organisation.id).order_by(Organisation.id)))

    def directory(self) -> list[tuple[str, str]]:
        """Return (id, name) of all organisations; one without a name is called by its id."""
        with translated(), DirectorySession(self.engine) as session:
            rows = session.execute(select(Organisation.id, Organisation.name).order_by(Organisation.id))
            return [(str(name), str(title or name)) for name, title in rows]

    def has_keys(self) -> bool:
        """Tell whether there is any key at all."""
        with translated(), DirectorySession(self.engine) as session:
            return session.scalar(select(ApiKey.id).where(ApiKey.revoked_at.is_(None)).limit(1)) is not None

    def key(self, text: str) -> Key | None:
        """Return the key that a text is, or None when it is none, or not valid any more."""
        parts = parts_of(text)
        if parts is None:
            return None
        with translated(), DirectorySession(self.engine) as session:
            row = session.scalar(select(ApiKey).where(ApiKey.id == parts[0]))
            key = key_of(row) if row is not None and opens(row, parts[1]) else None
        return key if key is not None and key.valid else None

    def jobs_under_way(self) -> list[tuple[str, str, str]]:
        """Return (kind, organisation, id) of every job that is not finished; the kind of cycle reviews is `cycle-review`."""
        with translated(), DirectorySession(self.engine) as session:
            found: list[tuple[str, str, str]] = []
            for row, kind in ((CycleReview, literal("cycle-review")), (Job, Job.kind)):
                query = (
                    select(kind, row.organisation_id, row.id).where(row.state.in_(UNDER_WAY)).order_by(row.created_at)
                )
                found += [(str(name), str(owner), str(job)) for name, owner, job in session.execute(query)]
            return found

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @property
    def file(self) -> Path | None:
        """The SQLite file, where it is one."""
        name = self.engine.url.database
        return Path(name) if self.engine.dialect.name == "sqlite" and name not in (None, "", ":memory:") else None
