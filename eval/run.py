"""Running the evaluation: the engine with and without its text model, beside the baselines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coach.rubric.engine import Engine
from coach.rubric.library import Library
from eval.baselines import Baseline, majority, naive, tfidf
from eval.corpus import Case, read_own
from eval.echoes import house_echoes
from eval.metrics import Figure
from eval.predict import Prediction, predict
from eval.results import Results, results
from eval.schools import PROFILES, agreement


@dataclass(frozen=True, slots=True)
class Run:
    """All runs over one set of cases: the engine first."""

    predictions: list[Prediction]
    engine: Results
    beside: list[Results]

    @property
    def all(self) -> list[Results]:
        """The engine's results and those beside it."""
        return [self.engine, *self.beside]


def engine_for(profile: str = "classic", *, text_model: bool = True) -> Engine:
    """Return the engine that is judged.

    The profile `classic` is the one under which every deliverable is K201; `chicc` accepts milestones (K203).
    """
    return Library(text_model=text_model).engine(profile)


def run(cases: Sequence[Case], *, baselines: bool = True, profile: str = "classic") -> Run:
    """Judge the cases with everything that is compared."""
    engine = engine_for(profile)
    milestones = engine.profile.milestones == "accepted"
    predictions = predict(engine, cases, echoes=house_echoes())
    alone = predict(engine_for(profile, text_model=False), cases, echoes=house_echoes())
    beside = [results("signals alone", alone, milestones=milestones)]
    if baselines:
        fit_cases = [case for case in read_own() if case.split == "fit" and not case.ambiguous]
        compared = {"tf-idf": tfidf(fit_cases), "naive rule": naive, "majority": majority(fit_cases)}
        beside += [results(name, said_by(baseline, cases), rules=False) for name, baseline in compared.items()]
    found = results("engine", predictions, milestones=milestones)
    found.figures.update(schools(cases))
    return Run(predictions, found, beside)


def schools(cases: Sequence[Case]) -> dict[str, Figure]:
    """Return how often each profile says what its school asks of the lines on which they differ, by figure name."""
    return {
        f"school/{name}/{group}": figure
        for name in PROFILES
        for group, figure in agreement(engine_for(name), cases).items()
    }


def said_by(baseline: Baseline, cases: Sequence[Case]) -> list[Prediction]:
    """Return a baseline's answers as predictions, sure of each."""
    return [
        Prediction(case, said, 1.0, {said: 1.0}, frozenset(), frozenset())
        for case in cases
        for said in [baseline(case)]
    ]


def own_cases(split: str = "test") -> list[Case]:
    """Return a split of this project's corpus; `all` is all of it."""
    return [case for case in read_own() if split in ("all", case.split)]


def rubric_version() -> str:
    """Return the version of the rubric that is judged."""
    return Library().version


def known_external() -> Path | None:
    """Return the folder of labelled data by other people where it lies beside the checkout, else None."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    return folder if (folder / "en.jsonl").is_file() else None
