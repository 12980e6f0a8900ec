"""What docs/privacy.md and docs/critique.md say is what the code does."""

from __future__ import annotations

from pathlib import Path

import coach
from coach.critique.fields import LEAVES, STAYS
from coach.domain.critique import REASONS, Critique
from coach.domain.okr_set import OkrSet

DOCS = Path(coach.__file__).parents[1] / "docs"


def test_every_field_that_leaves_is_listed() -> None:
    text = (DOCS / "privacy.md").read_text(encoding="utf-8")
    assert [field for field in LEAVES if f"| `{field}` |" not in text] == []
    assert [field for field in STAYS if f"- {field}\n" not in text] == []


def test_the_listed_fields_exist() -> None:
    schema = str(OkrSet.model_json_schema())
    names = {part for field in LEAVES for part in field.partition(" ")[0].replace("[]", "").split(".")}
    assert [name for name in names if f"'{name}'" not in schema] == []


def test_every_reason_and_field_is_explained() -> None:
    text = (DOCS / "critique.md").read_text(encoding="utf-8")
    assert [reason for reason in REASONS if f"`{reason}`" not in text] == []
    left_out = {"note", "language"}
    assert [name for name in Critique.__dataclass_fields__ if f"`{name}`" not in text and name not in left_out] == []
