"""Comparing lines with their circle's duties by meaning, as every review does with the house embedder."""

from __future__ import annotations

from functools import cache

from coach.review.kinship import CircleEchoes
from coach.review.relatives import Similarity
from coach.rubric.evidence import Echoes
from coach.settings import Settings


@cache
def house_echoes() -> Echoes:
    """Return the comparison with the embedder that ships, whatever this machine's settings say."""
    return CircleEchoes(Similarity(Settings(embedder="house")).layer)
