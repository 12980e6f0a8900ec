"""No change lands that makes the verdicts worse unnoticed: figures against `eval/baselines.json`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from eval.predict import Prediction
from eval.results import Results
from eval.sets import SetResults

BASELINES = Path(__file__).parent / "baselines.json"
TOLERANCE = 0.01
#: What the gate watches: the pooled figures, every language, every rule with enough cases, and where the profiles differ.
_WATCHED = ("key_result/", "objective/", "rule/", "school/")


class Fall(NamedTuple):
    """A figure that fell further than the tolerance allows."""

    name: str
    before: float
    now: float

    def __str__(self) -> str:
        return f"{self.name}: {self.before:.3f} → {self.now:.3f}"


class Side(NamedTuple):
    """A line whose type changed."""

    id: str
    expected: str
    before: str
    now: str


def watched(found: Results) -> dict[str, float]:
    """Return the figures the gate watches, rounded as they are kept."""
    keep = {}
    for name, figure in found.figures.items():
        if not name.startswith(_WATCHED) or "source:" in name or name.endswith("calibration-error") or figure.n < 20:
            continue
        keep[name] = round(figure.value, 4)
    return keep


def raise_baseline(
    found: Results,
    predictions: Sequence[Prediction],
    rubric: str,
    corpus: str,
    path: Path = BASELINES,
    sets: SetResults | None = None,
) -> None:
    """Keep the present figures and verdicts as what must not be fallen short of."""
    document = {
        "schema": 1,
        "rubric_version": rubric,
        "corpus": corpus,
        "tolerance": TOLERANCE,
        "figures": watched(found),
        "sets": {"recall": round(sets.recall, 4), "silence": round(sets.silence, 4)} if sets else {},
        "verdicts": {p.case.id: p.type for p in predictions},
    }
    path.write_text(json.dumps(document, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def compare(found: Results, predictions: Sequence[Prediction], path: Path = BASELINES) -> tuple[list[Fall], list[Side]]:
    """Return the figures that fell, and the lines that changed sides since the baseline."""
    baseline = json.loads(path.read_bytes())
    now = watched(found)
    falls = [
        Fall(name, before, now.get(name, 0.0))
        for name, before in baseline["figures"].items()
        if now.get(name, 0.0) < before - baseline["tolerance"]
    ]
    verdicts = baseline["verdicts"]
    sides = [
        Side(p.case.id, p.case.type, verdicts[p.case.id], p.type)
        for p in predictions
        if p.case.id in verdicts and verdicts[p.case.id] != p.type
    ]
    return falls, sides
