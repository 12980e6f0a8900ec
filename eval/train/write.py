"""The folder of the house embedder: what sentence-transformers reads, and what numpy reads, are the same files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from coach.similarity.types import Matrix
from eval.train.teacher import NAME, SHA256

_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.sentence_transformer.modules.StaticEmbedding"},
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.base.modules.Normalize"},
]  # fmt: skip


def write_model(folder: Path, tokenizer: Tokenizer, table: Matrix, facts: dict[str, Any]) -> None:
    """Write weights (int8, one scale a row), tokenizer, and what they are with their hashes."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1_Normalize").mkdir(exist_ok=True)
    (folder / "1_Normalize" / "config.json").write_text("{}\n", "utf-8")
    scale = np.maximum(np.abs(table).max(axis=1) / 127, 1e-12).astype(np.float32)
    small = np.round(table / scale[:, None]).astype(np.int8)
    fresh = folder / "model.safetensors.new"
    save_file({"embeddings": small, "weights": scale}, fresh)
    fresh.chmod(0o644)
    fresh.replace(folder / "model.safetensors")  # the old file stays whole for processes that have mapped it
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    _dump(folder / "modules.json", _MODULES)
    _dump(folder / "config_sentence_transformers.json", {"similarity_fn_name": "cosine", "prompts": {}})
    hashes = {name: _hash(folder / name) for name in ("model.safetensors", "tokenizer.json")}
    _dump(
        folder / "house.json",
        {
            "name": "house", "version": hashes["model.safetensors"][:12], "dimensions": int(table.shape[1]),
            "pieces": int(table.shape[0]), "languages": ["en", "fr", "nl", "de"],
            "teacher": {"name": NAME, "sha256": SHA256}, **facts, "sha256": hashes,
        },
    )  # fmt: skip


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _dump(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, indent=2) + "\n", "utf-8")
