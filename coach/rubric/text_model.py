"""The fitted text model: words, pieces of words and neighbouring word classes that speak for a type beyond the named signals.

It is a sparse table fitted on this project's own corpus (`python -m eval fit`), after and on top of the signals, so that a verdict
without it is always there. What it adds is capped (signals `words-of-…`), and splits exactly into words, which is the evidence.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from coach.domain.language import Language
from coach.rubric.line import Line

_CACHE_LIMIT = 50_000
_PIECES = (3, 4, 5)
_FIGURE = re.compile(r"\d")


class Moved(NamedTuple):
    """What the model adds for each type, and by how much each word moved it (one row a word, one column a type).

    The rows are whole numbers, to be compared with each other.
    """

    totals: list[float]
    words: list[list[int]]


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


def class_sequence(line: Line, everywhere: int) -> list[tuple[int, list[str]]]:
    """Return the line as word classes: index of the word, and the names of its classes (bits, `#kind` for a figure, `?`)."""
    figures = {q.first: q for q in line.quantities}
    hits = {hit.first: hit for hit in line.hits}
    sequence: list[tuple[int, list[str]]] = []
    at, count = 0, len(line.words.tokens)
    while at < count:
        if at in figures:
            sequence.append((at, [f"#{figures[at].kind}"]))
            at = figures[at].last + 1
        elif at in hits:
            bits = hits[at].bits & everywhere
            sequence.append((at, _names(bits)))
            at = hits[at].last + 1
        else:
            sequence.append((at, ["?"]))
            at += 1
    return sequence


def class_features(sequence: list[tuple[int, list[str]]]) -> list[tuple[int, str]]:
    """Return the features of a class sequence, each with the word it is credited to; the same in every language."""
    found: list[tuple[int, str]] = []
    last = len(sequence) - 1
    for at, (word, names) in enumerate(sequence):
        following = sequence[at + 1][1] if at < last else ()
        after_next = sequence[at + 2][1] if at + 1 < last else ()
        for name in names:
            found.append((word, f"@{name}"))
            if at == 0:
                found.append((word, f"@^{name}"))
            if at == last:
                found.append((word, f"@{name}$"))
            found += [(word, f"@{name}>{other}") for other in following]
            found += [(word, f"@{name}>>{other}") for other in after_next]
    return found


class TextModel:
    """Reads the words of a line of one kind.

    Args:
        data: `types`, `bias`, `scale` and `weights` (feature -> one whole number a type), as `python -m eval fit` writes them.
        everywhere: mask of the class bits, places aside.
    """

    def __init__(self, data: dict[str, Any], everywhere: int) -> None:
        self.types: list[str] = data["types"]
        self.names = [f"text-{name}" for name in self.types]
        self._everywhere = everywhere
        self._scale = float(data["scale"])
        self._bias: list[float] = data["bias"]
        self._weights: dict[str, list[int]] = data["weights"]
        self._words: dict[tuple[str, str], list[int] | None] = {}

    def read(self, line: Line) -> Moved:
        """Return what the words of a line add to the log-odds of each type, uncapped."""
        language, tokens, weights = line.language, line.words.tokens, self._weights
        rows = [list(self._word(language, token) or [0] * len(self.types)) for token in tokens]
        for at in range(len(tokens) - 1):
            if pair := weights.get(pair_feature(language, tokens[at], tokens[at + 1])):
                _add(rows[at], pair)
        for at, feature in class_features(class_sequence(line, self._everywhere)):
            if row := weights.get(feature):
                _add(rows[at], row)
        scale = self._scale
        columns = zip(*rows, strict=True) if rows else ((0,) for _ in self.types)
        return Moved([bias + scale * sum(column) for bias, column in zip(self._bias, columns, strict=True)], rows)

    def _word(self, language: Language, token: str) -> list[int] | None:
        key = (language, token)
        if key not in self._words:
            rows = [row for feature in word_features(language, token) if (row := self._weights.get(feature))]
            if len(self._words) > _CACHE_LIMIT:
                self._words.clear()
            self._words[key] = [sum(column) for column in zip(*rows, strict=True)] if rows else None
        return self._words[key]


def load_models(path: Path, everywhere: int) -> dict[str, TextModel]:
    """Return the text model of each kind of line; empty where there is no file."""
    if not path.is_file():
        return {}
    data = json.loads(path.read_bytes())
    return {kind: TextModel(model, everywhere) for kind, model in data["kinds"].items()}


def _names(bits: int) -> list[str]:
    names = []
    at = 0
    while bits:
        if bits & 1:
            names.append(str(at))
        bits >>= 1
        at += 1
    return names or ["?"]


def _add(row: list[int], more: list[int]) -> None:
    for at, value in enumerate(more):
        row[at] += value


def _shape(token: str) -> str:
    return "#" if _FIGURE.search(token) else token
