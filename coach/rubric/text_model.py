"""The fitted text model: words, pieces of words and neighbouring word classes that speak for a type beyond the named signals.

It is a sparse table fitted on this project's own corpus (`python -m eval fit`), after and on top of the signals, so that a verdict
without it is always there. What it adds is capped (signals `words-of-…`), and splits exactly into words, which is the evidence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from coach.domain.language import LANGUAGES, Language
from coach.rubric.line import Line

_CACHE_LIMIT = 50_000
_PIECES = (3, 4, 5)
_FIGURE = re.compile(r"\d")
_FIELD = 32  # bits a type; the weights of the longest line allowed stay far below half of it
_HALF = 1 << _FIELD - 1
_FIELD_MASK = (1 << _FIELD) - 1

T = TypeVar("T")
_Word = tuple[
    int, str, dict[str, int] | None
]  # its packed row, what it looks like to its neighbours, the pairs it opens


def word_features(language: Language, token: str) -> list[str]:
    """Return the features of one word: itself, and its pieces with the word's ends marked."""
    own, *pieces = _word_features(language, token)
    return [own, *sorted(pieces)]


def _word_features(language: Language, token: str) -> list[str]:
    if _FIGURE.search(token):
        return [f"{language}#"]
    padded, prefix = f"^{token}$", f"{language}~"
    pieces = {padded[at : at + size] for size in _PIECES for at in range(len(padded) - size + 1)}
    return [f"{language}={token}", *[prefix + piece for piece in pieces]]


def pair_feature(language: Language, first: str, second: str) -> str:
    """Return the feature of two neighbouring words."""
    return f"{language}={_shape(first)}_{_shape(second)}"


def class_sequence(line: Line, everywhere: int) -> list[tuple[int, int | str]]:
    """Return the line as word classes: index of the word, and its class bits or, for a figure, `#` and its kind.

    Classes outside the mask `everywhere` do not count: an organisation's own word lists leave the model as it was fitted.
    """
    if line.quantities:
        return _with_figures(line, everywhere)
    sequence: list[tuple[int, int | str]] = []
    at = 0
    for bits, first, last in line.hits:
        if own := bits & everywhere:
            while at < first:
                sequence.append((at, 0))
                at += 1
            sequence.append((first, own))
            at = last + 1
    sequence += [(rest, 0) for rest in range(at, len(line.words.tokens))]
    return sequence


def _with_figures(line: Line, everywhere: int) -> list[tuple[int, int | str]]:
    """The class sequence of a line with figures, which may cover words of known classes."""
    kinds: dict[int, int | str] = {q.first: f"#{q.kind}" for q in reversed(line.quantities)}
    ends = {q.first: q.last for q in reversed(line.quantities)}
    for bits, first, last in line.hits:
        if first not in ends and (own := bits & everywhere):
            kinds[first] = own
            ends[first] = last
    sequence: list[tuple[int, int | str]] = []
    at, count = 0, len(line.words.tokens)
    while at < count:
        sequence.append((at, kinds.get(at, 0)))
        at = ends.get(at, at) + 1
    return sequence


def class_features(sequence: list[tuple[int, int | str]], lexemes: Sequence[str]) -> list[str]:
    """Return the features of a class sequence; the same in every language.

    Args:
        sequence: as `class_sequence` returns it.
        lexemes: name of every class bit.
    """
    found: list[str] = []
    last = len(sequence) - 1
    for at, (_, own) in enumerate(sequence):
        following = sequence[at + 1][1] if at < last else None
        after_next = sequence[at + 2][1] if at + 1 < last else None
        found += _class_features(lexemes, own, following, after_next, first=at == 0)
    return found


def _class_features(
    lexemes: Sequence[str], own: int | str, following: int | str | None, after_next: int | str | None, *, first: bool
) -> list[str]:
    """The features one word of a sequence is credited with."""
    names = _names(lexemes, own)
    found = _alone(names, first, following is None)
    if following is not None:
        found += _beside(names, _names(lexemes, following), ">")
    if after_next is not None:
        found += _beside(names, _names(lexemes, after_next), ">>")
    return found


def _alone(names: Iterable[str], first: bool, last: bool) -> list[str]:  # noqa: FBT001 - read from a key
    found: list[str] = []
    for name in names:
        found.append(f"@{name}")
        if first:
            found.append(f"@^{name}")
        if last:
            found.append(f"@{name}$")
    return found


def _beside(names: Iterable[str], others: Sequence[str], mark: str) -> list[str]:
    return [f"@{name}{mark}{other}" for name in names for other in others]


class TextModel:
    """Reads the words of a line of one kind.

    The weights of a feature (one whole number a type) travel as one integer, a field of bits a type, so that a line is read by
    adding integers.

    Args:
        data: `types`, `bias`, `scale` and `weights` (feature -> one whole number a type), as `python -m eval fit` writes them.
        known: the word classes it was fitted with; others do not count.
        lexemes: name of every class bit of the rubric.
    """

    def __init__(self, data: dict[str, Any], known: Iterable[str], lexemes: Sequence[str]) -> None:
        self.types: list[str] = data["types"]
        self.names = [f"text-{name}" for name in self.types]
        at = {name: index for index, name in enumerate(lexemes)}
        self._lexemes = lexemes
        self._everywhere = sum(1 << at[name] for name in known if name in at)
        self._scale = float(data["scale"])
        self._bias: list[float] = data["bias"]
        self._weights: dict[str, list[int]] = data["weights"]
        self._words: dict[str, dict[str, _Word]] = {}
        self._classes: dict[tuple[Any, ...], int] = {}
        self._parts: dict[tuple[Any, ...], int] = {}
        self._names: dict[int | str, list[str]] = {}
        self._packed: dict[str, int] = {}
        self._shifts = [_FIELD * at for at in range(len(self.types))]
        self._halves = _packed([_HALF] * len(self.types))

    def read(self, line: Line) -> list[float]:
        """Return what the words of a line add to the log-odds of each type, uncapped; the line keeps what each word said."""
        line.credits = _, rows = self._rows(line)
        # With a half added to every field none is negative, so none borrows from its neighbour.
        total, scale = sum(rows, self._halves), self._scale
        return [
            bias + scale * ((total >> shift & _FIELD_MASK) - _HALF)
            for bias, shift in zip(self._bias, self._shifts, strict=True)
        ]

    def mover(self, line: Line, name: str) -> int | None:
        """Return the index of the word that moved the line most towards a type (`text-output` and the like); None: no word did."""
        if name not in self.names:
            return None
        shift = _FIELD * self.names.index(name)
        moved = [self._halves] * len(line.words.tokens)
        for at, row in zip(*(line.credits or self._rows(line)), strict=True):
            moved[at] += row
        towards = [row >> shift & _FIELD_MASK for row in moved]
        best = max(towards, default=0)
        return towards.index(best) if best > _HALF else None

    def _rows(self, line: Line) -> tuple[list[int], list[int]]:
        """Every packed row that counts, and the index of the word it is credited to."""
        language, tokens = line.language, line.words.tokens
        known = self._words.get(language)
        if known is None:
            known = self._words.setdefault(language, {})
        at = list(range(len(tokens)))
        words = [known.get(token) or self._word(language, token) for token in tokens]
        rows = [word[0] for word in words]
        before: dict[str, int] | None = None
        for index, (_, shape, after) in enumerate(words):
            if before and (row := before.get(shape)):
                at.append(index - 1)
                rows.append(row)
            before = after
        self._add_classes(line, at, rows)
        return at, rows

    def _add_classes(self, line: Line, at: list[int], rows: list[int]) -> None:
        """Add the row of every word class with the two classes after it."""
        classes = self._classes
        sequence = class_sequence(line, self._everywhere)
        kinds: list[int | str | None] = [kind for _, kind in sequence]
        kinds += (None, None)
        for index, (word, own) in enumerate(sequence):
            key = (own, kinds[index + 1], kinds[index + 2], index == 0)
            at.append(word)
            known = classes.get(key)
            rows.append(known if known is not None else self._class(key))

    def _word(self, language: Language, token: str) -> _Word:
        shape = _shape(token)
        word = self._sum(_word_features(language, token)), shape, self._pairs[language].get(shape)
        return _kept(self._words[language], token, word)

    def _class(self, key: tuple[Any, ...]) -> int:
        """Add up what a class says by itself and beside the next ones; new combinations are made of known halves."""
        own, following, after_next, first = key
        row = self._part((own, first, following is None), _alone)
        if following is not None:
            row += self._part((own, following, ">"), _beside)
        if after_next is not None:
            row += self._part((own, after_next, ">>"), _beside)
        return _kept(self._classes, key, row)

    def _part(self, key: tuple[Any, ...], features: Callable[..., Iterable[str]]) -> int:
        known = self._parts.get(key)
        if known is not None:
            return known
        own, *rest = key
        others = [self._names_of(rest[0]), rest[1]] if features is _beside else rest
        return _kept(self._parts, key, self._sum(features(self._names_of(own), *others)))

    def _names_of(self, own: int | str) -> list[str]:
        names = self._names.get(own)
        return names if names is not None else _kept(self._names, own, _names(self._lexemes, own))

    @cached_property
    def _pairs(self) -> dict[str, dict[str, dict[str, int]]]:
        """Packed rows of neighbouring words: language, first word, second word."""
        found: dict[str, dict[str, dict[str, int]]] = {language: {} for language in LANGUAGES}
        for feature, row in self._weights.items():
            language, mark, words = feature.partition("=")
            first, joint, second = words.partition("_")
            if mark and joint and language in found:
                found[language].setdefault(first, {})[second] = _packed(row)
        return found

    def _sum(self, features: Iterable[str]) -> int:
        total, packed, weights = 0, self._packed, self._weights
        for feature in features:
            row = packed.get(feature)
            if row is None:
                if feature not in weights:
                    continue
                row = packed[feature] = _packed(weights[feature])
            total += row
        return total


def load_models(path: Path, lexemes: Sequence[str]) -> dict[str, TextModel]:
    """Return the text model of each kind of line; empty where there is no file.

    Args:
        path: the file that `python -m eval fit` wrote.
        lexemes: name of every class bit of the rubric.
    """
    if not path.is_file():
        return {}
    data = json.loads(path.read_bytes())
    return {kind: TextModel(model, data["classes"], lexemes) for kind, model in data["kinds"].items()}


def _names(lexemes: Sequence[str], own: int | str) -> list[str]:
    """The names of a word's classes, `#kind` for a figure, `?` for none."""
    if isinstance(own, str):
        return [own]
    return [lexemes[at] for at in range(own.bit_length()) if own >> at & 1] or ["?"]


def _packed(row: list[int]) -> int:
    return sum(value << _FIELD * at for at, value in enumerate(row))


def _kept(cache: dict[Any, T], key: Any, row: T) -> T:
    if len(cache) > _CACHE_LIMIT:
        cache.clear()
    cache[key] = row
    return row


def _shape(token: str) -> str:
    return "#" if _FIGURE.search(token) else token
