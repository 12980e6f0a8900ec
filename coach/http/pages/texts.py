"""Longer texts of the pages, one file a language: they are written in each language, not translated line by line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from coach.domain.language import LANGUAGES, Language
from coach.http.pages.draft_form import KeyResultDraft, ObjectiveDraft
from coach.resources import WEB

EXAMPLES = ("good", "first")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that gets written down as an OKR: what it is, an example, how to tell, where it lives.

    Attributes:
        id: name of its label in `labels.yaml`, such as `type-outcome`.
        kind: what the example would be sent as.
        type: the type it has when the rubric reads it.
    """

    id: str
    kind: str
    type: str
    says: str
    example: str
    tell: str
    home: str


@dataclass(frozen=True, slots=True)
class Method:
    """The page that explains the words."""

    title: str
    lead: str
    story: str
    entries: tuple[Entry, ...]
    coda_title: str
    coda: tuple[str, ...]


@cache
def method(language: Language) -> Method:
    """Return the method page's texts."""
    data = _read("method", language)
    entries = tuple(Entry(**entry) for entry in data.pop("entries"))
    return Method(entries=entries, coda=tuple(data.pop("coda")), **data)


@cache
def example(name: str, language: Language) -> tuple[ObjectiveDraft, ...]:
    """Return an example draft: `good` or `first`."""
    return tuple(
        ObjectiveDraft(
            title=objective["title"],
            why=objective.get("why", ""),
            key_results=tuple(KeyResultDraft(**kr) for kr in objective["key_results"]),
        )
        for objective in _read("examples", language)[name]
    )


def is_example(objectives: tuple[ObjectiveDraft, ...]) -> bool:
    """Tell whether these are an example as it was loaded, in any language."""
    titles = [objective.title for objective in objectives]
    lines = [kr.title for objective in objectives for kr in objective.key_results]
    known = (example(name, language) for name in EXAMPLES for language in LANGUAGES)
    return any(
        titles == [objective.title for objective in one] and lines == [kr.title for o in one for kr in o.key_results]
        for one in known
    )


def _read(name: str, language: Language) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((WEB / "texts" / language / f"{name}.yaml").read_text(encoding="utf-8"))
    return data
