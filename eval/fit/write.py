"""Writing fitted weights back into the rule and nature files, comments and all other lines untouched."""

from __future__ import annotations

import re
from pathlib import Path

from eval.fit.weights import Fitted

_BIAS = re.compile(r"^(\s*)bias:.*$")
_SIGNALS = re.compile(r"^(\s*)signals:")


def write_rule(path: Path, fitted: Fitted, report: float | None = None) -> None:
    """Replace bias and signals of a rule's `detect`; `report` too, where given."""
    lines = path.read_text(encoding="utf-8").splitlines()
    start = lines.index("detect:")
    lines = _replaced(lines, start, fitted)
    if report is not None:
        at = next(i for i in range(start, len(lines)) if lines[i].startswith("  report:"))
        lines[at] = f"  report: {report}"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_nature(path: Path, types: dict[str, Fitted]) -> None:
    """Replace bias and signals of the types that a nature file scores itself."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for name, fitted in types.items():
        start = lines.index(f"  {name}:")
        lines = _replaced(lines, start, fitted)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _replaced(lines: list[str], start: int, fitted: Fitted) -> list[str]:
    """Replace the first `bias` line and the first `signals` block after a line."""
    bias = next(i for i in range(start, len(lines)) if _BIAS.match(lines[i]))
    at = next(i for i in range(start, len(lines)) if _SIGNALS.match(lines[i]))
    indent = _indent(lines[at])
    end = at + 1
    while end < len(lines) and lines[end].strip() and _indent(lines[end]) > indent:
        end += 1
    ordered = sorted(fitted.weights.items(), key=lambda item: (-item[1], item[0]))
    block = [f"{' ' * indent}signals:", *(f"{' ' * (indent + 2)}{name}: {weight}" for name, weight in ordered)]
    out = lines[:at] + block + lines[end:]
    out[bias] = f"{' ' * _indent(lines[bias])}bias: {fitted.bias}"
    return out


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
