"""Answers to requests that carry an Idempotency-Key."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coach.domain.answer import Answer
from coach.errors import ConflictError, ReplayError
from coach.storage.models import working as tables
from coach.storage.models.base import now

KEPT = timedelta(hours=24)
_GIVEN_UP = timedelta(minutes=1)  # a request that was cut off may be sent again after this


class Answers:
    """Remembers answers for a day.

    Args:
        session: narrowed to an organisation.
        caller: who asks; keys of different callers are different keys.
    """

    def __init__(self, session: Session, caller: str) -> None:
        self._session = session
        self._caller = caller

    def begin(self, key: str, request: str) -> Answer | None:
        """Return the answer given before, or None and remember that this request is under way.

        Args:
            key: the Idempotency-Key.
            request: digest of the request.

        Raises:
            ReplayError: the key was used for another request.
            ConflictError: the same request is under way.
        """
        row = tables.Answer
        self._session.execute(delete(row).where(row.at < now() - KEPT).execution_options(synchronize_session=False))
        found = self._session.scalar(select(row).where(row.caller == self._caller, row.key == key))
        if found is not None and found.request != request:
            raise ReplayError("This Idempotency-Key was used before, for another request.", hint="Use a new key.")
        if found is not None and found.status is not None:
            return Answer(found.status, dict(found.headers or {}), found.body or b"")
        if found is not None:
            if found.at > now() - _GIVEN_UP:
                raise ConflictError("The same request is being answered now.")
            found.at = now()
        else:
            self._session.add(tables.Answer(caller=self._caller, key=key, request=request))
        self._session.flush()
        return None

    def finish(self, key: str, answer: Answer) -> None:
        """Remember an answer."""
        row = self._session.scalar(
            select(tables.Answer).where(tables.Answer.caller == self._caller, tables.Answer.key == key)
        )
        if row is not None:
            row.status, row.headers, row.body = answer.status, dict(answer.headers), answer.body

    def abandon(self, key: str) -> None:
        """Forget a request that was not answered, so that it can be sent again."""
        row = tables.Answer
        query = delete(row).where(row.caller == self._caller, row.key == key, row.status.is_(None))
        self._session.execute(query.execution_options(synchronize_session=False))
