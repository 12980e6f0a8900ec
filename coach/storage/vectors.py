"""The vector index in PostgreSQL with pgvector, where several servers share the data: a partition for each organisation.

Rows are kept with 16 bits a number, which orders neighbours as 32 bits do and stays below the size that PostgreSQL moves out of
the table. A small partition is searched exactly; a large one gets an HNSW index, which follows every change by itself.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence

import numpy as np
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from coach.errors import MissingPartError
from coach.similarity.index import Neighbour, check_shape
from coach.similarity.types import Matrix
from coach.storage.database import WRITES
from coach.storage.faults import translated

_TABLE = "title_vectors"
_MANY = 2_000  # rows from which an HNSW index pays; below, exact search takes a few milliseconds
_IN_VIEW = 40  # candidates HNSW keeps in view unless it is told otherwise; it cannot return more
_LOCK = 4_712_027  # advisory lock: two servers that make the same partition at once do it one after the other
_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_TRAILER = struct.pack(">h", -1)
_TABLE_SQL = f"""
CREATE TABLE IF NOT EXISTS {_TABLE} (
    space text NOT NULL,
    organisation_id varchar(200) NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    embedder text NOT NULL,
    name text NOT NULL,
    embedding halfvec NOT NULL,
    PRIMARY KEY (space, name)
) PARTITION BY LIST (space)
"""


def without_pgvector(engine: Engine) -> str | None:
    """Return why a database cannot hold vectors, or None when it can."""
    if engine.dialect.name != "postgresql":
        return "the database is not PostgreSQL"
    with translated(), engine.connect() as connection:
        if connection.scalar(text("SELECT 1 FROM pg_extension WHERE extname = 'vector'")) is not None:
            return None
        if connection.scalar(text("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'")) is None:
            return "pgvector is not installed on the database server"
        may = connection.scalar(text("SELECT has_database_privilege(current_database(), 'CREATE')"))
        return None if may else "an administrator has to run: CREATE EXTENSION vector"


class PgIndex:
    """The vectors of one organisation, one embedder version and one bucket; see `coach.similarity.index.VectorIndex`.

    Args:
        engine: of a PostgreSQL database with pgvector.
        organisation: whose items they are; it has to be kept there.
        embedder: name and version that made the vectors; those of other versions are deleted.
        dimensions: length of a vector.
        bucket: part of the organisation's items, such as a cycle.

    Raises:
        MissingPartError: pgvector is not there, or may not be made use of.
    """

    def __init__(self, engine: Engine, organisation: str, embedder: str, dimensions: int, bucket: str = "") -> None:
        self.organisation = organisation
        self.embedder = embedder
        self._engine = engine
        self._writer = engine.execution_options(**{WRITES: True})
        self._dimensions = dimensions
        said = "\0".join((organisation, embedder, str(dimensions), bucket))
        self._space = hashlib.sha256(said.encode()).hexdigest()[:24]
        self._partition = f"{_TABLE}_{self._space}"
        self._indexed = False
        self._prepare()

    def __len__(self) -> int:
        with translated(), self._engine.connect() as connection:
            return int(connection.scalar(text(f"SELECT count(*) FROM {self._partition}")) or 0)

    def upsert(self, ids: Sequence[str], rows: Matrix) -> None:
        """See `VectorIndex`; EmbeddingError when the vectors have another length."""
        check_shape(ids, rows, self._dimensions)
        if not len(ids):
            return
        at = {name: number for number, name in enumerate(ids)}
        with translated(), self._writer.begin() as connection:
            connection.execute(text("CREATE TEMPORARY TABLE coming (name text, embedding halfvec) ON COMMIT DROP"))
            raw = connection.connection.driver_connection
            assert raw is not None
            with raw.cursor() as cursor, cursor.copy("COPY coming FROM STDIN (FORMAT BINARY)") as copy:
                for part in _binary(list(at), rows[list(at.values())]):
                    copy.write(part)
            connection.execute(
                text(
                    f"INSERT INTO {self._partition} (space, organisation_id, embedder, name, embedding) "
                    "SELECT :space, :organisation, :embedder, name, embedding FROM coming "
                    "ON CONFLICT (space, name) DO UPDATE SET embedding = excluded.embedding"
                ),
                {"space": self._space, "organisation": self.organisation, "embedder": self.embedder},
            )
        if not self._indexed and len(self) > _MANY:
            self._build()

    def delete(self, ids: Sequence[str]) -> None:
        """See `VectorIndex`."""
        with translated(), self._writer.begin() as connection:
            connection.execute(text(f"DELETE FROM {self._partition} WHERE name = ANY(:names)"), {"names": list(ids)})

    def known(self, ids: Sequence[str]) -> set[str]:
        """See `VectorIndex`."""
        query = text(f"SELECT name FROM {self._partition} WHERE name = ANY(:names)")
        with translated(), self._engine.connect() as connection:
            return {str(name) for name in connection.scalars(query, {"names": list(ids)})}

    def nearest(self, row: Matrix, size: int) -> list[Neighbour]:
        """See `VectorIndex`; exact up to 2,000 items, approximate above."""
        if size <= 0:
            return []
        near = f"(embedding::halfvec({self._dimensions}) <#> CAST(:row AS halfvec({self._dimensions})))"
        query = text(f"SELECT name, {near} FROM {self._partition} ORDER BY {near} LIMIT :size")
        values = "[" + ",".join(f"{value:.6g}" for value in np.asarray(row, np.float32).tolist()) + "]"
        with translated(), self._engine.connect() as connection:
            if size > _IN_VIEW:
                connection.execute(text(f"SET LOCAL hnsw.ef_search = {min(size, 1000)}"))
            found = connection.execute(query, {"row": values, "size": size})
            return [Neighbour(str(name), -float(product)) for name, product in found]

    def _prepare(self) -> None:
        try:
            with self._writer.begin() as connection:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
                connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
                connection.execute(text(_TABLE_SQL))
                connection.execute(
                    text(
                        f"CREATE TABLE IF NOT EXISTS {self._partition} PARTITION OF {_TABLE} "
                        f"FOR VALUES IN ('{self._space}')"
                    )
                )
                self._forget_others(connection)
                query = text("SELECT to_regclass(:name) IS NOT NULL")
                self._indexed = bool(connection.scalar(query, {"name": f"{self._partition}_hnsw"}))
        except DBAPIError as error:
            raise MissingPartError(
                f"Vectors cannot be kept in the database: {str(error.orig).splitlines()[0]}",
                hint="As its administrator: CREATE EXTENSION vector",
            ) from None

    def _forget_others(self, connection: Connection) -> None:
        """Vectors of other embedders or versions are never compared with these, and not kept either."""
        connection.execute(
            text(f"DELETE FROM {_TABLE} WHERE organisation_id = :organisation AND embedder <> :embedder"),
            {"organisation": self.organisation, "embedder": self.embedder},
        )

    def _build(self) -> None:
        with translated(), self._writer.begin() as connection:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
            connection.execute(
                text(
                    f"CREATE INDEX IF NOT EXISTS {self._partition}_hnsw ON {self._partition} USING hnsw "
                    f"((embedding::halfvec({self._dimensions})) halfvec_ip_ops) WITH (m = 16, ef_construction = 64)"
                )
            )
        self._indexed = True


def _binary(names: Sequence[str], rows: Matrix) -> Iterator[bytes]:
    """Yield a COPY stream of names and vectors: each vector is its length, a zero, and 16-bit numbers, all big-endian."""
    yield _HEADER
    halves = rows.astype(">f2")
    head = struct.pack(">ihh", 4 + 2 * rows.shape[1], rows.shape[1], 0)
    for name, half in zip(names, halves, strict=True):
        said = name.encode()
        yield struct.pack(">hi", 2, len(said)) + said + head + half.tobytes()
    yield _TRAILER
