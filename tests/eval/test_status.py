"""What a rule that weighs words may do follows from how often it is right."""

from __future__ import annotations

import json

import pytest

from coach.domain.language import LANGUAGES
from coach.domain.reading import read_okr_set
from coach.resources import RUBRICS
from coach.review.draft import review_set
from coach.rubric.engine import Engine
from coach.rubric.library import Library
from coach.rubric.schema import Measured, MeasuredFile, SignalsDetect
from coach.rubric.source import Folders, read_rubric
from coach.rubric.yaml_files import read_model
from eval.corpus import read_own
from eval.echoes import house_echoes
from eval.predict import predict
from eval.run import own_cases
from eval.status import MEASURED, measure, read_remarks, silent_now

SOURCE = read_rubric(Folders((RUBRICS,)))
KEPT = read_model(MEASURED, MeasuredFile).rules
_TOLERANCE = 0.02


def _figures(positives: int, precision: float, **by_language: int) -> Measured:
    counts = {language: by_language.get(language, positives) for language in LANGUAGES}
    return Measured(by="labels", positives=counts, said=40, precision=precision, low=precision, high=precision)


@pytest.mark.parametrize(
    ("figures", "status"),
    [
        (_figures(10, 0.85), "stable"),
        (_figures(10, 0.849), "preview"),
        (_figures(9, 0.95), "preview"),
        (_figures(30, 0.95, nl=7), "preview"),
        (_figures(30, 0.95, nl=8), "stable"),
    ],
)
def test_status_follows_from_the_counts(figures: Measured, status: str) -> None:
    assert figures.status == status


@pytest.mark.parametrize("code", sorted(code for code, rule in SOURCE.rules.items() if rule.judgement))
def test_the_stored_status_agrees_with_the_stored_counts(code: str) -> None:
    measured = KEPT.get(code)
    assert SOURCE.rules[code].status == (measured.status if measured else "preview")


def test_every_rule_that_sums_evidence_is_measured_or_on_trial() -> None:
    weighing = {code for code, rule in SOURCE.rules.items() if isinstance(rule.detect, SignalsDetect)}
    assert weighing <= {code for code, rule in SOURCE.rules.items() if rule.judgement}
    assert set(KEPT) <= {code for code, rule in SOURCE.rules.items() if rule.judgement}


def test_the_stored_counts_are_those_of_the_rubric_as_it_is(engine: Engine, classic: Engine) -> None:
    cases = own_cases("test")
    now = measure(*(predict(judge, cases, echoes=house_echoes()) for judge in (classic, engine)))
    assert now.keys() == KEPT.keys()
    for code, figures in now.items():
        assert figures.positives == KEPT[code].positives, code
        assert figures.precision == pytest.approx(KEPT[code].precision, abs=_TOLERANCE), code
        assert figures.status == KEPT[code].status, code


def test_remarks_that_were_read_are_still_made(engine: Engine) -> None:
    remarks = [remark for found in read_remarks().values() for remark in found]
    assert {remark.case for remark in remarks} <= {case.id for case in read_own()}
    assert len(silent_now(engine, remarks)) <= len(remarks) // 20


def test_a_rule_on_trial_is_shown_and_costs_nothing(library: Library) -> None:
    engine = library.engine("chicc")
    trial = next(code for code, rule in engine.rules.items() if rule.judgement and rule.status == "preview")
    document = {"objectives": [{"id": "O1", "title": SOURCE.rules["P704"].examples["en"].bad[0]}]}
    review = review_set(read_okr_set(json.dumps(document)), engine, input_language="en")
    shown = [finding for finding in review.findings if finding.code == "P704"]
    assert trial
    assert shown
    assert all(finding.preview == (engine.rules[finding.code].status == "preview") for finding in review.findings)
    assert not {d.code for d in review.score.deductions} & {f.code for f in review.findings if f.preview}
