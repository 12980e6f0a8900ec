"""The command line, run as people run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from coach.resources import EXAMPLES

DRAFT = {
    "objectives": [
        {
            "id": "O1",
            "title": "Revoir nos matinées d'adaptation afin que les enfants se séparent sans pleurs",
            "key_results": [
                {"id": "KR1", "title": "Enfants qui pleurent plus de dix minutes : de 7 à 3 sur 12"},
                {"id": "KR2", "title": "Organiser 6 soirées d'information pour les parents"},
            ],
        }
    ]
}


def run(*arguments: str, stdin: str | bytes = "") -> subprocess.CompletedProcess[str]:
    data = stdin if isinstance(stdin, bytes) else stdin.encode()
    done = subprocess.run(
        [sys.executable, "-m", "coach", *arguments],
        input=data,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def draft(tmp_path: Path) -> str:
    path = tmp_path / "draft.json"
    path.write_text(json.dumps(DRAFT), encoding="utf-8")
    return str(path)


def test_review_shows_the_remark_its_question_and_its_code(draft: str) -> None:
    done = run("review", draft, "--profile", "classic")
    assert done.returncode == 0
    assert "K201" in done.stdout
    assert "→" in done.stdout
    assert "\x1b[" not in done.stdout


def test_review_as_json_from_standard_input() -> None:
    done = run("review", "-", "--format", "json", "--language", "de", stdin=json.dumps(DRAFT))
    review = json.loads(done.stdout)
    assert review["schema"] == "okr-review/1"
    assert review["language"] == "de"
    assert review["items"][0]["language"] == "fr"


def test_fail_on_is_a_threshold(draft: str) -> None:
    assert run("review", draft, "--profile", "classic", "--fail-on", "blocker").returncode == 0
    assert run("review", draft, "--profile", "classic", "--fail-on", "major").returncode == 1
    assert run("review", draft, "--fail-on", "grave").returncode == 2


BAD = {
    "not JSON": b"{",
    "an unknown key": b'{"objectves": []}',
    "not UTF-8": b'{"objectives": [{"title": "\xff"}]}',
    "a NUL": b'{"objectives": [{"title": "a\\u0000"}]}',
    "deep nesting": b"[" * 200_000,
}


@pytest.mark.parametrize("document", BAD.values(), ids=BAD.keys())
def test_bad_input_is_exit_2_with_one_message(document: bytes) -> None:
    done = run("review", "-", stdin=document)
    assert done.returncode == 2
    assert done.stderr.startswith("okr-coach: -: ")
    assert "Traceback" not in done.stderr


def test_a_missing_file_is_named_and_the_others_are_reviewed(draft: str) -> None:
    done = run("review", "nowhere.json", draft, "--format", "json")
    assert done.returncode == 2
    assert "nowhere.json" in done.stderr
    assert len(json.loads(done.stdout)) == 1


def test_classify_keeps_order_and_reports_bad_lines_in_place() -> None:
    lines = [
        {"id": "a", "kind": "key_result", "text": "Publish the tenants' handbook by 1 May"},
        {"id": "b", "kind": "nonsense", "text": "x"},
        {"id": "c", "kind": "objective", "text": "+10 % chiffre d'affaires", "lang": "fr"},
        {"id": "d", "kind": "key_result", "text": "", "lang": "fr"},
        {
            "id": 5,
            "kind": "key_result",
            "text": "Share of repairs settled without a call: from 20% to 45%",
            "circle": {"purpose": "Homes people like"},
        },
    ]
    source = (
        "\n".join(json.dumps(line) for line in lines[:2])
        + "\n\nnot json\n"
        + "\n".join(json.dumps(line) for line in lines[2:])
        + "\n\n"
    )
    done = run("classify", "--profile", "classic", stdin=source)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 2
    assert [a["id"] for a in answers] == ["a", "b", None, None, "c", "d", 5]
    assert answers[0]["type"] == "output"
    assert "K201" in answers[0]["codes"]
    assert "line 2" in answers[1]["error"]
    assert answers[4]["type"] == "kpi"
    assert "P703" in answers[4]["codes"]
    assert answers[6]["type"] == "outcome"
    assert sum(answers[6]["alternatives"].values()) + answers[6]["confidence"] == pytest.approx(1, abs=0.01)


def test_classify_reads_on_while_more_is_still_to_come() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "coach", "classify"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        for name in ("first", "second"):
            process.stdin.write(json.dumps({"id": name, "kind": "key_result", "text": "Website live"}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == name
        process.stdin.close()
        assert process.wait() == 0


def test_rules_and_explain_speak_the_readers_language() -> None:
    assert "K201" in run("rules").stdout
    assert "Mesure ce qui est livré" in run("explain", "K201", "--language", "fr").stdout
    missing = run("explain", "K20")
    assert missing.returncode == 2
    assert "Did you mean" in missing.stderr


def test_schema_and_doctor() -> None:
    assert json.loads(run("schema", "okr-review").stdout)["title"] == "okr-review/1"
    assert run("schema", "okr").returncode == 2
    assert "rules speak" in run("doctor").stdout


def test_serve_refuses_other_addresses() -> None:
    done = run("serve", "--host", "0.0.0.0")
    assert done.returncode == 2
    assert "loopback" in done.stderr


def test_a_wrong_setting_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "coach", "rules"],
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, "COACH_PORT": "many"},
    )
    assert done.returncode == 2
    assert "COACH_PORT" in done.stderr


def test_nothing_heavy_is_imported_for_a_review() -> None:
    code = (
        "import sys, coach.cli\n"
        "from coach.cli.common import read_set, the_library\n"
        "from coach.review.draft import review_set\n"
        f"review_set(read_set({str(EXAMPLES / 'demo.okr-set.json')!r}), the_library().engine('chicc'))\n"
        "heavy = {'torch', 'transformers', 'openai', 'instructor', 'sentence_transformers', 'numpy', 'sqlalchemy', 'fastapi', 'uvicorn', 'babel'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
