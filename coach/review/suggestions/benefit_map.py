"""Which benefits a line is about: the benefit map of one language, looked up by the words of the line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from coach.rubric.benefits import Family

_SHORTEST_END = 3  # letters before the end of a compound
_REMEMBERED = 8192  # words
_NEAR = 2  # words between "in" and the place


@dataclass(frozen=True, slots=True)
class Known:
    """One benefit in the language of the map; see `coach.rubric.benefits.BenefitTexts`."""

    id: str
    family: Family
    who: tuple[str, ...]
    change: str | None
    so_that: str | None
    measures: tuple[str, ...]
    place: bool = False


class BenefitMap:
    """The benefit map of one language.

    Args:
        data: as `compile_benefits` made it.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._exact: Mapping[str, list[int]] = data.get("exact", {})
        self._starts: Mapping[str, list[int]] = data.get("starts", {})
        self._ends: Mapping[str, list[int]] = data.get("ends", {})
        self._phrases: Mapping[str, list[tuple[list[str], int]]] = data.get("phrases", {})
        self._benefits = [
            Known(b["id"], b["family"], tuple(b["who"]), b["change"], b["so_that"], tuple(b["measures"]), b["place"])
            for b in data.get("benefits", [])
        ]
        self._audiences: Mapping[str, Mapping[str, Any]] = data.get("audiences", {})
        self._named = lru_cache(maxsize=_REMEMBERED)(self._names)
        self._plurals_of = lru_cache(maxsize=_REMEMBERED)(self._plurals)
        self._opens_place = frozenset(data.get("at", ()))
        self._beside = frozenset(data.get("beside", ()))
        self.wordings: Mapping[str, list[str]] = data.get("wordings", {})
        self.from_to: str = data.get("from_to", "")
        self.what: str = data.get("what", "")
        self.share: str = data.get("share", "")
        self.figures: tuple[str, ...] = tuple(data.get("figures", ()))

    @property
    def texts(self) -> Iterator[str]:
        """Every wording of every benefit."""
        for known in self._benefits:
            yield from filter(None, (known.change, known.so_that, *known.measures))

    def about(self, tokens: Sequence[str], families: Sequence[Family]) -> list[Known]:
        """Return what a line is about: the first family that it names at all, in the order of its words."""
        found: dict[int, int] = {}
        for at, token in enumerate(tokens):
            named = self._named(token)
            if token in self._phrases:
                named = [*self._begun(tokens, at), *named]
            if not named:
                continue
            before = tokens[max(at - _NEAR, 0) : at]
            if not self._beside.isdisjoint(before):
                continue
            where = not self._opens_place.isdisjoint(before)
            for index in named:
                if not (where and self._benefits[index].place):
                    found.setdefault(index, at)
        rank = {family: place for place, family in enumerate(families)}
        chosen = [
            (rank[self._benefits[i].family], at, i) for i, at in found.items() if self._benefits[i].family in rank
        ]
        return [self._benefits[index] for _, _, index in sorted(chosen)]

    def audience(self, tokens: Iterable[str], groups: Iterable[str] | None = None) -> str | None:
        """Return the first audience that words name, in the plural; `groups` are the only ones looked for."""
        plurals = self._plurals_of(None if groups is None else tuple(groups))
        return next((plurals[token] for token in tokens if token in plurals), None)

    def usual(self, benefit: Known) -> str:
        """Return who benefits when the line names nobody."""
        usual: str = self._audiences[benefit.who[0]]["default"]
        return usual

    def _plurals(self, groups: tuple[str, ...] | None) -> Mapping[str, str]:
        """The words of some groups; of a word that several have, the first one's plural counts."""
        found: dict[str, str] = {}
        for group in reversed(tuple(self._audiences) if groups is None else groups):
            found |= {word: plural for word, plural in self._audiences[group]["plural"].items() if plural}
        return found

    def _begun(self, tokens: Sequence[str], at: int) -> Iterator[int]:
        """What the phrases name that begin with a word."""
        for rest, index in self._phrases.get(tokens[at], ()):
            if list(tokens[at + 1 : at + 1 + len(rest)]) == rest:
                yield index

    def _names(self, token: str) -> list[int]:
        """The word itself first, then how it begins and ends; a genitive or plural s is tried without it."""
        return self._word(token) or (self._word(token[:-1]) if token.endswith("s") else [])

    def _word(self, token: str) -> list[int]:
        """What one word names."""
        if token in self._exact:
            return self._exact[token]
        for length in range(len(token), _SHORTEST_END - 1, -1):
            if token[:length] in self._starts:
                return self._starts[token[:length]]
        for start in range(len(token) - _SHORTEST_END + 1):
            if token[start:] in self._ends:
                return self._ends[token[start:]]
        return []
