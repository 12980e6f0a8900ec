"""Links: what contributes to what."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from coach.domain.okr_set import Link
from coach.storage.models import okr as tables
from coach.storage.stored import Page, Stored, check_version, chosen, found_or_missing, in_chunks, page_of

_FIELDS = ("origin", "state", "rationale")
_SEPARATOR = "→"


def link_name(from_id: str, to_id: str) -> str:
    """Return what a link is called in messages and cursors."""
    return f"{from_id}{_SEPARATOR}{to_id}"


class Links:
    """Reads and writes links; those that an objective states by `contributes_to` are among them.

    Args:
        session: narrowed to an organisation.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, from_id: str, to_id: str) -> Stored[Link] | None:
        """Return the link between two things, or None."""
        row = self._row(from_id, to_id)
        return _stored(row) if row else None

    def page(self, *, after: str | None = None, limit: int = 50, touching: str | None = None) -> Page[Stored[Link]]:
        """Return links in the order of their ends, after one of them; only those that touch a thing, when it is named."""
        row = tables.Link
        query = select(row).order_by(row.from_id, row.to_id).limit(limit + 1)
        if after is not None:
            from_id, _, to_id = after.partition(_SEPARATOR)
            query = query.where(or_(row.from_id > from_id, (row.from_id == from_id) & (row.to_id > to_id)))
        if touching is not None:
            query = query.where(or_(row.from_id == touching, row.to_id == touching))
        found = [_stored(entry) for entry in self._session.scalars(query)]
        return page_of(found, limit, lambda stored: link_name(stored.value.from_, stored.value.to))

    def stated(self, names: Iterable[str] | None = None) -> list[Link]:
        """Return the links that stand as such in an okr-set, from the named things or from all."""
        row = tables.Link
        query = select(row).where(row.stated).order_by(row.position, row.from_id, row.to_id)
        if names is not None:
            query = query.where(row.from_id.in_(list(names)))
        return [_stored(entry).value for entry in self._session.scalars(query)]

    def parents(self, names: Iterable[str]) -> dict[str, list[str]]:
        """Return what the named objectives state to contribute to, in order."""
        row = tables.Link
        found: dict[str, list[str]] = {}
        for some in in_chunks(names):
            query = select(row.from_id, row.to_id).where(row.shorthand, row.from_id.in_(some))
            for from_id, to_id in self._session.execute(query.order_by(row.position, row.to_id)):
                found.setdefault(from_id, []).append(to_id)
        return found

    def contributors(self, names: Iterable[str]) -> set[str]:
        """Return the ids of what contributes to the named things."""
        row = tables.Link
        return set(self._session.scalars(select(row.from_id).where(row.to_id.in_(list(names)))))

    def put(self, link: Link, *, expected: int | None = None, position: int = 0) -> tuple[Stored[Link], bool]:
        """Keep a link; return it, and whether anything changed."""
        name = link_name(link.from_, link.to)
        row = self._row(link.from_, link.to, lock=True)
        check_version("link", name, row.version if row else None, expected)
        if row is not None and row.stated and _stored(row).value == link:
            return _stored(row), False
        if row is None:
            row = tables.Link(from_id=link.from_, to_id=link.to, version=0, position=position)
            self._session.add(row)
        for field in _FIELDS:
            setattr(row, field, getattr(link, field))
        row.stated = True
        row.version += 1
        self._session.flush()
        return _stored(row), True

    def put_parents(self, objective: str, parents: list[str]) -> None:
        """Replace what an objective states to contribute to."""
        row = tables.Link
        known = {entry.to_id: entry for entry in self._session.scalars(select(row).where(row.from_id == objective))}
        for position, parent in enumerate(dict.fromkeys(parents)):
            entry = known.pop(parent, None)
            if entry is None:
                entry = tables.Link(from_id=objective, to_id=parent)
                self._session.add(entry)
            entry.shorthand, entry.position = True, position
        for entry in known.values():
            entry.shorthand = False
            if not entry.stated:
                self._session.delete(entry)
        self._session.flush()

    def forget(self, name: str) -> None:
        """Delete the links from a thing that is deleted; those to it stay and become findings."""
        self._session.execute(delete(tables.Link).where(tables.Link.from_id == name))

    def delete(self, from_id: str, to_id: str, *, expected: int | None = None) -> None:
        """Delete a link; NotFoundError when there is none, StaleError when it has another version."""
        name = link_name(from_id, to_id)
        row = found_or_missing("link", name, self._row(from_id, to_id, lock=True))
        check_version("link", name, row.version, expected)
        self._session.delete(row)

    def _row(self, from_id: str, to_id: str, *, lock: bool = False) -> tables.Link | None:
        query = select(tables.Link).where(tables.Link.from_id == from_id, tables.Link.to_id == to_id)
        return self._session.scalar(query.with_for_update() if lock else query)


def _stored(row: tables.Link) -> Stored[Link]:
    link = Link.model_construct(from_=row.from_id, to=row.to_id, **chosen(row, _FIELDS))
    return Stored(link, row.version, row.created_at, row.updated_at)
