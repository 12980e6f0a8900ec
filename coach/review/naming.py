"""What a review is a review of, and the ids that objectives and key results are kept under."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from coach.domain.okr_set import KeyResult, Objective, OkrSet, Source


def subject_of(okr_set: OkrSet) -> str:
    """Return what a set is a review of: the tool's id, its one objective, or its own words."""
    source = okr_set.source
    if source is not None and source.id is not None:
        return f"set:{source.system or ''}/{source.id}"
    names = [objective.id for objective in okr_set.objectives]
    if len(names) == 1 and names[0] is not None:
        return f"objective:{names[0]}"
    return f"draft:{digest(okr_set.model_dump_json())}"


def external_id(source: Source) -> str:
    """Return the id of an objective that another tool knows by its own."""
    return f"obj_{digest(source.system or '', source.id or '')[:24]}"


def named(objective: Objective, source: Source, known: Objective | None) -> Objective:
    """Return an objective with an id, and so its key results: the one it is known by, its own, or one made of the tool's."""
    name = known.id if known is not None else objective.id or external_id(source)
    return objective.model_copy(update={"id": name, "key_results": numbered(name or "", objective.key_results)})


def numbered(objective: str, key_results: Iterable[KeyResult]) -> list[KeyResult]:
    """Key results, each with an id: without one a remark could not be followed from save to save."""
    return [
        kr if kr.id else kr.model_copy(update={"id": f"{objective}.{number}"})
        for number, kr in enumerate(key_results, 1)
    ]


def digest(*parts: str) -> str:
    """Return the SHA-256 of some texts in order."""
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
