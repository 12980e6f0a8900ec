"""The words of a stored organisation: read, replaced, and one added; in force at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from coach.domain.language import LANGUAGES, Language
from coach.errors import InputError, Problem

if TYPE_CHECKING:
    from coach.http.access import Tenant
    from coach.http.state import Service
    from coach.similarity.glossary import Term
    from coach.storage.unit import Unit


def checked(terms: Iterable[Term]) -> None:
    """Refuse words whose meaning nobody knows.

    Raises:
        InputError: names each of them by its place.
    """
    from coach.similarity.glossary import meaning
    from coach.similarity.library import house

    lexicon = house().lexicon
    problems = [
        Problem(
            f"/terms/{at}/means", "unknown-meaning", f"{term.means!r} is neither a concept nor words the coach knows"
        )
        for at, term in enumerate(terms)
        if meaning(lexicon, term) is None
    ]
    if problems:
        raise InputError("The glossary cannot be used.", problems)


def put_words(unit: Unit, terms: Iterable[Term]) -> None:
    """Replace the words of an organisation; a term without a language holds in all four."""
    words: dict[Language, dict[str, str]] = {language: {} for language in LANGUAGES}
    for term in terms:
        for language in (term.language,) if term.language else LANGUAGES:
            words[language][term.term] = term.means
    for language, meant in words.items():
        unit.vocabulary.put_glossary(language, meant)
    unit.organisation.touch()


def add_word(tenant: Tenant, service: Service, word: str, means: str) -> None:
    """Add one word to the glossary of an organisation; InputError where nobody knows what it is to mean."""
    from coach.review.kindred import terms_of
    from coach.similarity.glossary import Term

    tenant.caller.must_be("champion")
    if not word.strip() or not means.strip():
        raise InputError("A word and what it means are needed.")
    made = Term(term=word.strip()[:200], means=means.strip()[:200])
    checked([made])
    with tenant.store.write(tenant.organisation) as unit:
        put_words(unit, [*terms_of(unit), made])
        unit.audit.note(tenant.caller.name, "put", f"glossary:{made.term}")
