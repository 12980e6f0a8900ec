"""One line as the rules see it: its text, its words, and which features it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from coach.domain.language import Language
from coach.domain.review import Evidence
from coach.rubric.quantities import Quantity
from coach.rubric.text import Words, original_span


class Hit(NamedTuple):
    """A word or phrase of a class: its bits at every place it stands, and the words it covers (both inclusive)."""

    bits: int
    first: int
    last: int


class Model(Protocol):
    """What a line asks of the text model that read it."""

    def mover(self, line: Line, name: str) -> int | None:
        """Return the index of the word that moved the line most towards a type; None: no word did."""


@dataclass(slots=True)
class Line:
    """An annotated line.

    Attributes:
        text: as it came, with LF newlines.
        language: the language it was read in.
        words: its lower-case words with offsets.
        mask: all its features (see `space.py`).
        hits: the words of known classes, in order.
        quantities: its figures, in order.
        spans: where features that are no words stand: flag bit -> (start, end) in the lower-case text.
        numbers: values for signals with a `value`, such as the text model's.
        quotes: evidence from elsewhere (accountabilities, metrics), by flag bit.
        bits_of: looks a single word up in the vocabulary the line was read with.
        stems: its meaningful words without endings, once somebody asked for them.
        sources: evidence behind a number that a layer handed in, by the number's name.
        model: the text model that read it, which knows the words that moved it.
        credits: what the text model read: the index of a word and what it says, as many times as something was said.
    """

    text: str
    language: Language
    words: Words
    mask: int
    hits: list[Hit]
    quantities: list[Quantity]
    spans: dict[int, tuple[int, int]]
    why_at: int
    bits_of: Callable[[str], int]
    numbers: dict[str, float] = field(default_factory=dict)
    quotes: dict[int, list[Evidence]] = field(default_factory=dict)
    sources: dict[str, Evidence] = field(default_factory=dict)
    model: Model | None = None
    stems: frozenset[str] | None = None
    credits: tuple[list[int], list[int]] | None = None

    def evidence(self, start: int, end: int) -> Evidence:
        """Return the quotation of a span of the lower-case text, in the original's offsets."""
        first, last = original_span(self.words, start, end)
        return Evidence(first, last, self.text[first:last])

    def mover(self, name: str) -> Evidence | None:
        """Return the word that moved the text model most towards a type (`text-output` and the like)."""
        at = self.model.mover(self, name) if self.model else None
        return self.evidence(self.words.starts[at], self.words.ends[at]) if at is not None else None

    def find(self, bits: int) -> Iterator[Evidence]:
        """Yield the places where any of the features `bits` stands."""
        for hit in self.hits:
            if hit.bits & bits:
                yield self.evidence(self.words.starts[hit.first], self.words.ends[hit.last])
        for bit, (start, end) in self.spans.items():
            if bit & bits:
                yield self.evidence(start, end)
        for bit, quotes in self.quotes.items():
            if bit & bits:
                yield from quotes
