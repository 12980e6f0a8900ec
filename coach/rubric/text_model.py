"""The fitted text model: words, pieces of words and neighbouring word classes that speak for a type beyond the named signals.

It is a sparse table fitted on this project's own corpus (`python -m eval fit`), after and on top of the signals, so that a verdict
without it is always there. What it adds is capped (signals `words-of-…`), and splits exactly into words, which is the evidence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from coach.domain.language import LANGUAGES, Language
from coach.rubric.line import Line

_CACHE_LIMIT = 50_000
_PIECES = (3, 4, 5)
_FIGURE = re.compile(r"\d")
_FIELD = 32  # bits a type; the weights of the longest line allowed stay far below half of it
_HALF = 1 << _FIELD - 1
_FIELD_MASK = (1 << _FIELD) - 1


def word_features(language: Language, token: str) -> list[str]:
    """Return the features of one word: itself, and its pieces with the word's ends marked."""
    if _FIGURE.search(token):
        return [f"{language}#"]
    padded = f"^{token}$"
    pieces = {padded[at : at + size] for size in _PIECES for at in range(len(padded) - size + 1)}
    return [f"{language}={token}", *sorted(f"{language}~{piece}" for piece in pieces)]


def pair_feature(language: Language, first: str, second: str) -> str:
    """Return the feature of two neighbouring words."""
    return f"{language}={_shape(first)}_{_shape(second)}"


def class_sequence(line: Line, everywhere: int) -> list[tuple[int, int | str]]:
    """Return the line as word classes: index of the word, and its class bits or, for a figure, `#` and its kind.

    Classes outside the mask `everywhere` do not count: an organisation's own word lists leave the model as it was fitted.
    """
    if not line.quantities:
        kinds: dict[int, int | str] = {}
        ends: dict[int, int] = {}
    else:
        kinds = {q.first: f"#{q.kind}" for q in reversed(line.quantities)}
        ends = {q.first: q.last for q in reversed(line.quantities)}
    for hit in line.hits:
        if hit.first not in ends and hit.bits & everywhere:
            kinds[hit.first] = hit.bits & everywhere
            ends[hit.first] = hit.last
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
    found: list[str] = []
    then = _names(lexemes, following) if following is not None else ()
    later = _names(lexemes, after_next) if after_next is not None else ()
    for name in _names(lexemes, own):
        found.append(f"@{name}")
        if first:
            found.append(f"@^{name}")
        if following is None:
            found.append(f"@{name}$")
        found += [f"@{name}>{other}" for other in then]
        found += [f"@{name}>>{other}" for other in later]
    return found


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
        self._words: dict[str, dict[str, int]] = {}
        self._classes: dict[tuple[Any, ...], int] = {}

    def read(self, line: Line) -> list[float]:
        """Return what the words of a line add to the log-odds of each type, uncapped."""
        rows = _unpacked(sum(self._rows(line)[1]), len(self.types))
        return [bias + self._scale * row for bias, row in zip(self._bias, rows, strict=True)]

    def mover(self, line: Line, name: str) -> int | None:
        """Return the index of the word that moved the line most towards a type (`text-output` and the like); None: no word did."""
        if name not in self.names:
            return None
        column = self.names.index(name)
        moved = [0] * len(line.words.tokens)
        for at, row in zip(*self._rows(line), strict=True):
            moved[at] += row
        towards = [_unpacked(row, len(self.types))[column] for row in moved]
        best = max(towards, default=0)
        return towards.index(best) if best > 0 else None

    def _rows(self, line: Line) -> tuple[list[int], list[int]]:
        """Every packed row that counts, and the index of the word it is credited to."""
        language, tokens = line.language, line.words.tokens
        words, pairs = self._words.setdefault(language, {}), self._pairs[language]
        at = list(range(len(tokens)))
        rows = [known if (known := words.get(token)) is not None else self._word(language, token) for token in tokens]
        before: dict[str, int] | None = None
        for index, token in enumerate(tokens):
            shape = token if token.isalpha() else _shape(token)
            if before and (row := before.get(shape)):
                at.append(index - 1)
                rows.append(row)
            before = pairs.get(shape)
        classes = self._classes
        sequence = class_sequence(line, self._everywhere)
        last = len(sequence) - 1
        for index, (word, own) in enumerate(sequence):
            key = (
                own,
                sequence[index + 1][1] if index < last else None,
                sequence[index + 2][1] if index + 1 < last else None,
                index == 0,
            )
            at.append(word)
            known = classes.get(key)
            rows.append(known if known is not None else self._class(key))
        return at, rows

    def _word(self, language: Language, token: str) -> int:
        return _kept(self._words[language], token, self._sum(word_features(language, token)))

    def _class(self, key: tuple[Any, ...]) -> int:
        own, following, after_next, first = key
        return _kept(
            self._classes, key, self._sum(_class_features(self._lexemes, own, following, after_next, first=first))
        )

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
        return sum(_packed(row) for feature in features if (row := self._weights.get(feature)))


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


def _unpacked(total: int, columns: int) -> list[int]:
    """Take the fields apart again; a negative one borrowed from its neighbour."""
    found = []
    for _ in range(columns):
        value = (total + _HALF & _FIELD_MASK) - _HALF
        found.append(value)
        total = total - value >> _FIELD
    return found


def _kept(cache: dict[Any, int], key: Any, row: int) -> int:
    if len(cache) > _CACHE_LIMIT:
        cache.clear()
    cache[key] = row
    return row


def _shape(token: str) -> str:
    return "#" if _FIGURE.search(token) else token
