"""Reading labelled lines and pairs: this project's own corpus, and folders of the same kind by other people."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from coach.domain.language import Language
from coach.domain.okr_set import Circle

OWN = Path(__file__).parent / "corpora"
Split = Literal["fit", "tune", "test", "external"]
KEY_RESULT_TYPES = ("outcome", "output", "kpi_bau", "vague")
OBJECTIVE_TYPES = ("transformational", "bau", "kpi", "project", "strategy", "vague")
PAIR_LABELS = ("duplicate", "related", "unrelated", "contradiction")
PAIRS = "pairs.jsonl"
REMARKS = "remarks.jsonl"  # what was said of the rules' remarks, see eval.status


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled line.

    Attributes:
        type: the agreed type.
        also_ok: types that count as right, too.
        ambiguous: left out of headline figures.
        labels: all labels, flags included.
        source: where it comes from (`draft`, `published`, `guide`, `real_okrs`, …).
        expect: codes asked for by profile, where the profiles differ (see `schools`).
    """

    id: str
    lang: Language
    kind: Literal["objective", "key_result"]
    text: str
    type: str
    parent: str | None = None
    also_ok: tuple[str, ...] = ()
    ambiguous: bool = False
    labels: dict[str, Any] = field(default_factory=dict)
    circle: Circle | None = None
    source: str = "draft"
    split: Split = "external"
    scenario: str = ""
    domain: str = ""
    second: dict[str, Any] | None = None
    traits: tuple[str, ...] = ()
    expect: dict[str, list[str]] | None = None


@dataclass(frozen=True, slots=True)
class TitlePair:
    """Two titles that two circles of one organisation put on their lists for the same cycle.

    Attributes:
        label: what they are to each other.
        also_ok: labels that count as right, too.
        ambiguous: left out of headline figures.
        second: what the second labelling said first.
    """

    id: str
    kind: Literal["project", "objective", "key_result"]
    a: str
    b: str
    lang_a: Language
    lang_b: Language
    label: str
    also_ok: tuple[str, ...]
    ambiguous: bool
    second: str
    domain: str
    topic: str
    split: Split

    @property
    def same_language(self) -> bool:
        """Whether both titles are in one language."""
        return self.lang_a == self.lang_b


def read_pairs(folder: Path = OWN) -> list[TitlePair]:
    """Return the labelled pairs of this project's corpus."""
    return [
        TitlePair(
            id=row["id"],
            kind=row["kind"],
            a=row["a"],
            b=row["b"],
            lang_a=row["lang_a"],
            lang_b=row["lang_b"],
            label=row["label"],
            also_ok=tuple(row["also_ok"]),
            ambiguous=row["ambiguous"],
            second=row["label_b"],
            domain=row["domain"],
            topic=row["topic"],
            split=row["split"],
        )
        for row in _lines(folder / PAIRS)
    ]


def read_own(folder: Path = OWN) -> list[Case]:
    """Return this project's corpus."""
    circles = {
        entry["id"]: Circle.model_validate_json(json.dumps(entry, ensure_ascii=False))
        for entry in _lines(folder / "circles.jsonl")
    }
    return [
        Case(
            id=row["id"],
            lang=row["lang"],
            kind=row["kind"],
            text=row["text"],
            type=row["labels"]["type"],
            parent=row["parent"],
            also_ok=tuple(row["also_ok"]),
            ambiguous=row["ambiguous"],
            labels=row["labels"],
            circle=circles[row["circle"]] if row["circle"] else None,
            source=row["style"],
            split=row["split"],
            scenario=row["scenario"],
            domain=row["domain"],
            second=row.get("label_b"),
            traits=tuple(row["traits"]),
            expect=row.get("expect"),
        )
        for path in language_files(folder)
        for row in _lines(path)
    ]


def read_external(folder: Path) -> list[Case]:
    """Return the lines of a folder in the format of labelled data by other people (one file a language)."""
    return [
        Case(
            id=row["id"],
            lang=row["lang"],
            kind=row["kind"],
            text=row["text"],
            type=row["labels"]["type"],
            parent=row.get("parent"),
            also_ok=tuple(row.get("also_ok", ())),
            ambiguous=bool(row.get("ambiguous")),
            labels=row["labels"],
            source=row.get("source_type", "unknown"),
        )
        for path in language_files(folder)
        for row in _lines(path)
    ]


def read_folder(folder: Path) -> list[Case]:
    """Return the lines of a folder, in whichever of the two formats it is."""
    return read_own(folder) if (folder / "circles.jsonl").exists() else read_external(folder)


def language_files(folder: Path) -> list[Path]:
    """Return the files of lines, one a language."""
    return [path for language in ("en", "fr", "nl", "de") if (path := folder / f"{language}.jsonl").exists()]


def digest(folder: Path) -> str:
    """Return a digest of the labelled lines of a folder, which stands in a report in place of their text."""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.glob("*.jsonl") if path.name not in (PAIRS, REMARKS)):
        found.update(path.name.encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def of_kind(cases: Iterable[Case], kind: str) -> list[Case]:
    """Return the cases of one kind."""
    return [case for case in cases if case.kind == kind]


def types_of(kind: str) -> tuple[str, ...]:
    """Return the types a kind of line may have."""
    return KEY_RESULT_TYPES if kind == "key_result" else OBJECTIVE_TYPES


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)
