"""The house rules that a reviewer would otherwise have to count by hand."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from statistics import median

import coach

ROOT = Path(coach.__file__).parents[1]
FILES = sorted((ROOT / "coach").rglob("*.py"))
#: Slow to import, or a layer that a plain review does not need.
HEAVY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "openai",
    "instructor",
    "sqlalchemy",
    "alembic",
    "dbos",
    "faiss",
    "numpy",
    "fastapi",
)


def _functions(file: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_files_are_small() -> None:
    lines = {file: file.read_text(encoding="utf-8").count("\n") for file in FILES}
    assert {file.name: count for file, count in lines.items() if count > 300} == {}
    assert median(lines.values()) < 120


def test_functions_are_short() -> None:
    # A migration is one list of tables, written once and never changed.
    files = [file for file in FILES if "versions" not in file.parts]
    sizes = {(file.name, f.name): (f.end_lineno or 0) - f.lineno + 1 for file in files for f in _functions(file)}
    assert {name: size for name, size in sizes.items() if size > 50} == {}
    assert sum(size < 40 for size in sizes.values()) / len(sizes) >= 0.95


def test_a_plain_review_imports_nothing_heavy() -> None:
    script = (
        "import sys; from coach.rubric.library import Library; from coach.review.draft import review_set;"
        "from coach.domain.reading import read_okr_set;"
        'review_set(read_okr_set(\'{"objectives": [{"title": "Launch the app"}]}\'), Library().engine("chicc"));'
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
