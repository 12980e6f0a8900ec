"""The similarity layer: titles a second, one against many, all pairs, start, memory; beside the machine's matrix product."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import numpy as np

from coach.similarity.embedder import unit_rows
from coach.similarity.index import MemoryIndex, joined
from coach.similarity.library import house, scorer
from coach.similarity.sets import Entry, relations_in
from coach.similarity.types import Matrix
from eval.corpus import read_own

_BEST_OF = 5
_PLANTED = 0.02
_JOIN = 0.8


def titles() -> None:
    """Titles a second, embedded by the house, and the memory that takes."""
    texts = [case.text for case in read_own()]
    embedder = house()
    embedder.encode(texts[:100])
    best = _best(lambda: embedder.encode(texts))
    one = _best(lambda: [embedder.encode([text]) for text in texts[:500]]) / 500
    print(f"titles: {len(texts) / best:,.0f} a second in one call, one title {one * 1e3:.2f} ms ({len(texts):,} lines)")


def start() -> None:
    """Start of the house embedder in a process of its own: to the first vector, and its memory."""
    code = (
        "import time, resource; begun = time.perf_counter()\n"
        "from coach.similarity.house import HouseEmbedder\n"
        "HouseEmbedder().encode(['Fermer deux agences'])\n"
        "print(time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in "123"
    ]
    seconds, memory = min(tuple(map(float, run.split())) for run in runs)
    print(f"start: {seconds:.2f} s from import to the first vector, {memory:.0f} MB resident")


def pairs() -> None:
    """Pairs judged a second, everything included."""
    texts = [case.text for case in read_own()][:1_000]
    made = scorer()
    items = made.preparer.items(texts)
    couples = list(pairwise(items))
    print(f"pairs: {len(couples) / _best(lambda: made.judge(couples)):,.0f} judged a second")


def nearest() -> None:
    """One item against many, exactly."""
    for count in (100_000, 1_000_000):
        rows = random_rows(count)
        index = MemoryIndex("bench", "house@bench", rows.shape[1])
        index.upsert([str(at) for at in range(count)], rows)
        best = _best(partial(index.nearest, rows[7], 20))
        print(f"nearest: one against {count:,} x {rows.shape[1]} in {best * 1e3:.1f} ms")
        del index, rows


def all_pairs() -> None:
    """All pairs above a threshold, against what the machine's matrix product alone would take."""
    for count in (10_000, 100_000):
        rows = random_rows(count)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        rate = _matrix_rate(rows)
        begun = time.perf_counter()
        found = sum(len(a) for a, _, _ in joined(rows, _JOIN))
        taken = time.perf_counter() - begun
        least = count * count * rows.shape[1] / rate  # half of n² pairs, two operations each
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(
            f"all pairs: {count:,} x {rows.shape[1]} in {taken:.2f} s, {least / taken:.0%} of the matrix product's "
            f"{rate / 1e9:.0f} GFLOP/s, {found:,} pairs, {grown:+.0f} MB"
        )


def whole_set() -> None:
    """Relations of one set of 2,000 titles in 20 circles, from texts to clusters."""
    texts = [case.text for case in read_own()][:2_000]
    entries = [Entry(f"/projects/{at}", text, "project", f"c{at % 20}") for at, text in enumerate(texts)]
    begun = time.perf_counter()
    found = relations_in(scorer(), entries)
    print(f"whole set: {len(entries):,} titles in {time.perf_counter() - begun:.2f} s, {len(found.found)} relations")


def random_rows(count: int) -> Matrix:
    """Random rows of the house's length around 200 topics, 2 % of them near-copies."""
    rng = np.random.default_rng(0)
    size = house().dimensions
    rows = (
        rng.standard_normal((count, size), np.float32)
        + 1.5 * rng.standard_normal((200, size), np.float32)[rng.integers(0, 200, count)]
    )
    copies = rng.choice(count, int(count * _PLANTED), replace=False)
    rows[copies] = rows[(copies + 1) % count] + 0.3 * rng.standard_normal((len(copies), size), np.float32)
    return unit_rows(rows)


def _matrix_rate(rows: Matrix) -> float:
    """Floating-point operations a second of a plain product of one block, the best of five."""
    block = rows[:4_096]
    out = np.empty((len(block), len(block)), np.float32)
    rate: float = 2 * len(block) ** 2 * rows.shape[1] / _best(lambda: np.matmul(block, block.T, out=out))
    return rate


def _best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(_BEST_OF):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


BENCHES = {
    "titles": titles,
    "similarity-start": start,
    "pairs": pairs,
    "nearest": nearest,
    "all-pairs": all_pairs,
    "whole-set": whole_set,
}
