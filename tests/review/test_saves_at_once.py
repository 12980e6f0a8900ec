"""Many changed saves at one moment: nobody is refused, no lock is held while a set is judged, only what changed is read."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from coach.domain.okr_set import Objective, OkrSet, Source
from coach.domain.reading import read_okr_set
from coach.resources import EXAMPLES
from coach.review import saved
from coach.review.kept_titles import KeptTitles
from coach.review.kindred import Kindred
from coach.review.saved import Manner, Reviewer
from coach.rubric.library import Library
from coach.settings import Settings
from coach.storage import schema
from coach.storage.okr_sets import keep
from coach.storage.repositories.titles import KeptTitle, Titles
from coach.storage.store import Store

DEMO = read_okr_set((EXAMPLES / "demo.okr-set.json").read_bytes())
CYCLE = "2027-C1"
EACH = 20

SAVING = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from coach.domain.okr_set import Objective, OkrSet, Source
from coach.review.kindred import Kindred
from coach.review.saved import Manner, Reviewer
from coach.rubric.library import Library
from coach.settings import Settings
from coach.storage.store import Store
url, cache, name, count = sys.argv[1:]
store, library = Store(url, wait_s=0.5), Library(cache_dir=Path(cache))
reviewer, manner = Reviewer(store, Kindred(store, Settings())), Manner(library.engine("chicc"))
def save(n):
    wanted = Objective(title=f"Chaque client reçoit sa réponse en {n} jours", circle="paie", cycle="2027-C1")
    reviewer.save("orvanne", OkrSet(objectives=[wanted]), manner, Source(system="tool", id=f"{name}-{n}"))
save(0)
print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(20) as pool:
    list(pool.map(save, range(1, int(count) + 1)))
"""


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path / 'coach.sqlite'}")
    schema.upgrade(store.engine)
    with store.write("orvanne") as unit:
        keep(unit, DEMO)
    return store


def sent(title: str) -> OkrSet:
    return OkrSet(objectives=[Objective(title=title, circle="paie", cycle=CYCLE)])


def test_two_processes_save_twenty_each_at_one_moment(kept: Store, tmp_path: Path, library: Library) -> None:
    def started(name: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", SAVING, kept.url, str(tmp_path), name, str(EACH)]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    with started("a") as one, started("b") as two:
        for process in (one, two):
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(lambda process: process.communicate(b"go\n", timeout=60), (one, two)))
    assert [(p.returncode, err[-600:]) for p, (_, err) in zip((one, two), said, strict=True)] == [(0, b""), (0, b"")]
    with kept.read("orvanne") as unit:
        assert unit.objectives.count() == len(DEMO.objectives) + 2 * (EACH + 1)


def test_nobody_waits_for_a_writer_while_a_set_is_judged(
    kept: Store, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged, judging, go = saved.review_set, threading.Event(), threading.Event()

    def slow(*arguments: object, **options: object) -> object:
        judging.set()
        assert go.wait(20)
        return judged(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(saved, "review_set", slow)
    reviewer = Reviewer(kept, Kindred(kept, Settings()))
    elsewhere = Store(kept.url, wait_s=0.2)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(
            reviewer.save, "orvanne", sent("Gagner"), Manner(library.engine("chicc")), Source(system="t", id="1")
        )
        assert judging.wait(20)
        with elsewhere.write("orvanne") as unit:
            unit.organisation.touch()
        with kept.write("orvanne") as unit:
            unit.organisation.touch()
        go.set()
        assert waiting.result(20).fresh


def test_only_titles_that_changed_are_read_whoever_wrote_them(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    here, elsewhere = KeptTitles(), Store(kept.url)
    asked: list[object] = []
    of_cycles = Titles.of_cycles

    def counted(self: Titles, *cycles: list[str], **options: object) -> list[KeptTitle]:
        asked.append(options.get("since"))
        return of_cycles(self, *cycles, **options)  # type: ignore[arg-type]

    def read() -> dict[str, str]:
        with kept.read("orvanne") as unit:
            found = here.read(unit, CYCLE)
            assert {(e.pointer, e.text) for e in found} == {(e.pointer, e.text) for e in KeptTitles().read(unit, CYCLE)}
        return {entry.pointer: entry.text for entry in found}

    before = read()
    monkeypatch.setattr(Titles, "of_cycles", counted)
    objective = Objective(id="new", title="Un titre", circle="paie", cycle=CYCLE)
    with elsewhere.write("orvanne") as unit:
        unit.objectives.put(objective)
    assert read() == {**before, "objective:new": "Un titre"}
    with elsewhere.write("orvanne") as unit:
        unit.objectives.put(objective.model_copy(update={"title": "Un autre titre"}))
    assert read()["objective:new"] == "Un autre titre"
    assert all(asked[at] is not None for at in (0, 2))  # the others are the comparison's own
    assert len(asked) == 4
    with elsewhere.write("orvanne") as unit:
        unit.objectives.put(objective.model_copy(update={"cycle": "1999"}))
    assert read() == before
    with elsewhere.write("orvanne") as unit:
        unit.objectives.delete("new")
        unit.objectives.put(objective)
    assert "objective:new" in read()
