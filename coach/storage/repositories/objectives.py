"""Objectives with their key results and measurements."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from coach.domain.okr_set import KeyResult, Measurement, Objective, Source, Stage
from coach.errors import ConflictError
from coach.storage.models import okr as tables
from coach.storage.repositories.links import Links
from coach.storage.stored import Page, Stored, check_version, chosen, found_or_missing, in_chunks, page_of

_FIELDS = ("circle", "title", "why", "cycle", "owner", "change")
_KEY_RESULT = ("id", "title", "baseline", "baseline_by", "target", "unit", "due", "owner", "source")


class Objectives:
    """Reads and writes objectives.

    Args:
        session: narrowed to an organisation.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._links = Links(session)

    def get(self, name: str) -> Stored[Objective] | None:
        """Return an objective by its id, or None."""
        row = self._row(name)
        return self._all([row])[0] if row else None

    def by_external(self, system: str, name: str) -> Stored[Objective] | None:
        """Return the objective that another tool knows by that id, or None."""
        row = tables.Objective
        found = self._session.scalar(select(row).where(row.external_system == system, row.external_id == name))
        return self._all([found])[0] if found else None

    def page(
        self, *, after: str | None = None, limit: int = 50, circle: str | None = None, cycle: str | None = None
    ) -> Page[Stored[Objective]]:
        """Return objectives in the order of their ids, after one of them, of a circle or cycle when it is named."""
        query = select(tables.Objective).order_by(tables.Objective.id).limit(limit + 1)
        if after is not None:
            query = query.where(tables.Objective.id > after)
        if circle is not None:
            query = query.where(tables.Objective.circle == circle)
        if cycle is not None:
            query = query.where(tables.Objective.cycle == cycle)
        found = self._all(self._session.scalars(query))
        return page_of(found, limit, lambda stored: stored.value.id)

    def of_cycles(self, cycles: Iterable[str] | None = None) -> list[Objective]:
        """Return the objectives of some cycles, or all."""
        query = select(tables.Objective).order_by(tables.Objective.created_at, tables.Objective.id)
        if cycles is not None:
            query = query.where(tables.Objective.cycle.in_(list(cycles)))
        return [stored.value for stored in self._all(self._session.scalars(query))]

    def circles_in(self, cycle: str) -> list[str | None]:
        """Return the circles that have an objective in a cycle; None stands for objectives that name no circle."""
        row = tables.Objective
        return list(self._session.scalars(select(row.circle).where(row.cycle == cycle).distinct()))

    def of_circle(self, circle: str | None, cycle: str) -> list[Objective]:
        """Return a circle's objectives in a cycle, or those that name no circle."""
        row = tables.Objective
        wanted = row.circle.is_(None) if circle is None else row.circle == circle
        query = select(row).where(wanted, row.cycle == cycle).order_by(row.created_at, row.id)
        return [stored.value for stored in self._all(self._session.scalars(query))]

    def around(
        self, circles: Iterable[str], anchors: Iterable[str], cycles: Iterable[str], names: Iterable[str]
    ) -> list[Objective]:
        """Return what a set is read against: its circles' objectives in its cycle, the company's, and those it names.

        Args:
            circles: ids of the set's circles.
            anchors: ids of the anchor circles.
            cycles: ids of the set's cycle (first) and the longer ones around it; none: any cycle.
            names: ids that the set says it contributes to.
        """
        row = tables.Objective
        periods = list(cycles)
        own: ColumnElement[bool] = row.circle.in_(list(circles))
        company: ColumnElement[bool] = row.circle.in_(list(anchors))
        if periods:
            own = and_(own, or_(row.cycle == periods[0], row.cycle.is_(None)))
            company = and_(company, or_(row.cycle.in_(periods), row.cycle.is_(None)))
        # One question each: together they would make SQLite read the whole table.
        found: dict[str, tables.Objective] = {}
        named = list(names)
        for wanted in (own, company, *([row.id.in_(named)] if named else [])):
            found.update((entry.id, entry) for entry in self._session.scalars(select(row).where(wanted)))
        return [stored.value for stored in self._all(found[name] for name in sorted(found))]

    def count(self) -> int:
        """Return how many objectives are kept."""
        return self._session.scalar(select(func.count()).select_from(tables.Objective)) or 0

    def put(
        self,
        objective: Objective,
        *,
        source: Source | None = None,
        stage: Stage = "draft",
        expected: int | None = None,
    ) -> tuple[Stored[Objective], bool]:
        """Keep an objective that has an id; return it, and whether anything changed.

        Raises:
            StaleError: it has another version than expected.
            ConflictError: another tool's id belongs to another objective, or this one to another tool's id.
        """
        assert objective.id is not None
        row = self._row(objective.id, lock=True)
        check_version("objective", objective.id, row.version if row else None, expected)
        before = self._all([row])[0] if row else None
        if row is None:
            row = tables.Objective(id=objective.id, version=0, key_results=[])
            self._session.add(row)
        changed = before is None or before.value != objective or before.stage != stage
        self._set_source(row, source)
        if changed:
            for name in _FIELDS:
                setattr(row, name, getattr(objective, name))
            row.stage = stage
            row.version += 1
            row.key_results = []
            self._session.flush()
            row.key_results = [_key_result_row(at, row, kr) for at, kr in enumerate(objective.key_results)]
            self._session.flush()
            self._links.put_parents(objective.id, objective.contributes_to)
        self._session.flush()
        return _stored(row, list(objective.key_results), list(dict.fromkeys(objective.contributes_to))), changed

    def delete(self, name: str, *, expected: int | None = None) -> None:
        """Delete an objective; NotFoundError when there is none, StaleError when it has another version."""
        row = found_or_missing("objective", name, self._row(name, lock=True))
        check_version("objective", name, row.version, expected)
        self._session.delete(row)
        self._links.forget(name)

    def _set_source(self, row: tables.Objective, source: Source | None) -> None:
        if source is None:
            return
        known = (row.external_system, row.external_id)
        if known not in ((None, None), (source.system, source.id)):
            raise ConflictError(f"The objective {row.id!r} belongs to {known[1]!r} of {known[0]!r}.")
        row.external_system, row.external_id, row.external_version = source.system, source.id, source.version

    def _row(self, name: str, *, lock: bool = False) -> tables.Objective | None:
        query = select(tables.Objective).where(tables.Objective.id == name)
        return self._session.scalar(query.with_for_update() if lock else query)

    def _all(self, rows: Iterable[tables.Objective]) -> list[Stored[Objective]]:
        found = list(rows)
        names = [row.id for row in found]
        parents = self._links.parents(names) if found else {}
        key_results = self._key_results(names)
        return [_stored(row, key_results.get(row.id, []), parents.get(row.id, [])) for row in found]

    def _key_results(self, names: list[str]) -> dict[str, list[KeyResult]]:
        """Key results by objective. Asked for by the objectives' ids alone: pairs of columns would leave SQLite's index unused."""
        found: dict[str, list[KeyResult]] = {}
        row, value = tables.KeyResult, tables.Measurement
        for some in in_chunks(names):
            measured: dict[tuple[str, int], list[Measurement]] = {}
            query = select(value).where(value.objective_id.in_(some)).order_by(value.objective_id, value.position)
            for m in self._session.scalars(query):
                made = Measurement.model_construct(date=m.date, value=m.value)
                measured.setdefault((m.objective_id, m.key_result), []).append(made)
            lines = select(row).where(row.objective_id.in_(some)).order_by(row.objective_id, row.position)
            for kr in self._session.scalars(lines):
                found.setdefault(kr.objective_id, []).append(
                    KeyResult.model_construct(
                        measurements=measured.get((kr.objective_id, kr.position), []), **chosen(kr, _KEY_RESULT)
                    )
                )
        return found


def _key_result_row(position: int, row: tables.Objective, key_result: KeyResult) -> tables.KeyResult:
    owner = row.organisation_id
    made = tables.KeyResult(organisation_id=owner, position=position, **chosen(key_result, _KEY_RESULT))
    made.measurements = [
        tables.Measurement(organisation_id=owner, objective_id=row.id, position=at, date=m.date, value=m.value)
        for at, m in enumerate(key_result.measurements)
    ]
    return made


def _stored(row: tables.Objective, key_results: list[KeyResult], parents: list[str]) -> Stored[Objective]:
    value = Objective.model_construct(
        id=row.id, contributes_to=parents, key_results=key_results, **chosen(row, _FIELDS)
    )
    source = None
    if row.external_system is not None:
        source = Source.model_construct(system=row.external_system, id=row.external_id, version=row.external_version)
    stage: Stage = "ready" if row.stage == "ready" else "draft"
    return Stored(value, row.version, row.created_at, row.updated_at, source, stage)
