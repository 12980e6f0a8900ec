"""The words of one language, compiled: which classes a word or phrase belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from coach.domain.language import Language
from coach.rubric.schema import LexiconFile
from coach.rubric.space import FeatureSpace
from coach.rubric.text import strip_accents, words_of
from coach.rubric.typos import Typos

_CACHE_LIMIT = 100_000
_SHORTEST_TAIL = 4
_LONGEST_TAIL = 22
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
#: Classes of nouns whose every form may also be the last part of a Dutch or German compound.
_COMPOUNDING = frozenset(
    {"deliverable", "activity", "project_word", "measure", "service_level", "money", "cost", "problem", "benefit"}
    | {"abstraction", "customer", "staff", "citizen", "partner", "candidate"}
)


#: Classes of words whose typing errors are forgiven, beside all verbs.
_FORGIVING = ("measure", "problem", "deliverable", "activity", "service_level", "benefit", "multiplier")


class Vocabulary:
    """Looks words up; unknown ones are tried without hyphen, as compounds, without accents and as slips, and remembered."""

    def __init__(self, compiled: Mapping[str, Any]) -> None:
        self.language: Language = compiled["language"]
        self.months = frozenset(compiled["months"])
        masks: list[int] = compiled["masks"]
        self.single: dict[str, int] = {word: masks[at] for word, at in compiled["single"].items()}
        #: first word -> second word -> what begins with these two, see `phrase`
        self.phrases: dict[str, dict[str, int | str]] = compiled["phrases"]
        self._masks = masks
        self._tails: dict[str, int] = {word: masks[at] for word, at in compiled["tails"].items()}
        self._folded: dict[str, int] = {word: masks[at] for word, at in compiled["folded"].items()}
        #: words that are not listed, as they were resolved; bounded
        self.resolved: dict[str, int] = {}
        self._forgiving: int = compiled["forgiving"]

    @cached_property
    def _typos(self) -> Typos:
        return Typos(self.single, self._forgiving)

    def bits(self, token: str) -> int:
        """Return the class bits of one lower-case word, 0 when it is unknown."""
        found = self.single.get(token)
        if found is None:
            found = self.resolved.get(token)
        if found is None:
            found = self._resolve(token)
            if len(self.resolved) > _CACHE_LIMIT:
                self.resolved.clear()
            self.resolved[token] = found
        return found

    def phrase(self, known: int | str, tokens: list[str], at: int) -> tuple[int, int]:
        """Return the bits of the longest phrase whose first two words stand at a place, and its end; bits 0 when there is none.

        Args:
            known: what begins with these two words: the place of the phrase's mask where they are all of it, otherwise the words
                after them and the place of the mask of each phrase, the longest first.
            tokens: the words of a line.
            at: where the two words stand.
        """
        if isinstance(known, int):
            return self._masks[known], at + 2
        for entry in known.split("\n"):
            rest, _, mask = entry.rpartition(" ")
            if not rest:
                return self._masks[int(mask)], at + 2
            end = at + 3 + rest.count(" ")
            if " ".join(tokens[at + 2 : end]) == rest:
                return self._masks[int(mask)], end
        return 0, at

    def knows(self, token: str) -> bool:
        """Whether the word itself is listed, in any class."""
        return token in self.single

    def _resolve(self, token: str) -> int:
        if token.isascii() and (bits := self._folded.get(token)):
            return bits
        if "-" in token or "‑" in token:
            tail = token.replace("‑", "-").rsplit("-", 1)[1]
            if bits := self._nominal(tail):
                return bits
        for length in range(min(len(token) - 2, _LONGEST_TAIL), _SHORTEST_TAIL - 1, -1):
            if bits := self._tails.get(token[-length:], 0):
                return bits
        return self._typos.bits(token)

    def _nominal(self, tail: str) -> int:
        return self._tails.get(tail) or self.single.get(tail, 0)


def compile_language(language: Language, files: Iterable[LexiconFile], space: FeatureSpace) -> dict[str, Any]:
    """Compile the lexicon files of one language into plain dictionaries that can be kept as JSON."""
    single: dict[str, int] = {}
    phrases: dict[tuple[str, ...], int] = {}
    tails: dict[str, int] = {}
    compounds = language in ("nl", "de")
    for file in files:
        compounding = compounds and file.lexicon in _COMPOUNDING
        for entry in file.entries:
            for part, forms in (("act", entry.act), ("done", entry.done), ("noun", entry.noun), (None, entry.forms)):
                if not forms:
                    continue
                bits = space.lexicon(file.lexicon, part)
                for form in forms:
                    tokens = tuple(words_of(form).tokens)
                    if len(tokens) == 1:
                        single[tokens[0]] = single.get(tokens[0], 0) | bits
                        if (compounding or (compounds and part == "noun")) and len(tokens[0]) > _SHORTEST_TAIL:
                            tails[tokens[0]] = tails.get(tokens[0], 0) | bits
                    elif tokens:
                        phrases[tokens] = phrases.get(tokens, 0) | bits
            for tail in entry.tails:
                part = "noun" if space.lexicon(file.lexicon).bit_count() > 1 else None
                low = tail.lower().lstrip("-")
                tails[low] = tails.get(low, 0) | space.lexicon(file.lexicon, part)
    month, stop = space.lexicon("month"), space.lexicon("stop_word")
    folded = _without_accents(single, language)
    masks = sorted({*single.values(), *tails.values(), *folded.values(), *phrases.values()})
    at = {mask: index for index, mask in enumerate(masks)}
    return {
        "language": language,
        "forgiving": space.verbs_and(*_FORGIVING),
        "masks": masks,
        "months": sorted(word for word, bits in single.items() if bits & month),
        "stop_words": sorted(word for word, bits in single.items() if bits & stop),
        "single": {word: at[bits] for word, bits in single.items()},
        "phrases": _by_two_words(phrases, at),
        "tails": {word: at[bits] for word, bits in tails.items()},
        "folded": {word: at[bits] for word, bits in folded.items()},
    }


def _by_two_words(phrases: Mapping[tuple[str, ...], int], at: Mapping[int, int]) -> dict[str, dict[str, int | str]]:
    """Phrases by their first two words, in few objects: tens of thousands of them are kept in memory (see `Vocabulary.phrase`)."""
    found: dict[str, dict[str, int | str]] = {}
    for (first, second, *rest), bits in sorted(phrases.items(), key=lambda item: -len(item[0])):
        seconds = found.setdefault(first, {})
        place = at[bits] if not rest and second not in seconds else " ".join([*rest, str(at[bits])])
        seconds[second] = f"{seconds[second]}\n{place}" if second in seconds else place
    return found


def _without_accents(single: dict[str, int], language: Language) -> dict[str, int]:
    """Accent-less spellings that are no words of their own; in German "ue" for "ü", too."""
    folded: dict[str, int] = {}
    for word, bits in single.items():
        spelt = {strip_accents(word)}
        if language == "de":
            spelt.add(word.translate(_UMLAUTS))
        for plain in spelt:
            if plain != word and plain not in single:
                folded[plain] = folded.get(plain, 0) | bits
    return folded
