"""Why there is no second opinion, or only part of one, in the reader's language."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from coach.domain.language import Language
from coach.resources import PROMPTS


def note(name: str, language: Language) -> str:
    """Return the sentence for a reason code, or for `partial`, `pending` and `on_request`; empty for `ok`."""
    return "" if name == "ok" else str(_notes()[name][language])


@cache
def _notes() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((PROMPTS / "notes.yaml").read_text(encoding="utf-8"))
    return read
