"""The rubric engine: lines a second, one set, growth, start, memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from coach.domain.okr_set import OkrSet
from coach.domain.reading import read_okr_set
from coach.domain.review import REVIEW
from coach.review.draft import review_set
from coach.rubric.engine import Engine
from coach.rubric.library import Library
from eval.corpus import read_own

_PARTS = 6
_KEY_RESULTS = 4


def sets_of(size: int, key_results: int = _KEY_RESULTS) -> list[OkrSet]:
    """Return okr-sets of `size` objectives with their key results, cut from the corpus in its four languages."""
    cases = read_own()
    objectives = [case.text for case in cases if case.kind == "objective"]
    lines = [case.text for case in cases if case.kind == "key_result"]
    return [
        _set_of(
            objectives[start : start + size],
            [lines[(start * key_results + at) % len(lines)] for at in range(size * key_results)],
        )
        for start in range(0, len(objectives) - size, size)
    ]


def distinct_sets(size: int, key_results: int = _KEY_RESULTS) -> list[OkrSet]:
    """Return okr-sets in which no line of the corpus stands twice, nor in two of them."""
    cases = read_own()
    objectives = list(dict.fromkeys(case.text for case in cases if case.kind == "objective"))
    lines = list(dict.fromkeys(case.text for case in cases if case.kind == "key_result"))
    each = size * key_results
    count = min(len(objectives) // size, len(lines) // each)
    step = len(objectives) // (count * size)  # so that every language comes up in every part
    chosen = objectives[::step]
    return [_set_of(chosen[at * size : (at + 1) * size], lines[at * each : (at + 1) * each]) for at in range(count)]


def _set_of(objectives: list[str], lines: list[str]) -> OkrSet:
    each = len(lines) // len(objectives)
    members = [
        {"title": title, "key_results": [{"title": line} for line in lines[at * each : (at + 1) * each]]}
        for at, title in enumerate(objectives)
    ]
    return read_okr_set(json.dumps({"objectives": members}))


def lines() -> None:
    """Lines a second on one core: no line is read twice; everything a review says is in it, JSON is not."""
    sets = distinct_sets(5)
    for name, engine in _engines().items():
        warm, *parts = [sets[at::_PARTS] for at in range(_PARTS)]
        for s in warm:
            review_set(s, engine)

        def speed(part: list[OkrSet], engine: Engine = engine) -> float:
            return _lines_in(part) / _cpu(lambda: [review_set(s, engine) for s in part])

        speeds = sorted(speed(part) for part in parts)
        print(
            f"lines, {name}: {speeds[len(speeds) // 2]:,.0f} a second (median of {len(parts)} parts of "
            f"{_lines_in(parts[0]):,} lines, fastest {speeds[-1]:,.0f}; evidence, messages, wordings and scores included)"
        )


def one_set() -> None:
    """Percentiles of one set of 5 objectives x 4 key results, in process, as JSON."""
    sets = sets_of(5)
    for name, engine in _engines().items():
        review_set(sets[0], engine)
        times = sorted(
            _wall(lambda s=s, engine=engine: REVIEW.dump_json(review_set(s, engine))) for s in sets for _ in range(3)
        )
        p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
        print(f"one set of 5 x 4, {name}: p50 {p50 * 1e3:.2f} ms, p99 {p99 * 1e3:.2f} ms ({len(times)} reviews)")


def growth() -> None:
    """How the cost of one large set grows: 10,000 lines against 1,000."""
    engine = _engines()["with the text model"]
    small, large = (_one_large(objectives) for objectives in (200, 2000))
    review_set(small, engine)
    ratio = min(_cpu(lambda: review_set(large, engine)) for _ in range(3)) / min(
        _cpu(lambda: review_set(small, engine)) for _ in range(5)
    )
    print(f"growth: 10,000 lines take {ratio:.1f} times what 1,000 take")


def start() -> None:
    """Wall time of `okr-coach review` of a small file, start to end."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "draft.json"
        path.write_text(sets_of(1)[0].model_dump_json(by_alias=True, exclude_unset=True), encoding="utf-8")
        command = [sys.executable, "-m", "coach", "review", str(path)]
        subprocess.run(command, check=True, capture_output=True)
        times = sorted(_wall(lambda: subprocess.run(command, check=True, capture_output=True)) for _ in range(9))
    print(f"start: okr-coach review of a small file takes {times[4]:.2f} s (median of 9, fastest {times[0]:.2f} s)")


def memory() -> None:
    """Resident memory of the service after a thousand reviews in four languages."""
    code = (
        "import resource, sys\n"
        "from starlette.testclient import TestClient\n"
        "from coach.http.app import create_app\n"
        "from coach.rubric.library import Library\n"
        "from coach.settings import Settings\n"
        "app = create_app(Library(), Settings(), demo=True)\n"
        "def resident():\n"
        "    return int(open('/proc/self/statm').read().split()[1]) * resource.getpagesize() / 1e6\n"
        "before = resident()\n"
        "from eval.bench.rubric import sets_of\n"
        "sets = sets_of(5)\n"
        "with TestClient(app) as client:\n"
        "    for s in (sets * 9)[:1000]:\n"
        "        body = s.model_dump_json(by_alias=True, exclude_unset=True)\n"
        "        sent = client.post('/api/v1/reviews', content=body, headers={'content-type': 'application/json'})\n"
        "        sent.raise_for_status()\n"
        "print(f'{before:.0f} {resident():.0f}')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    before, after = done.stdout.split()
    print(
        f"memory: the service has {before} MB resident at its start, "
        f"{after} MB after 1,000 reviews (test client and corpus included)"
    )


def _engines() -> dict[str, Engine]:
    return {
        "with the text model": Library().engine("chicc"),
        "signals alone": Library(text_model=False).engine("chicc"),
    }


def _lines_in(sets: list[OkrSet]) -> int:
    return sum(1 + len(objective.key_results) for s in sets for objective in s.objectives)


def _one_large(objectives: int) -> OkrSet:
    base = [objective for s in sets_of(5) for objective in s.objectives]
    return OkrSet(objectives=[base[at % len(base)] for at in range(objectives)])


def _cpu(work: object) -> float:
    begun = time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - begun


def _wall(work: object) -> float:
    begun = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - begun
