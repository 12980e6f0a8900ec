"""Cutting words into the pieces of the house embedder, as the tokenizer beside its weights does, in a sixth of the memory.

`tokenizers` keeps the 40,000 pieces of a Unigram model in a tree of hash maps, 50 MB; here they are one dictionary. The library
still cleans and splits the text, and a test holds both to the same pieces.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_UNKNOWN_COST = 10.0
_CACHED = 30_000


class Pieces:
    """The pieces of a Unigram tokenizer.

    Args:
        data: a `tokenizer.json`.

    Raises:
        ValueError: it is none, or of another kind.
    """

    def __init__(self, data: bytes) -> None:
        parts = json.loads(data)
        model = parts["model"]
        if model["type"] != "Unigram":
            raise ValueError(f"the tokenizer is a {model['type']}, not Unigram")
        self._unknown: int = model["unk_id"]
        self._at = {piece: at for at, (piece, _) in enumerate(model["vocab"])}
        self._cost = [score for _, score in model["vocab"]]
        self._longest = max(map(len, self._at))
        self._worst = min(self._cost) - _UNKNOWN_COST
        self._most: int = (parts.get("truncation") or {}).get("max_length", 0)
        self._cut = lru_cache(maxsize=_CACHED)(self._cheapest)
        model["vocab"] = [model["vocab"][at] for at in range(self._unknown + 1)]
        bare = _bare(json.dumps(parts))
        self._clean, self._split = bare.normalizer, bare.pre_tokenizer

    def rows(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the places of every text's pieces."""
        clean, split, cut = self._clean.normalize_str, self._split.pre_tokenize_str, self._cut
        found = []
        for text in texts:
            row = [piece for word, _ in split(clean(text)) for piece in cut(word)]
            found.append(row[: self._most] if self._most else row)
        return found

    def words(self, text: str) -> list[tuple[str, list[int]]]:
        """Return every word as it stands in a text with the places of its pieces."""
        found, left = [], self._most or len(text)
        for surface, _ in self._split.pre_tokenize_str(text):
            pieces = [
                at
                for part, _ in self._split.pre_tokenize_str(self._clean.normalize_str(surface))
                for at in self._cut(part)
            ]
            if pieces[:left]:
                found.append((surface, pieces[:left]))
            left -= len(pieces[:left])
        return found

    def _cheapest(self, word: str) -> tuple[int, ...]:
        """The cut of a word whose pieces cost least; of two that cost the same the one whose last piece is longer."""
        size = len(word)
        costs: list[float] = [0.0] + [float("-inf")] * size
        paths: list[tuple[int, int]] = [(0, 0)] * (size + 1)  # where the last piece begins, and which it is
        for start in range(size):
            so_far = costs[start]
            for end in range(start + 1, min(size, start + self._longest) + 1):
                at = self._at.get(word[start:end])
                if at is None:
                    if end > start + 1:
                        continue
                    at, cost = self._unknown, self._worst
                else:
                    cost = self._cost[at]
                if so_far + cost > costs[end]:
                    costs[end], paths[end] = so_far + cost, (start, at)
        return self._walked(paths, size)

    def _walked(self, paths: Sequence[tuple[int, int]], end: int) -> tuple[int, ...]:
        """The pieces of a path from its end; unknown letters in a row are one."""
        found: list[int] = []
        while end:
            end, at = paths[end]
            if at != self._unknown or not found or found[-1] != at:
                found.append(at)
        return tuple(reversed(found))


def _bare(data: str) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        made: Any = Tokenizer.from_str(data)
    except Exception as error:  # the library raises the bare class
        raise ValueError(f"the tokenizer: {error}") from None
    return made  # type: ignore[no-any-return]
