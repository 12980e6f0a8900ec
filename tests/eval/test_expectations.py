"""Lines on which the profiles differ: their expectations follow the label guide, and the engine is held to them."""

from __future__ import annotations

from coach.rubric.engine import Engine
from coach.rubric.library import Library
from eval.corpus import Case, read_own
from eval.schools import agreement, expected_of, families


def case(kind: str, text: str, type: str, **labels: object) -> Case:
    parent = None if kind == "objective" else PARENT
    return Case(text, "en", kind, text, type, parent=parent, labels=labels, scenario="one")  # type: ignore[arg-type]


PARENT = "Open a digital counter so that self-employed people settle everything in one visit"


def test_every_line_on_which_the_profiles_differ_says_so_and_no_other() -> None:
    for family in families(read_own()):
        for line in family:
            wanted = None if line.ambiguous else expected_of(line, family)
            assert line.expect == wanted, line.id


def test_a_guardrail_is_one_only_beside_an_outcome() -> None:
    guard = case("key_result", "Complaints stay under 2 %", "kpi_bau", guardrail=True)
    outcome = case("key_result", "Visits that settle everything: from 30 % to 70 %", "outcome")
    assert expected_of(guard, [guard]) is None
    assert expected_of(guard, [guard, outcome]) == {"chicc": [], "classic": ["P702"]}


def test_agreement_counts_lines_on_which_exactly_the_expected_codes_are_open() -> None:
    objective = case("objective", PARENT, "transformational", form="what_why")
    right = Case(**{**_fields(objective), "expect": {"chicc": [], "classic": ["P705"]}})
    wrong = Case(**{**_fields(objective), "expect": {"chicc": ["O103"], "classic": []}})
    for name in ("chicc", "classic"):
        engine: Engine = Library().engine(name)
        assert agreement(engine, [right])["what_why"].value == 1.0
        assert agreement(engine, [wrong])["what_why"].value == 0.0


def _fields(line: Case) -> dict[str, object]:
    return {name: getattr(line, name) for name in line.__dataclass_fields__}
