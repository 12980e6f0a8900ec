"""No change lands that makes the verdicts worse unnoticed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from coach.rubric.engine import Engine
from eval.corpus import OWN, digest
from eval.echoes import house_echoes
from eval.gate import BASELINES, compare, raise_baseline
from eval.predict import Prediction, predict
from eval.results import results
from eval.run import own_cases, schools
from eval.sets import judge_sets


@pytest.fixture(scope="module")
def predictions(classic: Engine) -> list[Prediction]:
    return predict(classic, own_cases("test"), echoes=house_echoes())


def _everything_delivered(prediction: Prediction) -> Prediction:
    """What a careless change of weights does: every third key result becomes an output."""
    if prediction.case.kind == "key_result" and sum(map(ord, prediction.case.id)) % 3 == 0:
        return replace(prediction, type="output", codes=prediction.codes | {"K201"})
    return prediction


def test_no_figure_falls_below_the_baseline(predictions: list[Prediction]) -> None:
    found = results("engine", predictions)
    found.figures.update(schools(own_cases("test")))
    falls, sides = compare(found, predictions)
    lines = "\n".join(f"{side.id} expected {side.expected}: {side.before} → {side.now}" for side in sides)
    assert not falls, "\n".join(map(str, falls)) + f"\n{len(sides)} lines changed sides:\n{lines}"


def test_a_planted_regression_is_seen_and_named(predictions: list[Prediction]) -> None:
    worse = [_everything_delivered(prediction) for prediction in predictions]
    falls, sides = compare(results("engine", worse), worse)
    names = {fall.name for fall in falls}
    assert {"key_result/all/accuracy", "rule/K201/precision"} <= names
    assert not any(name.startswith("objective/") for name in names)
    assert {(side.id, side.now) for side in sides} >= {
        (new.case.id, "output") for old, new in zip(predictions, worse, strict=True) if old.type != new.type
    }


def test_raising_the_baseline_makes_the_present_figures_the_bar(predictions: list[Prediction], tmp_path: Path) -> None:
    worse = [_everything_delivered(prediction) for prediction in predictions]
    bar = tmp_path / "baselines.json"
    raise_baseline(results("engine", worse), worse, "test", "test", bar)
    assert compare(results("engine", worse), worse, bar) == ([], [])


def test_the_baseline_belongs_to_this_corpus() -> None:
    assert json.loads(BASELINES.read_bytes())["corpus"] == digest(OWN)


def test_planted_defects_are_found_in_whole_sets(engine: Engine) -> None:
    found = judge_sets(engine)
    kept = json.loads(BASELINES.read_bytes())["sets"]
    assert found.recall >= kept["recall"] - 0.01
    assert found.silence >= kept["silence"] - 0.01
