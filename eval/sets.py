"""Whole circle sets with planted defects: how many are found, and how often a clean line is remarked on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from coach.domain.reading import read_okr_set
from coach.domain.review import Finding
from coach.review.draft import review_set
from coach.rubric.engine import Engine
from coach.rubric.manners import line_of
from eval.corpus import OWN

SETS = OWN / "sets.json"
#: Say the same of a line; the sets name the one its author saw first.
_SAME = ({"P701", "P707"}, {"P705", "P706"}, {"K201", "K203"})
_TODAY = date(2026, 11, 1)  # waivers that ran out stay run out


@dataclass(slots=True)
class SetResults:
    """What the sets showed.

    Attributes:
        planted: how many defects were planted, by code.
        found: how many of them were found as an open finding, by code.
        doubted: how many were found in the state `review`, by code.
        missed: set and place of those not found at all.
        clean: how many lines were written to be clean.
        remarked: set, place and code of every open finding on one of them.
    """

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    doubted: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str, str]] = field(default_factory=list)
    clean: int = 0
    remarked: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Share of the planted defects that were found, open or in review."""
        return (self.found.total() + self.doubted.total()) / max(self.planted.total(), 1)

    @property
    def silence(self) -> float:
        """Share of the clean lines without an open finding."""
        return 1 - len({(name, place) for name, place, _ in self.remarked}) / max(self.clean, 1)


def judge_sets(engine: Engine, path: Path = SETS) -> SetResults:
    """Review every set of a file and compare it with what its author planted."""
    results = SetResults()
    for entry in json.loads(path.read_bytes())["organisations"]:
        okr_set = read_okr_set(json.dumps(entry["set"]))
        findings = review_set(okr_set, engine, today=_TODAY).findings
        compare_with_plan(results, entry["id"], findings, entry)
    return results


def compare_with_plan(results: SetResults, name: str, findings: Sequence[Finding], plan: Mapping[str, Any]) -> None:
    """Add one set: what was planted in it, what was found, what should have stayed silent."""
    spoken = {(f.code, place): f.state for f in findings for place in (f.pointer, line_of(f))}
    for planted in plan["planted"]:
        code, pointer = planted["code"], planted["pointer"]
        results.planted[code] += 1
        states = {spoken.get((same, pointer)) or spoken.get((same, _line(pointer))) for same in _as_good_as(code)}
        if "open" in states:
            results.found[code] += 1
        elif "review" in states:
            results.doubted[code] += 1
        else:
            results.missed.append((name, pointer, code))
    clean = set(plan["clean"])
    results.clean += len(clean)
    results.remarked += [
        (name, line_of(f), f.code) for f in findings if f.state == "open" and not f.preview and line_of(f) in clean
    ]


def _as_good_as(code: str) -> set[str]:
    return next((same for same in _SAME if code in same), {code})


def _line(pointer: str) -> str:
    for end in ("/title", "/baseline", "/target", "/source", "/owner", "/due", "/contributes_to"):
        pointer = pointer.removesuffix(end)
    return pointer
