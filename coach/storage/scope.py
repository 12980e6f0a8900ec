"""A session that belongs to one organisation: every statement is narrowed to it, and what cannot be narrowed is refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from sqlalchemy import Engine, event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from coach.errors import ScopeError
from coach.storage.models.base import Owned
from coach.storage.models.organisation import Organisation


class ScopedSession(Session):
    """A session of one organisation.

    Args:
        engine: where to.
        organisation: id of the organisation; None: no table that belongs to one may be touched.
    """

    def __init__(self, engine: Engine, organisation: str | None) -> None:
        super().__init__(engine, autoflush=True, expire_on_commit=False)
        self.organisation = organisation

    def connection(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: a bare connection knows no organisation."""
        raise ScopeError("A bare connection is not narrowed to an organisation; use the session.")

    bulk_save_objects = bulk_insert_mappings = bulk_update_mappings = connection


class DirectorySession(Session):
    """A session over all organisations, for the few questions that come before one is known."""


@event.listens_for(ScopedSession, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    organisation = _organisation(state.session)
    if not state.is_orm_statement or state.is_from_statement:
        raise ScopeError("Only statements about mapped classes can be narrowed to an organisation.")
    if state.is_insert:
        _check_rows(state, organisation)
        return
    state.statement = state.statement.options(
        with_loader_criteria(Owned, lambda row: row.organisation_id == organisation, include_aliases=True),
        with_loader_criteria(Organisation, lambda row: row.id == organisation, include_aliases=True),
    )


@event.listens_for(ScopedSession, "before_flush")
def _check_flush(session: ScopedSession, *_: Any) -> None:
    _check_objects((*session.new, *session.dirty, *session.deleted), _organisation(session))


def _organisation(session: Session) -> str:
    organisation = getattr(session, "organisation", None)
    if organisation is None:
        raise ScopeError("This session belongs to no organisation.")
    return str(organisation)


def _check_rows(state: ORMExecuteState, organisation: str) -> None:
    parameters = state.parameters
    rows: list[Any] = [] if parameters is None else [parameters] if isinstance(parameters, dict) else list(parameters)
    if not rows or any(dict(row).get("organisation_id") != organisation for row in rows):
        raise ScopeError("An insert has to name the session's organisation in every row.")


def _check_objects(objects: Iterable[object], organisation: str) -> None:
    for row in objects:
        if isinstance(row, Owned):
            if row.organisation_id is None:
                row.organisation_id = organisation
            if row.organisation_id != organisation:
                raise ScopeError(f"A {type(row).__name__} of another organisation cannot be written here.")
        elif isinstance(row, Organisation) and row.id != organisation:
            raise ScopeError("Another organisation cannot be written here.")
