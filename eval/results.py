"""One run of the evaluation: every figure by its name, and what is needed to look behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from eval.corpus import Case, types_of
from eval.metrics import Figure, Pair, accuracy_of, binary, calibration_error, interval, kappa_of, macro_f1_of, table
from eval.predict import Prediction

#: Rule -> which lines it should speak on. Every other rule is tested by its examples and by the circle sets.
JUDGED: dict[str, tuple[str, Callable[[Case], bool]]] = {
    "K201": ("key_result", lambda case: _is(case, "output")),
    "K202": ("key_result", lambda case: not case.labels.get("quantified")),
    "K203": ("key_result", lambda case: case.type == "output" and bool(case.labels.get("milestone"))),
    "K204": ("key_result", lambda case: not case.labels.get("has_baseline")),
    "P702": ("key_result", lambda case: _is(case, "kpi_bau")),
    "P701": ("objective", lambda case: _is(case, "bau")),
    "P703": ("objective", lambda case: _is(case, "kpi")),
    "P704": ("objective", lambda case: _is(case, "strategy")),
    "P705": ("objective", lambda case: _is(case, "project")),
    "O105": ("objective", lambda case: _is(case, "vague")),
}
#: What a profile that accepts milestones says otherwise: a milestone is K203, K201 is for the other deliverables.
_WITH_MILESTONES: dict[str, tuple[str, Callable[[Case], bool]]] = {
    "K201": ("key_result", lambda case: _is(case, "output") and not case.labels.get("milestone")),
}
_ONLY_WITH_MILESTONES = "K203"
#: Rules that say the same of a line as another one, and count for it.
#: Where one remark a line is the rule: lines on which a stronger rule speaks may stay without these.
_DUE: dict[str, Callable[[Case], bool]] = {
    "K202": lambda case: case.type in ("outcome", "vague"),
    "K204": lambda case: case.type == "outcome" and bool(case.labels.get("quantified")),
}
STANDS_FOR = {"P701": ("P701", "P707"), "P705": ("P705", "P706")}


@dataclass(slots=True)
class Results:
    """Figures by name, such as `key_result/all/accuracy` or `rule/K201/precision`."""

    name: str
    figures: dict[str, Figure] = field(default_factory=dict)
    confusion: dict[str, tuple[tuple[str, ...], list[list[int]]]] = field(default_factory=dict)
    reliability: dict[str, list[tuple[float, bool]]] = field(default_factory=dict)
    misses: list[Prediction] = field(default_factory=list)


def results(name: str, predictions: Sequence[Prediction], *, rules: bool = True, milestones: bool = False) -> Results:
    """Return the figures of a set of predictions; ambiguous cases are left out.

    Args:
        name: what made the predictions.
        predictions: its answers.
        rules: whether it also says which rules speak.
        milestones: whether the profile that judged tells milestones from other deliverables.
    """
    found = Results(name)
    clear = [p for p in predictions if not p.case.ambiguous]
    for kind in ("key_result", "objective"):
        own = [p for p in clear if p.case.kind == kind]
        if own:
            _types(found, kind, own)
    if rules:
        _rules(found, clear, judged(milestones=milestones))
    wrong = [p for p in clear if not p.right]
    found.misses = sorted(wrong, key=lambda p: -p.confidence)
    return found


def pairs(predictions: Iterable[Prediction]) -> list[Pair]:
    """Return what was expected and said."""
    return [Pair(p.case.type, p.type, p.case.also_ok) for p in predictions]


def _types(found: Results, kind: str, own: list[Prediction]) -> None:
    labels = types_of(kind)
    groups: dict[str, list[Prediction]] = {"all": own}
    for language in sorted({p.case.lang for p in own}):
        groups[language] = [p for p in own if p.case.lang == language]
    for source in sorted({p.case.source for p in own}):
        groups[f"source:{source}"] = [p for p in own if p.case.source == source]
    for group, members in groups.items():
        counts = table(pairs(members), labels)
        found.figures[f"{kind}/{group}/accuracy"] = interval(counts, accuracy_of)
        found.figures[f"{kind}/{group}/macro-f1"] = interval(counts, macro_f1_of)
    counts = table(pairs(own), labels)
    found.confusion[kind] = (labels, [[int(value) for value in row] for row in counts])
    found.figures[f"{kind}/all/kappa"] = interval(counts, kappa_of)
    rows = [(p.confidence, p.right) for p in own]
    error = calibration_error(rows)
    found.figures[f"{kind}/all/calibration-error"] = Figure(error, error, error, len(rows))
    found.reliability[kind] = rows
    for label in labels:
        precision, recall, f1 = binary([(p.credited == label, p.said == label) for p in pairs(own)])
        for name, figure in (("precision", precision), ("recall", recall), ("f1", f1)):
            found.figures[f"{kind}/type:{label}/{name}"] = figure


def judged(*, milestones: bool) -> dict[str, tuple[str, Callable[[Case], bool]]]:
    """Return which lines each rule should speak on, under a profile that accepts milestones (`chicc`) or not."""
    if milestones:
        return {**JUDGED, **_WITH_MILESTONES}
    return {code: judged for code, judged in JUDGED.items() if code != _ONLY_WITH_MILESTONES}


def _rules(found: Results, clear: list[Prediction], judged: dict[str, tuple[str, Callable[[Case], bool]]]) -> None:
    for code, (kind, wanted) in judged.items():
        own = [p for p in clear if p.case.kind == kind and labelled(code, p.case)]
        if not own:
            continue
        names = STANDS_FOR.get(code, (code,))
        rows = [(wanted(p.case), any(name in p.codes for name in names)) for p in own]
        own, rows = _due(code, own, rows)
        precision, recall, f1 = binary(rows)
        for name, figure in (("precision", precision), ("recall", recall), ("f1", f1)):
            found.figures[f"rule/{code}/{name}"] = figure
        for language in sorted({p.case.lang for p in own}):
            part = [row for row, p in zip(rows, own, strict=True) if p.case.lang == language]
            found.figures[f"rule/{code}/{language}/precision"] = binary(part)[0]
            found.figures[f"rule/{code}/{language}/recall"] = binary(part)[1]


def _due(
    code: str, own: list[Prediction], rows: list[tuple[bool, bool]]
) -> tuple[list[Prediction], list[tuple[bool, bool]]]:
    """Leave out the silences that are right because a stronger rule has the word."""
    due = _DUE.get(code)
    kept = [
        (p, (wanted, spoke))
        for p, (wanted, spoke) in zip(own, rows, strict=True)
        if due is None or not wanted or spoke or due(p.case)
    ]
    return [p for p, _ in kept], [row for _, row in kept]


def labelled(code: str, case: Case) -> bool:
    """Tell whether the labels of a case say whether the rule should speak."""
    needs = {"K202": "quantified", "K203": "milestone", "K204": "has_baseline"}
    return code not in needs or needs[code] in case.labels


def _is(case: Case, label: str) -> bool:
    return case.type == label or label in case.also_ok
