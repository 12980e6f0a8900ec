"""`okr-coach serve`, run as people run it: several processes on one address, stopped together."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

DRAFT = {"source": {"version": "1"}, "objectives": [{"title": "Organiser une fête", "circle": "paie"}]}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system runs one worker only")
def test_several_workers_answer_on_one_address_and_stop_together(tmp_path: Path) -> None:
    environment = {**os.environ, "COACH_DATA_DIR": str(tmp_path), "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-m", "coach", "serve", "--demo", "--port", "0", "--workers", "2"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[3]
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        assert not children.exists() or len(children.read_text().split()) == 2
        for number in range(12):
            request = Request(
                f"{url}/api/v1/objectives/by-external/tool/{number % 3}",
                json.dumps(DRAFT).encode(), {"Content-Type": "application/json"}, method="PUT",
            )  # fmt: skip
            with urlopen(request) as answer:
                assert answer.status == (201 if number < 3 else 200)
                assert json.load(answer)["source"]["version"] == "1"
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors
    assert {path.name for path in tmp_path.iterdir()} >= {"demo.sqlite"}
    assert not (tmp_path / "coach.sqlite").exists()
