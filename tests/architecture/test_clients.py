"""One file knows the client libraries of the language model."""

from __future__ import annotations

import re
from pathlib import Path

import coach

_CLIENT = re.compile(
    r"""(?:^|\n)\s*(?:import|from)\s+(?:openai|instructor)\b|import_module\(["'](?:openai|instructor)"""
)


def test_one_file_imports_the_clients() -> None:
    root = Path(coach.__file__).parent
    found = {
        str(path.relative_to(root)) for path in root.rglob("*.py") if _CLIENT.search(path.read_text(encoding="utf-8"))
    }
    # The similarity layer may ask an endpoint for embeddings; opinions come from one file alone.
    assert found - {"similarity/endpoint.py"} == {"critique/client.py"}
