"""The wheel, installed where nothing else is: the service starts with its rubrics, prompts and pages."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

import coach

ROOT = Path(coach.__file__).parents[1]
pytestmark = pytest.mark.packaging


def _run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT, cwd=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own; only the dependencies' code is borrowed, so that the test needs no network."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=False)
    own = folder / "bin" / "python"
    site = _run(own, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    _run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", site, wheel, cwd=folder)
    borrowed = _run(sys.executable, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    # sys.path.append keeps the wheel in front, and reads none of the .pth files that lead to this checkout.
    Path(site, "borrowed.pth").write_text(f"import sys; sys.path.append({borrowed!r})\n", encoding="utf-8")
    return own


@pytest.fixture(scope="module")
def address(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("run")
    environment = {**os.environ, "COACH_CACHE_DIR": str(folder / "cache"), "HOME": str(folder)}
    service = subprocess.Popen(
        [str(python), "-m", "coach", "serve", "--demo", "--port", "0"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
    )  # fmt: skip
    assert service.stdout is not None
    line = service.stdout.readline()
    found = re.search(r"http://\S+", line)
    try:
        assert found, line + service.stdout.read()
        yield found[0]
    finally:
        service.terminate()
        service.wait(10)
        service.stdout.close()


def _get(url: str) -> str:
    with urlopen(
        Request(url, headers={"Accept": "text/html, application/json", "Accept-Language": "fr"}), timeout=20
    ) as answer:
        return str(answer.read().decode())


def test_carries_its_data(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "rubrics/rubric.yaml",
        "rubrics/examples/demo.okr-set.json",
        "prompts/",
        "web/templates/",
        "web/static/",
        "web/locale/",
    ):
        assert any(name.startswith(f"coach/_data/{wanted}") for name in names), wanted
    assert not any(name.startswith(("tests/", "eval/")) for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_runs_the_code_of_the_wheel(python: Path, tmp_path: Path) -> None:
    where = _run(python, "-c", "import coach; print(coach.__file__)", cwd=tmp_path)
    assert str(python.parents[1]) in where


def test_serves_the_page_with_the_demo_organisation(address: str) -> None:
    page = _get(f"{address}/")
    assert '<html lang="fr"' in page
    assert "Amélioration continue" in page  # a circle of the demo organisation
    styles = re.findall(r'href="(/static/[^"]+\.css[^"]*)"', page)
    assert styles
    assert _get(f"{address}{styles[0]}")


def test_reviews_over_http(address: str) -> None:
    body = json.dumps(
        {"objectives": [{"title": "Lancer un portail", "key_results": [{"title": "Portail livré"}]}]}
    ).encode()
    request = Request(f"{address}/api/v1/reviews", data=body, headers={"Content-Type": "application/json"})
    with urlopen(request, timeout=20) as answer:
        review = json.load(answer)
    assert "P705" in {finding["code"] for finding in review["findings"]}
