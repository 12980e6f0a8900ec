"""The drafting form as data: what was typed, exactly as it was typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace

from coach.domain.text import one_newline

MOST = 20  #: objectives in a draft, key results in an objective: far above every limit of the method
FIGURES = ("baseline", "target", "unit", "due", "owner", "source")
_LINE = re.compile(r"o(\d{1,2})(?:-kr(\d{1,2}))?-(\w+)")


@dataclass(frozen=True, slots=True)
class KeyResultDraft:
    """One key result, every field a text."""

    title: str = ""
    baseline: str = ""
    target: str = ""
    unit: str = ""
    due: str = ""
    owner: str = ""
    source: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing was typed at all."""
        return not any(value.strip() for value in asdict(self).values())


@dataclass(frozen=True, slots=True)
class ObjectiveDraft:
    """One objective with its key results."""

    title: str = ""
    why: str = ""
    parent: str = ""
    key_results: tuple[KeyResultDraft, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether nothing was typed at all; a chosen parent is no text."""
        return not (self.title.strip() or self.why.strip()) and all(kr.blank for kr in self.key_results)


@dataclass(frozen=True, slots=True)
class Draft:
    """The whole form. `purpose` and `accountabilities` describe a circle that no organisation lists."""

    circle: str = ""
    language: str = ""
    ready: bool = False
    purpose: str = ""
    accountabilities: str = ""
    objectives: tuple[ObjectiveDraft, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether no line has a word in it."""
        return all(objective.blank for objective in self.objectives)

    def with_objective(self, index: int, objective: ObjectiveDraft) -> Draft:
        """Return the draft with one objective replaced."""
        return replace(self, objectives=(*self.objectives[:index], objective, *self.objectives[index + 1 :]))


def parse(pairs: Iterable[tuple[str, str]]) -> Draft:
    """Read a form. Unknown names are left alone, gaps in the numbering are closed, newlines become LF."""
    top: dict[str, str] = {}
    objectives: dict[int, dict[str, str]] = {}
    key_results: dict[int, dict[int, dict[str, str]]] = {}
    for name, typed in pairs:
        value = one_newline(typed)
        found = _LINE.fullmatch(name)
        if found is None:
            top[name] = value
            continue
        objective, key_result, field = int(found[1]), found[2], found[3]
        objectives.setdefault(objective, {})
        line = (
            key_results.setdefault(objective, {}).setdefault(int(key_result), {})
            if key_result
            else objectives[objective]
        )
        line[field] = value
    return Draft(
        circle=top.get("circle", ""),
        language=top.get("language", ""),
        ready=bool(top.get("ready")),
        purpose=top.get("purpose", ""),
        accountabilities=top.get("accountabilities", ""),
        objectives=tuple(
            _objective(values, key_results.get(index, {})) for index, values in sorted(objectives.items())[:MOST]
        ),
    )


def pairs_of(draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield the draft as form fields: what `parse` reads back as the same draft."""
    for name in ("circle", "language", "purpose", "accountabilities"):
        yield name, getattr(draft, name)
    if draft.ready:
        yield "ready", "1"
    for o, objective in enumerate(draft.objectives):
        for name in ("title", "why", "parent"):
            yield f"o{o}-{name}", getattr(objective, name)
        for k, key_result in enumerate(objective.key_results):
            for name, value in asdict(key_result).items():
                yield f"o{o}-kr{k}-{name}", value


def _objective(values: dict[str, str], lines: dict[int, dict[str, str]]) -> ObjectiveDraft:
    names = {field.name for field in fields(KeyResultDraft)}
    return ObjectiveDraft(
        title=values.get("title", ""),
        why=values.get("why", ""),
        parent=values.get("parent", ""),
        key_results=tuple(
            KeyResultDraft(**{name: text for name, text in line.items() if name in names})
            for _, line in sorted(lines.items())[:MOST]
        ),
    )
