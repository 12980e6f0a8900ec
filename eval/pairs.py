"""Labelled pairs of titles: our own, and those of a folder given."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from coach.domain.language import Language

OWN_PAIRS = Path(__file__).parent / "corpora" / "pairs.jsonl"
Label = Literal["duplicate", "related", "contradiction", "unrelated"]


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two titles and what they are to each other, by a person's judgement."""

    id: str
    a: str
    b: str
    lang_a: Language
    lang_b: Language
    label: Label
    split: str = "external"

    @property
    def across(self) -> bool:
        """Whether they are in two languages."""
        return self.lang_a != self.lang_b


def own_pairs(split: str = "all", path: Path = OWN_PAIRS) -> list[LabelledPair]:
    """Return our own pairs of a split that two readers agreed on; none where the corpus has no pairs."""
    return [pair for pair in _read(path) if split in ("all", pair.split)] if path.exists() else []


def external_pairs(folder: Path) -> list[LabelledPair]:
    """Return the pairs of a folder, which nothing was fitted on."""
    return list(_read(folder / "pairs.jsonl"))


def _read(path: Path) -> Iterator[LabelledPair]:
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        if row.get("ambiguous"):
            continue
        known = {name: row[name] for name in ("id", "a", "b", "lang_a", "lang_b", "label")}
        yield LabelledPair(**known, split=row.get("split", "external"))
