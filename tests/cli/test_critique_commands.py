"""The second opinion on the command line, with the scripted endpoint as people start it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.domain.review import REVIEW
from tests.critique.endpoint import DRAFT


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """`okr-coach demo-llm`; yields the address it prints."""
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "coach", "demo-llm", "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        first, second = running.stdout.readline(), running.stdout.readline()
        assert "no language model" in first
        found = re.search(r"COACH_LLM_BASE_URL=(\S+)", second)
        assert found is not None
        yield found[1]
        running.terminate()


def run(address: str | None, model: str, *arguments: str, cache: Path) -> subprocess.CompletedProcess[str]:
    own = {"COACH_LLM_BASE_URL": address, "COACH_LLM_MODEL": model} if address else {}
    return subprocess.run(
        [sys.executable, "-m", "coach", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COACH_CACHE_DIR": str(cache), "PYTHONWARNINGS": "error", **own},
    )


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the compiled rubric and the answers of all these commands."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def draft(tmp_path: Path) -> str:
    path = tmp_path / "draft.json"
    path.write_text(json.dumps(DRAFT), encoding="utf-8")
    return str(path)


def test_the_opinion_stands_below_the_review_with_its_source(demo: str, draft: str, cache: Path) -> None:
    done = run(demo, "good", "review", draft, "--critique", cache=cache)
    assert done.returncode == 0, done.stderr
    rubric, _, opinion = done.stdout.partition("Deuxième avis, par un modèle de langage : good chez 127.0.0.1")
    assert "K201" in rubric
    for part in ("(réponse de démonstration)", "K202 conteste", "S309 ajoute", "critique@1.0.0", "1900 jetons"):
        assert part in opinion
    assert "les mots de ce brouillon partent vers good chez 127.0.0.1" in done.stderr
    again = run(demo, "good", "review", draft, "--critique", "--format", "json", cache=cache)
    review = REVIEW.validate_json(again.stdout)
    assert review.critique is not None
    assert (review.critique.cached, review.stages.critique) == (True, "done")


def test_a_failing_model_changes_nothing_but_a_note(demo: str, draft: str, cache: Path) -> None:
    bare = run(None, "", "review", draft, "--format", "json", cache=cache)
    done = run(demo, "refusal", "review", draft, "--critique", "--format", "json", "--fail-on", "blocker", cache=cache)
    assert done.returncode == bare.returncode == 0
    with_critique, without = json.loads(done.stdout), json.loads(bare.stdout)
    assert with_critique["findings"] == without["findings"]
    assert with_critique["score"] == without["score"]
    assert with_critique["stages"]["critique"] == "degraded"
    assert with_critique["notes"][-1]["code"] == "critique-refusal"
    assert without["stages"]["critique"] == "off"


def test_without_a_model_it_says_how_to_get_one(draft: str, cache: Path) -> None:
    done = run(None, "", "review", draft, "--critique", cache=cache)
    assert done.returncode == 2
    assert "COACH_LLM_BASE_URL" in done.stderr
    assert "demo-llm" in done.stderr


def test_the_doctor_asks_the_model_and_says_what_leaves(demo: str, cache: Path) -> None:
    done = run(demo, "good", "doctor", cache=cache)
    assert done.returncode == 0, done.stderr
    for part in ("good at 127.0.0.1", "in this house", "answers", "objectives[].title", "stays"):
        assert part in done.stdout
    refused = run(demo, "401", "doctor", cache=cache)
    assert "no (auth)" in refused.stdout


@pytest.mark.parametrize(
    ("set_", "says"), [({}, "switch it on"), ({"COACH_LLM_MODEL": "m"}, "COACH_LLM_BASE_URL is missing")]
)
def test_the_doctor_says_that_nothing_leaves(set_: dict[str, str], says: str, cache: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "coach", "doctor"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COACH_CACHE_DIR": str(cache), **set_},
    )
    assert "nothing leaves this machine" in done.stdout
    assert says in done.stdout


def test_the_rubric_path_imports_no_client(draft: str, cache: Path) -> None:
    code = "import sys; from coach.cli import app; app(sys.argv[1:], standalone_mode=False)"
    probe = f"{code}; heavy = [m for m in sys.modules if m.split('.')[0] in ('openai', 'instructor', 'torch', 'sqlalchemy', 'dbos') or m.startswith('coach.critique.')]; assert not heavy, heavy"
    done = subprocess.run(
        [sys.executable, "-c", probe, "review", draft, "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COACH_CACHE_DIR": str(cache)},
    )
    assert done.returncode == 0, done.stderr[-500:]
