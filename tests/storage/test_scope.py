"""An organisation sees itself and nothing else, whatever is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, exists, func, insert, select, text, update
from sqlalchemy.orm import aliased

import coach
from coach.domain.okr_set import Circle as CircleValue
from coach.domain.okr_set import Metric as MetricValue
from coach.domain.okr_set import Organisation as OrganisationValue
from coach.errors import ScopeError
from coach.storage.models import Base, Owned
from coach.storage.models.organisation import Circle, Metric, Organisation
from coach.storage.scope import ScopedSession
from coach.storage.store import Store


@pytest.fixture
def session(store: Store) -> Iterator[ScopedSession]:
    for name in ("here", "there"):
        with store.write(name) as unit:
            unit.organisation.put(OrganisationValue(name=name))
            unit.circles.put(CircleValue(id="it", name=f"IT {name}", metrics=[MetricValue(name=name)]))
    with store.write("there") as unit:
        unit.circles.put(CircleValue(id="secret"))
    with ScopedSession(store.engine, "here") as session:
        yield session


other = aliased(Circle)
READS: dict[str, Callable[[ScopedSession], object]] = {
    "all": lambda s: s.scalars(select(Circle.id)).all() == ["it"],
    "by name": lambda s: s.scalar(select(Circle.name).where(Circle.id == "secret")) is None,
    "by its whole key": lambda s: s.get(Circle, ("there", "it")) is None,
    "by naming the other": lambda s: s.scalars(select(Circle).where(Circle.organisation_id == "there")).all() == [],
    "an or that opens the filter": lambda s: len(s.scalars(select(Circle).where((Circle.id == "x") | text("1=1"))).all()) == 1,
    "counting": lambda s: s.scalar(select(func.count()).select_from(Circle)) == 1,
    "an alias": lambda s: s.scalars(select(other.name)).all() == ["IT here"],
    "a join": lambda s: s.execute(select(Circle.id, other.id).join(other, other.id != Circle.id)).all() == [],
    "a join to a child": lambda s: s.scalars(select(Metric.name).join(Circle, Circle.id == Metric.circle_id)).all() == ["here"],
    "a subquery": lambda s: s.scalar(select(func.count()).select_from(select(Circle).subquery())) == 1,
    "a scalar subquery": lambda s: s.scalar(select(select(func.count(Circle.id)).scalar_subquery())) == 1,
    "exists": lambda s: s.scalars(select(Circle.id).where(exists().where(other.id == "secret"))).all() == [],
    "in": lambda s: s.scalars(select(Circle.id).where(Circle.id.in_(select(other.id)))).all() == ["it"],
    "a union": lambda s: sorted(s.scalars(select(Circle.id).union_all(select(other.id))).all()) == ["it", "it"],
    "children": lambda s: [m.name for c in s.scalars(select(Circle)) for m in c.metrics] == ["here"],
    "the organisations": lambda s: s.scalars(select(Organisation.id)).all() == ["here"],
    "the old query": lambda s: [c.name for c in s.query(Circle)] == ["IT here"],
}  # fmt: skip


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_no_read_reaches_another_organisation(session: ScopedSession, read: Callable[[ScopedSession], object]) -> None:
    assert read(session)


def test_no_change_reaches_another_organisation(session: ScopedSession, store: Store) -> None:
    session.execute(update(Circle).values(name="changed"))
    session.execute(update(Circle).where(Circle.organisation_id == "there").values(name="changed"))
    session.execute(delete(Circle).where(Circle.id == "secret"))
    session.execute(update(Organisation).values(name="changed"))
    session.commit()
    with store.read("there") as unit:
        assert [circle.name for circle in unit.circles.all()] == ["IT there", None]
        kept = unit.organisation.get()
        assert kept is not None
        assert kept.value.name == "there"


REFUSED: dict[str, Callable[[ScopedSession], object]] = {
    "raw SQL": lambda s: s.execute(text("SELECT * FROM circles")),
    "a table": lambda s: s.execute(select(Circle.__table__)),
    "a statement of one's own": lambda s: s.scalars(select(Circle).from_statement(text("SELECT * FROM circles"))),
    "nothing but exists": lambda s: s.scalar(select(exists().where(Circle.id == "secret"))),
    "a bare connection": lambda s: s.connection(),
    "an insert for another": lambda s: s.execute(insert(Circle), [{"organisation_id": "there", "id": "x"}]),
    "an insert for nobody": lambda s: s.execute(insert(Circle), [{"id": "x"}]),
    "an insert of values": lambda s: s.execute(insert(Circle).values(organisation_id="there", id="x")),
    "a row of another": lambda s: (s.add(Circle(organisation_id="there", id="x", kind="circle", status="in", accountabilities=[], checklists=[])), s.flush()),
    "another organisation": lambda s: (s.add(Organisation(id="elsewhere")), s.flush()),
    "bulk objects": lambda s: s.bulk_save_objects([Circle(organisation_id="there", id="x")]),
}  # fmt: skip


@pytest.mark.parametrize("write", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_narrowed_is_refused(session: ScopedSession, write: Callable[[ScopedSession], object]) -> None:
    with pytest.raises(ScopeError):
        write(session)


def test_moving_a_row_to_another_organisation_is_refused(session: ScopedSession) -> None:
    circle = session.scalars(select(Circle)).one()
    circle.organisation_id = "there"
    with pytest.raises(ScopeError):
        session.flush()


def test_a_session_without_organisation_reads_nothing(store: Store) -> None:
    with ScopedSession(store.engine, None) as session, pytest.raises(ScopeError):
        session.scalars(select(Circle)).all()


def test_every_table_belongs_to_an_organisation() -> None:
    free = {mapper.class_.__name__ for mapper in Base.registry.mappers if not issubclass(mapper.class_, Owned)}
    assert free == {"Organisation"}
    assert all(next(c.name for c in t.primary_key) in ("organisation_id", "id") for t in Base.metadata.sorted_tables)


def test_only_the_store_opens_sessions_and_knows_the_tables() -> None:
    package = Path(coach.__file__).parent
    knowing = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if any(w in path.read_text(encoding="utf-8") for w in ("sqlalchemy", "storage.models", "DirectorySession"))
    }
    outside = {name for name in knowing if not name.startswith("storage/")}
    assert outside <= {"cli/keys.py", "review/jobs.py"}
    directory = {p.name for p in (package / "storage").rglob("*.py") if "DirectorySession" in p.read_text("utf-8")}
    assert directory == {"scope.py", "store.py"}
