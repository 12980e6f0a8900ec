"""The organisation itself, with its strategy and waivers."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from coach.domain.okr_set import Organisation, Strategy, Waiver
from coach.storage.models import judgement
from coach.storage.models import organisation as tables
from coach.storage.stored import Stored, check_version, chosen

_FIELDS = ("name", "language", "mission", "vision")


class Organisations:
    """Reads and writes the one organisation that the session belongs to.

    Args:
        session: narrowed to the organisation.
        organisation: its id.
    """

    def __init__(self, session: Session, organisation: str) -> None:
        self._session = session
        self._id = organisation

    def get(self) -> Stored[Organisation] | None:
        """Return the organisation with its strategy, or None when it is not kept here."""
        row = self._session.scalar(select(tables.Organisation))
        if row is None:
            return None
        lines = self._session.scalars(select(tables.Strategy).order_by(tables.Strategy.position))
        strategy = [Strategy.model_construct(**chosen(line, ("id", "text", "horizon"))) for line in lines]
        value = Organisation.model_construct(id=self._id, strategy=strategy, **chosen(row, _FIELDS))
        return Stored(value, row.version, row.created_at, row.updated_at)

    def put(self, value: Organisation, *, expected: int | None = None) -> Stored[Organisation]:
        """Keep the organisation as it is given; its id stays that of the session."""
        before = self.get()
        check_version("organisation", self._id, before.version if before else None, expected)
        row = self._session.scalar(select(tables.Organisation).with_for_update())
        if row is None:
            row = tables.Organisation(id=self._id, version=0)
            self._session.add(row)
        value = value.model_copy(update={"id": self._id})
        if before is None or before.value != value:
            for name in _FIELDS:
                setattr(row, name, getattr(value, name))
            row.version = (row.version or 0) + 1
            self._session.flush()
            self._put_strategy(value.strategy)
            self.touch()
        return Stored(value, row.version, row.created_at, row.updated_at)

    def _put_strategy(self, strategy: list[Strategy]) -> None:
        self._session.execute(delete(tables.Strategy))
        for position, line in enumerate(strategy):
            self._session.add(tables.Strategy(position=position, **chosen(line, ("id", "text", "horizon"))))

    def touch(self) -> None:
        """Note that something a review is read against has changed."""
        self._session.execute(
            update(tables.Organisation)
            .values(revision=tables.Organisation.revision + 1)
            .execution_options(synchronize_session=False)
        )

    def revision(self) -> int:
        """Return a number that rises with every change of what a review is read against; 0 without organisation."""
        return self._session.scalar(select(tables.Organisation.revision)) or 0

    def waivers(self) -> list[Waiver]:
        """Return the remarks the organisation decided to live with."""
        rows = self._session.scalars(select(judgement.Waiver).order_by(judgement.Waiver.position))
        return [Waiver.model_construct(**chosen(row, ("code", "item", "reason", "by", "until"))) for row in rows]

    def put_waivers(self, waivers: list[Waiver]) -> None:
        """Replace the waivers."""
        self._session.execute(delete(judgement.Waiver))
        for position, waiver in enumerate(waivers):
            names = ("code", "item", "reason", "by", "until")
            self._session.add(judgement.Waiver(position=position, **chosen(waiver, names)))
        self.touch()

    def delete(self) -> None:
        """Delete the organisation and everything that belongs to it."""
        self._session.execute(delete(tables.Organisation))
