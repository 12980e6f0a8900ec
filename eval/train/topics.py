"""Titles written for training the relation scorer (`titles.txt`), and the labelled pairs that follow from their grouping.

Two titles of the same work are a duplicate; one against another that pulls the other way is a contradiction; other work on the same
thing is related; titles of two topics are unrelated, the more alike they look the better the lesson.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import get_args

from coach.domain.language import Language
from eval.train.augment import Pair

TITLES = Path(__file__).with_name("titles.txt")
_SIGNS = {"=": "same", "!": "against", "~": "related"}
_UNRELATED_OF_EACH = 2

Title = tuple[str, Language]


@dataclass(slots=True)
class Topic:
    """Titles about one thing.

    Attributes:
        name: of the topic.
        same: the same work in other words.
        against: work that pulls against it.
        related: other work about the same thing.
    """

    name: str
    same: list[Title] = field(default_factory=list)
    against: list[Title] = field(default_factory=list)
    related: list[Title] = field(default_factory=list)


def read_topics(path: Path = TITLES) -> list[Topic]:
    """Return the topics of a file.

    Raises:
        ValueError: a line is none of the file's; the message names it.
    """
    topics: list[Topic] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or (line.startswith("# ") and " " in line[2:]):
            continue
        if line.startswith("# "):
            topics.append(Topic(line[2:]))
            continue
        sign, language, title = line[:1], line[2:4], line[6:].strip()
        spoken = next((known for known in get_args(Language) if known == language), None)
        if line[4:6] != ": " or not title or sign not in _SIGNS or spoken is None or not topics:
            raise ValueError(f"{path.name}:{number}: a line is '= fr: title', with '=', '!' or '~'")
        getattr(topics[-1], _SIGNS[sign]).append((title, spoken))
    return topics


def written_pairs(topics: Sequence[Topic], seed: int) -> Iterator[Pair]:
    """Yield every pair that the topics hold, and some of two topics."""
    rng = random.Random(seed)
    for topic in topics:
        yield from (Pair(a, b, "duplicate") for (a, _), (b, _) in combinations(topic.same, 2))
        yield from (Pair(a, b, "contradiction") for a, _ in topic.same for b, _ in topic.against)
        yield from (Pair(a, b, "related") for a, _ in topic.same for b, _ in topic.related)
        yield from (Pair(a, b, "related") for (a, _), (b, _) in combinations(topic.related, 2))
        for a, _ in topic.same:
            for _ in range(_UNRELATED_OF_EACH):
                other = rng.choice([t for t in topics if t is not topic])
                yield Pair(a, rng.choice(other.same)[0], "unrelated")
