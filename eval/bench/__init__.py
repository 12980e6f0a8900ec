"""Speed and size, measured on this machine: `python -m eval bench`. Printed, never asserted as wall time."""

from __future__ import annotations

import sys
from collections.abc import Callable

from eval.bench import rubric, service, similarity, vectors

BENCHES: dict[str, Callable[[], None]] = {
    "lines": rubric.lines,
    "set": rubric.one_set,
    "growth": rubric.growth,
    "start": rubric.start,
    "memory": rubric.memory,
    **similarity.BENCHES,
    **vectors.BENCHES,
    "save": service.save,
    "stored": service.stored,
    "cycle": service.cycle,
}


def main(name: str | None = None) -> int:
    """Run one bench, or all of them."""
    if name is not None and name not in BENCHES:
        print(f"There is no bench {name!r}; known: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    for known, bench in BENCHES.items():
        if name in (None, known):
            bench()
    return 0
