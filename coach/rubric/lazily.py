"""One value a language, made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from coach.domain.language import LANGUAGES, Language

T = TypeVar("T")


class Lazily(Mapping[Language, T]):
    """A mapping over the four languages whose values are made at their first use.

    Two threads may make the same value twice; they are equal, and one is kept.
    """

    def __init__(self, make: Callable[[Language], T]) -> None:
        self._make = make
        self._made: dict[Language, T] = {}

    def __getitem__(self, language: Language) -> T:
        if language not in self._made:
            self._made[language] = self._make(language)
        return self._made[language]

    def __iter__(self) -> Iterator[Language]:
        return iter(LANGUAGES)

    def __len__(self) -> int:
        return len(LANGUAGES)
