"""The training itself: a table of piece vectors whose mean lies where the teacher's English vector lies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from coach.similarity.types import Matrix

_BATCH = 512
_RATE = 4e-3
_LAST_RATE = 2e-4
_TEMPERATURE = 20.0
_CONTRAST = 0.15
_SAME = 0.9


def train(
    tokenizer: Tokenizer, texts: Sequence[str], places: Sequence[int], targets: Matrix, *, epochs: int, seed: int
) -> Any:
    """Train and return the `StaticEmbedding`.

    Args:
        tokenizer: cuts texts into pieces.
        texts: what is read.
        places: for each text the row of `targets` where it shall lie.
        targets: unit rows.
        epochs: times that everything is read.
        seed: of the start and of the order.
    """
    import torch
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    torch.manual_seed(seed)
    model = StaticEmbedding(tokenizer, embedding_dim=targets.shape[1])
    model.embedding.sparse = True
    torch.nn.init.normal_(model.embedding.weight, 0, 0.02)
    optimizer = torch.optim.SparseAdam(list(model.parameters()), lr=_RATE)
    rows = [e.ids for e in tokenizer.encode_batch(list(texts), add_special_tokens=False)]
    aims, wanted = np.asarray(places), torch.from_numpy(targets)
    order = np.random.default_rng(seed)
    steps = epochs * (len(rows) // _BATCH)
    done = 0
    for epoch in range(epochs):
        shuffled = order.permutation(len(rows))
        total = 0.0
        for start in range(0, len(shuffled) - _BATCH + 1, _BATCH):
            for group in optimizer.param_groups:
                group["lr"] = _LAST_RATE + (_RATE - _LAST_RATE) * (1 - done / steps)
            chosen = shuffled[start : start + _BATCH]
            total += _step(model, optimizer, [rows[at] or [1] for at in chosen], wanted[aims[chosen]])
            done += 1
        print(f"epoch {epoch + 1}/{epochs}: loss {total * _BATCH / len(rows):.4f}", flush=True)
    return model


def _step(model: Any, optimizer: Any, rows: list[list[int]], aims: Any) -> float:
    import torch
    from torch.nn import functional

    offsets = torch.from_numpy(np.cumsum([0, *(len(row) for row in rows[:-1])]))
    found = functional.normalize(model.embedding(torch.tensor([i for row in rows for i in row]), offsets), dim=1)
    loss = ((found - aims) ** 2).sum(1).mean()
    same = (aims @ aims.T > _SAME) & ~torch.eye(len(rows), dtype=torch.bool)
    score = (_TEMPERATURE * found @ aims.T).masked_fill(same, -1e4)
    loss = loss + _CONTRAST * functional.cross_entropy(score, torch.arange(len(rows)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float(loss.detach())
