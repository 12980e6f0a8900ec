"""Which line a finding is about."""

from __future__ import annotations

import gc
from dataclasses import replace

import pytest

from coach.domain.reading import read_okr_set
from coach.review.draft import review_set
from coach.rubric.engine import Engine
from coach.rubric.manners import line_of
from coach.rubric.memory import collector_paused


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ("/objectives/0/title", "/objectives/0"),
        ("/objectives/12", "/objectives/12"),
        ("/objectives/3/key_results", "/objectives/3"),
        ("/objectives/3/key_results/10", "/objectives/3/key_results/10"),
        ("/objectives/3/key_results/10/target", "/objectives/3/key_results/10"),
        ("/objectives/3/contributes_to/0", "/objectives/3"),
        ("/circles/8/accountabilities", "/circles/8"),
        ("/objectives", "/objectives"),
        ("", ""),
    ],
)
def test_line_of(engine: Engine, pointer: str, line: str) -> None:
    finding = review_set(read_okr_set('{"objectives": [{"title": "Launch the app"}]}'), engine).findings[0]
    assert line_of(replace(finding, pointer=pointer)) == line


def test_the_collector_runs_again_after_the_last_pause() -> None:
    with collector_paused():
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_runs_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="boom"), collector_paused():
        raise ValueError("boom")
    assert gc.isenabled()
