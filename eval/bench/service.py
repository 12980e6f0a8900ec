"""The service and its store: check on save under load, a hundred thousand stored objectives, memory, a whole cycle."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from http.client import HTTPConnection
from pathlib import Path

from coach.domain.okr_set import Circle, Cycle, Objective, OkrSet, Organisation, Project
from coach.rubric.library import Library
from coach.storage import schema
from coach.storage.okr_sets import keep
from coach.storage.store import Store
from eval.bench.load import load
from eval.bench.rubric import sets_of
from eval.corpus import read_own

_RATE = 150.0
_SECONDS = 10.0
_CYCLE = "2027-C1"


def save() -> None:
    """Reviews of sets of 5 x 4, unchanged saves and changed saves over HTTP, open loop; memory after them."""
    with _folder() as folder:
        store = _store(folder)
        with store.write("bench") as unit:
            keep(unit, _organisation(8, 24, 3, 40))
        store.close()
        with _service(folder) as (port, process):
            sets = [s.model_dump_json(by_alias=True, exclude_unset=True).encode() for s in sets_of(5)]
            load(port, lambda n: ("POST", "/api/v1/reviews", sets[n % len(sets)]), rate=30, seconds=2)
            before = _used(process.pid)
            found = load(port, lambda n: ("POST", "/api/v1/reviews", sets[n % len(sets)]), rate=_RATE, seconds=_SECONDS)
            used, own = (1e3 * spent / len(found.times) for spent in (_used(process.pid) - before, found.own))
            print(f"reviews of 5 x 4 over HTTP, 2 workers, {_RATE:.0f} a second: {found.said()}")
            print(f"processor time a review: {used:.1f} ms in the service, {own:.2f} ms in the load")
            bodies = [_saved(number) for number in range(20)]
            load(port, lambda n: _put(n % 20, bodies[n % 20]), rate=20, seconds=2, connections=1)
            found = load(port, lambda n: _put(n % 20, bodies[n % 20]), rate=50, seconds=_SECONDS)
            print(f"unchanged saves, 50 a second: {found.said()}")
            found = load(port, lambda n: _put(n % 20, _saved(n + 1000)), rate=10, seconds=_SECONDS)
            print(f"changed saves, read within the organisation and kept, 10 a second: {found.said()}")
            print(f"memory: the service has {_resident(process.pid):.0f} MB resident after all this")


def memory() -> None:
    """Resident memory of one service process at its start and after a thousand reviews in four languages."""
    bodies = [s.model_dump_json(by_alias=True, exclude_unset=True).encode() for s in sets_of(5)]
    with _folder() as folder, _service(folder, workers=1) as (port, process):
        before = _resident(process.pid)
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        for number in range(1000):
            headers = {"Content-Type": "application/json"}
            connection.request("POST", "/api/v1/reviews", bodies[number * 7 % len(bodies)], headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
        print(
            f"memory: the service has {before:.0f} MB resident at its start, {_resident(process.pid):.0f} MB after 1,000 reviews"
        )


def stored() -> None:
    """How much 100,000 stored objectives slow a save down."""
    medians = []
    for count in (0, 100_000):
        with _folder() as folder:
            store = _store(folder)
            with store.write("bench") as unit:
                keep(unit, _organisation(8, 24, 3, 40))
            assert store.file is not None
            file = store.file
            store.close()
            _pile(file, count)
            with _service(folder) as (port, process):
                load(port, lambda n: _put(n % 20, _saved(n)), rate=10, seconds=2)
                found = load(port, lambda n: _put(n % 20, _saved(n + 1000)), rate=10, seconds=_SECONDS)
                ordered = sorted(found.times)
                medians.append(ordered[len(ordered) // 2])
                print(f"changed saves beside {count:,} objectives: {found.said()}; {_resident(process.pid):.0f} MB")
    print(f"100,000 stored objectives: a save takes {medians[1] / medians[0]:.2f} times as long (medians)")


def cycle() -> None:
    """A cycle of 60 circles, 200 objectives, 700 key results and 400 projects: first time, and when nothing changed."""
    from coach.review.jobs import Jobs

    with _folder() as folder:
        store = _store(folder)
        with store.write("bench") as unit:
            keep(unit, _organisation(60, 200, 3.5, 400))
        library = Library()
        library.engine("chicc").reader  # noqa: B018 - compiled before the clock starts
        jobs = Jobs(store, library.engine)
        for name in ("first time, from cold", "nothing changed"):
            begun = time.perf_counter()
            job = jobs.start("bench", _CYCLE, profile="chicc", language="fr")
            while job.under_way:
                time.sleep(0.02)
                job = jobs.get("bench", job.id)
            took = time.perf_counter() - begun
            print(
                f"cycle of 60 circles, 200 x 3.5 and 400 projects, {name}: {took:.2f} s ({job.state}, {job.reused} reused)"
            )
        jobs.close()
        store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"memory: {peak:.0f} MB at most, corpus included")


def _organisation(circles: int, objectives: int, key_results: float, projects: int) -> OkrSet:
    cases = read_own()
    titles = [case.text for case in cases if case.kind == "objective"]
    lines = [case.text for case in cases if case.kind == "key_result"]
    made, used = [], 0
    for number in range(objectives):
        count = int(key_results * (number + 1)) - int(key_results * number)
        results = [{"id": f"K{used + at}", "title": lines[(used + at) % len(lines)]} for at in range(count)]
        used += count
        made.append(
            Objective.model_validate(
                {
                    "id": f"O{number}",
                    "title": titles[number % len(titles)],
                    "circle": f"c{number % circles}",
                    "cycle": _CYCLE,
                    "contributes_to": [] if number % circles == 0 else ["O0"],
                    "key_results": results,
                }
            )
        )
    return OkrSet(
        organisation=Organisation(id="bench", name="Bench", language="fr"),
        cycles=[Cycle(id=_CYCLE)],
        circles=[
            Circle(
                id=f"c{number}",
                kind="anchor" if number == 0 else "circle",
                purpose="Des clients qui comprennent leur facture",
                accountabilities=["Répondre aux questions des clients", "Tenir les dossiers à jour"],
            )
            for number in range(circles)
        ],
        objectives=made,
        projects=[
            Project(id=f"P{number}", circle=f"c{number % circles}", title=titles[-1 - number % len(titles)])
            for number in range(projects)
        ],
    )


@cache
def _ones() -> list[OkrSet]:
    return sets_of(1)


def _saved(number: int) -> bytes:
    sets = _ones()
    objective = sets[number % len(sets)].objectives[0].model_dump(mode="json", exclude_unset=True)
    return json.dumps(
        {"cycle": _CYCLE, "objectives": [{**objective, "circle": f"c{1 + number % 7}", "cycle": _CYCLE}]}
    ).encode()


def _put(number: int, body: bytes) -> tuple[str, str, bytes]:
    return "PUT", f"/api/v1/objectives/by-external/tool/{number}", body


def _pile(file: Path, count: int) -> None:
    """Put objectives of other circles and cycles into the table, as years of use would."""
    columns = "organisation_id, id, circle, cycle, title, stage, version, created_at, updated_at"
    then = "2020-01-01 00:00:00"
    rows = (
        ("bench", f"old{n}", f"x{n % 60}", f"old{n // 5000}", f"Objective {n}", "ready", 1, then, then)
        for n in range(count)
    )
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(f"INSERT INTO objectives ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _store(folder: Path) -> Store:
    store = Store(f"sqlite:///{folder / 'coach.sqlite'}")
    schema.upgrade(store.engine)
    return store


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@contextmanager
def _service(folder: Path, workers: int = 2) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    environment = {**os.environ, "COACH_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "coach", "serve", "--port", "0", "--workers", str(workers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            yield int(line.split("://")[1].split()[0].rsplit(":", 1)[1]), process
        finally:
            process.terminate()


def _used(pid: int) -> float:
    """Processor seconds of a service with its workers, so far."""
    ticks = 0
    for one in (str(pid), *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    """Resident memory of a service with its workers, in MB; what they share is counted once."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    found = [Path(f"/proc/{one}/smaps_rollup").read_text().split("\n") for one in (str(pid), *children)]
    return sum(int(line.split()[1]) for lines in found for line in lines if line.startswith("Pss:")) / 1e3
