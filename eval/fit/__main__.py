"""`python -m eval.fit`, called by `python -m eval fit`: fit, write, report what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from coach.domain.review import Kind
from coach.resources import RUBRICS
from coach.rubric.engine import Engine
from coach.rubric.profile_files import resolve
from coach.rubric.schema import Signal, SignalFile
from coach.rubric.source import Folders, read_profile, read_rubric
from coach.rubric.text_model import load_models
from coach.rubric.yaml_files import read_model
from eval.corpus import OWN, Case, digest, of_kind, read_own, types_of
from eval.fit.examples import example_cases
from eval.fit.offsets import offsets
from eval.fit.text import features_of, fit_text, held_out_logits, write_models
from eval.fit.weights import Fitted, Table, bare, fit, table
from eval.fit.write import write_nature, write_rule

#: What makes a project a mere task, and business as usual the mission itself: logic on top of the fitted weights.
_TASK = Fitted(
    -1.2,
    {
        "small-act": 2.6,
        "very-short": 0.4,
        "project-word": -1.5,
        "hires": -2.0,
        "deliverable-first": -0.6,
        "says-why": -1.5,
    },
)
_MISSION = Fitted(-3.0, {"restates-purpose": 7.5, "what-then-why": -3.0, "change-marker": -1.5, "quantified": -2.0})
_RULES: dict[Kind, dict[str, str]] = {
    "objective": {"bau": "P701", "kpi": "P703", "project": "P705", "strategy": "P704", "vague": "O105"},
    "key_result": {"output": "K201", "kpi_bau": "P702"},
}
_DERIVED = {"P706": ("project", _TASK), "P707": ("bau", _MISSION)}


def engine_of(folder: Path = RUBRICS, profile: str = "classic", *, text_model: bool = False) -> Engine:
    """Return an engine read from the files, never from the cache."""
    folders = Folders((folder,))
    source = read_rubric(folders)
    models = load_models(folder / "models" / "text.json", list(source.space().lexemes)) if text_model else None
    return Engine(source, resolve(profile, lambda name: read_profile(source, folders, name))[0], models)


def main(folder: Path = RUBRICS) -> None:
    """Fit objectives first: a key result is read in the light of its objective's type.

    The biases are chosen on the tune split with weights from the fit split; the weights are then fitted once more on both.
    """
    cases = [case for case in read_own() if case.split in ("fit", "tune") and not case.ambiguous]
    kinds: tuple[Kind, ...] = ("objective", "key_result")
    models: dict[str, dict[str, Any]] = {}
    for kind in kinds:
        own = of_kind(cases, kind)
        _fitted(folder, kind, [case for case in own if case.split == "fit"], models)
        moved = _moves(engine_of(folder, text_model=True), kind, [case for case in own if case.split == "tune"])
        print(f"{kind}: biases moved by {moved}")
        fitted = _fitted(folder, kind, own, models)
        write(folder, kind, {n: Fitted(round(f.bias + moved[n], 2), f.weights) for n, f in fitted.items()})
        signals = ", ".join(f"{name} {len(f.weights)}" for name, f in fitted.items())
        print(f"{kind}: {signals} signals; {len(models[kind]['weights'])} features of text")


def _fitted(folder: Path, kind: Kind, cases: list[Case], models: dict[str, dict[str, Any]]) -> dict[str, Fitted]:
    """Fit signals and text model of a kind on these cases, and write both."""
    engine = engine_of(folder)  # a key result's parent is read with the weights just written
    own, family = bare([*cases, *example_cases(engine.source, kind)]), families(folder)
    data = fit_table(engine, own, kind)
    fitted = fit(data, kind, family)
    offset = held_out_logits(data, own, kind, family)
    models[kind] = fit_text([features_of(engine, case) for case in own], data.targets, offset, data.types)
    write(folder, kind, fitted)
    write_models(folder / "models" / "text.json", models, digest(OWN), list(engine.space.lexemes))
    return fitted


def fit_table(engine: Engine, cases: list[Case], kind: Kind) -> Table:
    """Return the fired signals that may be weighed: all but those that ask for the type itself."""
    late = engine.judge_of(kind).late
    names = [s.id for s in engine.source.signals if kind in s.kinds and s.id not in late and not _of_text(s)]
    return table(engine, of_kind(cases, kind), kind, names)


def _moves(engine: Engine, kind: Kind, cases: list[Case]) -> dict[str, float]:
    """Return what to add to the bias of every type, chosen on these cases."""
    types = types_of(kind)
    rows = []
    for case in cases:
        line, _ = engine.line(kind, case.text, language=case.lang, parent=case.parent, circle=case.circle)
        rows.append([engine.judge_of(kind).type_logits(line.logits)[name] for name in types])
    return offsets(np.array(rows), [(case.type, case.also_ok) for case in cases], types)


def _of_text(signal: Signal) -> bool:
    return signal.value is not None and signal.value.startswith("text-")


def text_signals(folder: Path, kind: Kind) -> dict[str, str]:
    """Return type -> the signal that carries the text model's number for it."""
    found = {}
    for path in sorted(folder.glob("signals/*.yaml")):
        for signal in read_model(path, SignalFile).signals:
            if _of_text(signal) and kind in signal.kinds and signal.value is not None:
                found[signal.value.removeprefix("text-")] = signal.id
    return found


def families(folder: Path) -> dict[str, str]:
    """Return the file each signal stands in."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("signals/*.yaml")):
        found |= {signal.id: path.stem for signal in read_model(path, SignalFile).signals}
    return found


def write(folder: Path, kind: Kind, fitted: dict[str, Fitted]) -> None:
    """Write the weights into the rules and the nature file of a kind; the text model's number counts as it is."""
    words = text_signals(folder, kind)
    fitted = {name: Fitted(f.bias, {**f.weights, words[name]: 1.0}) for name, f in fitted.items()}
    files = {path.stem.split("-")[0]: path for path in folder.glob("rules/*/*.yaml")}
    codes = _RULES[kind]
    for name, code in codes.items():
        write_rule(files[code], fitted[name])
    write_nature(folder / "natures" / f"{kind}.yaml", {n: f for n, f in fitted.items() if n not in codes})
    if kind == "objective":
        for code, (name, more) in _DERIVED.items():
            write_rule(files[code], _plus(fitted[name], more))


def _plus(base: Fitted, more: Fitted) -> Fitted:
    weights = dict(base.weights)
    for name, weight in more.weights.items():
        weights[name] = round(weights.get(name, 0.0) + weight, 2)
    return Fitted(round(base.bias + more.bias, 2), weights)


if __name__ == "__main__":
    main()
