"""How an organisation speaks: its profiles and its glossary."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coach.domain.language import Language
from coach.storage.models import judgement as tables
from coach.storage.stored import check_version


class Vocabulary:
    """Reads and writes profiles and glossary.

    Args:
        session: narrowed to an organisation.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def profile(self, name: str) -> dict[str, Any] | None:
        """Return a profile's choices, or None."""
        row = self._session.scalar(select(tables.Profile).where(tables.Profile.name == name))
        return dict(row.document) if row else None

    def put_profile(self, name: str, document: dict[str, Any], *, expected: int | None = None) -> int:
        """Keep a profile; return its version."""
        query = select(tables.Profile).where(tables.Profile.name == name)
        row = self._session.scalar(query.with_for_update())
        check_version("profile", name, row.version if row else None, expected)
        if row is None:
            row = tables.Profile(name=name, version=0)
            self._session.add(row)
        row.document = document
        row.version += 1
        self._session.flush()
        return row.version

    def glossary(self, language: Language) -> dict[str, str]:
        """Return the words of the organisation in a language, and what they mean."""
        row = tables.GlossaryTerm
        rows = self._session.scalars(select(row).where(row.language == language).order_by(row.term))
        return {entry.term: entry.meaning for entry in rows}

    def words(self) -> list[tuple[Language, str, str]]:
        """Return all words of the organisation: language, word, what it means."""
        row = tables.GlossaryTerm
        rows = self._session.scalars(select(row).order_by(row.language, row.term))
        return [(entry.language, entry.term, entry.meaning) for entry in rows]  # type: ignore[misc]

    def put_glossary(self, language: Language, words: dict[str, str]) -> None:
        """Replace the glossary of a language."""
        self._session.execute(delete(tables.GlossaryTerm).where(tables.GlossaryTerm.language == language))
        for term, meaning in words.items():
            self._session.add(tables.GlossaryTerm(language=language, term=term, meaning=meaning))
        self._session.flush()
