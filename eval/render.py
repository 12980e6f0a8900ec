"""The results as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from eval.metrics import Figure
from eval.results import JUDGED, Results

KINDS = ("key_result", "objective")


def shown(figure: Figure) -> str:
    """Return a figure with its interval."""
    return f"{figure.value:.3f} [{figure.low:.2f}–{figure.high:.2f}]"


def as_text(runs: Sequence[Results], *, misses: int = 0, external: frozenset[str] = frozenset()) -> str:
    """Return several runs as tables for a terminal.

    Args:
        runs: the runs, side by side.
        misses: how many of the worst misses of each run to print.
        external: names of runs whose texts are not shown.
    """
    lines: list[str] = []
    for kind in KINDS:
        lines += [f"\n{kind.replace('_', ' ')}s", _row("", *(run.name for run in runs))]
        for name in _names(runs, f"{kind}/"):
            cells = [shown(run.figures[name]) if name in run.figures else "–" for run in runs]
            count = max((run.figures[name].n for run in runs if name in run.figures), default=0)
            lines.append(_row(f"{name.removeprefix(f'{kind}/')} (n={count})", *cells))
    lines += ["\nrules", _row("", *(run.name for run in runs))]
    for code in JUDGED:
        for part in ("precision", "recall"):
            name = f"rule/{code}/{part}"
            cells = [shown(run.figures[name]) if name in run.figures else "–" for run in runs]
            if set(cells) != {"–"}:
                lines.append(_row(f"{code} {part}", *cells))
    if schools := _names(runs, "school/"):
        lines += ["\nwhere the profiles differ: lines with the codes that are expected"]
        lines += [
            _row(f"{name.removeprefix('school/')} (n={runs[0].figures[name].n})", shown(runs[0].figures[name]))
            for name in schools
        ]
    for run in runs:
        lines += _confusion(run)
        if misses and run.name not in external:
            lines += _misses(run, misses)
    return "\n".join(lines)


def as_json(runs: Sequence[Results]) -> str:
    """Return all figures of all runs."""
    document: dict[str, Any] = {
        run.name: {
            "figures": {name: figure._asdict() for name, figure in run.figures.items()},
            "confusion": {
                kind: {"labels": labels, "counts": counts} for kind, (labels, counts) in run.confusion.items()
            },
        }
        for run in runs
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _names(runs: Sequence[Results], start: str) -> list[str]:
    names = dict.fromkeys(name for run in runs for name in run.figures if name.startswith(start))
    return list(names)


def _row(head: str, *cells: str) -> str:
    return f"{head:<44}" + "".join(f"{cell:>24}" for cell in cells)


def _confusion(run: Results) -> list[str]:
    lines = []
    for kind, (labels, counts) in run.confusion.items():
        lines += [
            f"\n{run.name}: {kind.replace('_', ' ')}s, expected ↓ said →",
            " " * 18 + "".join(f"{x[:12]:>14}" for x in labels),
        ]
        lines += [f"{label:<18}" + "".join(f"{n:>14}" for n in row) for label, row in zip(labels, counts, strict=True)]
    return lines


def _misses(run: Results, most: int) -> list[str]:
    lines = [f"\n{run.name}: the surest misses"]
    for p in run.misses[:most]:
        quoted = f" « {' · '.join(p.evidence)} »" if p.evidence else ""
        lines.append(f"{p.case.id}  {p.case.type} → {p.type} {p.confidence:.2f}  {p.case.text}{quoted}")
    return lines
