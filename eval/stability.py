"""Does the same line get the same verdict when only its dress changes?"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

from coach.domain.reading import read_okr_set
from coach.rubric.engine import Engine
from eval.corpus import Case
from eval.predict import predict_one

_CURLY = str.maketrans({"'": "’", '"': "”", "-": "-"})

VARIANTS: dict[str, Callable[[str], str]] = {
    "white space": lambda text: "  " + text.replace(" ", "  ") + " \n",
    "no-break spaces": lambda text: text.replace(" %", "\u00a0%").replace(" :", "\u202f:"),
    "curly quotes": lambda text: text.translate(_CURLY),
    "full stop": lambda text: text.rstrip(" .") + ".",
    "first letter": lambda text: text[:1].swapcase() + text[1:],
    "upper case": str.upper,
    "lower case": str.lower,
}


class Stability(NamedTuple):
    """Share of lines whose type did not change under a variant, and the ids of those that did."""

    variant: str
    same: float
    changed: tuple[str, ...]


def stability(engine: Engine, cases: Sequence[Case]) -> list[Stability]:
    """Compare the type of every case with its type under each variant, and in another order of the set."""
    plain = {case.id: predict_one(engine, case, case.text).type for case in cases}
    found = []
    for name, change in VARIANTS.items():
        changed = [c.id for c in cases if predict_one(engine, c, change(c.text)).type != plain[c.id]]
        found.append(Stability(name, 1 - len(changed) / len(cases), tuple(changed)))
    found.append(_in_another_order(engine, cases))
    return found


def _in_another_order(engine: Engine, cases: Sequence[Case]) -> Stability:
    """Judge all cases of a scenario as one set, forwards and backwards."""
    changed: list[str] = []
    total = 0
    scenarios: dict[str, list[Case]] = {}
    for case in cases:
        scenarios.setdefault(case.scenario, []).append(case)
    for members in scenarios.values():
        forwards, backwards = _types(engine, members), _types(engine, members[::-1])
        total += len(forwards)
        changed += [name for name, found in forwards.items() if backwards[name] != found]
    return Stability("order of the set", 1 - len(changed) / max(total, 1), tuple(changed))


def _types(engine: Engine, members: Sequence[Case]) -> dict[str, str | None]:
    objectives = [case for case in members if case.kind == "objective"]
    by_parent = {case.text: case for case in objectives}
    document = {
        "objectives": [
            {
                "id": case.id,
                "title": case.text,
                "key_results": [{"id": kr.id, "title": kr.text} for kr in members if kr.parent == case.text],
            }
            for case in objectives
            if by_parent[case.text] is case
        ]
    }
    verdict = engine.judge(read_okr_set(json.dumps(document)), input_language=members[0].lang)
    return {item.id: item.type for item in verdict.items if item.id}
