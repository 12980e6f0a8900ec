"""The evaluation of opinions: its figures by hand, and recorded answers read as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.critique.prompt import prompt
from coach.domain.critique import Addition, Critique, Dropped, Quote, Usage, Verdict
from coach.domain.okr_set import OkrSet
from coach.domain.review import Review
from coach.rubric.engine import Engine
from coach.settings import settings
from eval.critique.cases import CritiqueCase, cases
from eval.critique.measure import Figures, Share, stability, wilson
from eval.critique.replay import RECORDED, read_records, write_records
from eval.critique.run import main, measured, replayed
from tests.critique.endpoint import Running


def test_recorded_answers_are_read_as_they_were(engine: Engine) -> None:
    figures, changed = replayed(engine)
    assert changed == [], (
        "guard or grounding reads an answer otherwise; meant so: python -m eval --layer critique --record"
    )
    assert figures.answers >= 15, f"{figures.out_of_date} of the recorded questions have changed: record again"
    assert {"ok", "partial", "untrusted_answer"} <= set(figures.reasons)
    assert len(figures.dropped) >= 4


def test_recorded_answers_are_those_of_this_prompt() -> None:
    labels = {record.prompt.partition("+")[0] for record in read_records()}
    assert labels == {prompt("critique").label.partition("+")[0]}, (
        "record again: python -m eval --layer critique --record"
    )


def test_a_grounding_that_reads_otherwise_is_noticed(engine: Engine, tmp_path: Path) -> None:
    records = [record for record in read_records() if record.outcome and record.outcome["additions"]][:10]
    for record in records:
        record.outcome = {**(record.outcome or {}), "additions": []}
    write_records(records, tmp_path / "some.jsonl")
    figures, changed = replayed(engine, tmp_path / "some.jsonl")
    assert figures.answers >= 1
    assert len(changed) == figures.answers
    assert all("additions was []" in line for line in changed)


def test_figures_by_hand(okr_set: OkrSet, review: Review) -> None:
    kr = "/objectives/0/key_results/{}".format
    case = CritiqueCase(
        "x", "fr", okr_set, review,
        right={("K201", kr(0)): True, ("K201", kr(1)): False, ("K201", kr(2)): True, ("P702", kr(3)): False},
        wanted=frozenset({("K215", kr(0))}), unwanted=frozenset({("S309", "/objectives/0")}),
    )  # fmt: skip
    quote = Quote(kr(0) + "/title", 0, 3, "abc")
    critique = Critique(
        "ok", "ok", usage=Usage(100, 50, 1, cost=0.5), seconds=2.0,
        verdicts=tuple(
            Verdict(code, kr(at) + "/title", "f", opinion, "…")
            for code, at, opinion in (("K201", 0, "confirm"), ("K201", 1, "contest"), ("K201", 2, "contest"))
        ),
        additions=(Addition("K215", kr(0), quote, "…"), Addition("K202", kr(1), quote, "…")),
        dropped=(Dropped("quote", "not-verbatim"),),
    )  # fmt: skip
    figures = Figures()
    figures.add(case, critique)
    figures.add(case, Critique("degraded", "untrusted_answer", flags=("control-line-missed",)))
    tally = figures.rules["K201"]
    assert tally.confirmed_when_right == (1, 2)
    assert tally.contested_when_wrong == (1, 1)
    assert tally.right_when_contested == (1, 2)
    assert figures.rules["P702"].contested_when_wrong == (0, 1)
    assert (figures.wanted["K215", True], figures.unwanted["S309", False], figures.others) == (1, 1, 1)
    assert (figures.tokens, figures.calls, figures.cost, figures.answers) == (150, 1, 0.5, 2)
    assert dict(figures.control) == {"control-line-confirmed": 1, "control-line-missed": 1}
    assert figures.dropped["quote: not-verbatim"] == 1


def test_stability_and_intervals() -> None:
    same, other = (
        {("K201", "a"): "confirm", ("K202", "a"): "unsure"},
        {("K201", "a"): "contest", ("K202", "a"): "unsure"},
    )
    assert stability([same, same]) == (2, 2)
    assert stability([same, other]) == (1, 2)
    assert stability([same]) == (0, 0)
    assert wilson(8, 10) == (pytest.approx(0.490, abs=1e-3), pytest.approx(0.943, abs=1e-3))
    assert str(Share(0, 0)) == "–"


def test_cases_have_right_and_wrong_findings_and_examples_in_four_languages(engine: Engine) -> None:
    found = cases(engine, sets=3)
    truths = [right for case in found for right in case.right.values()]
    assert True in truths and False in truths
    for language in ("en", "fr", "nl", "de"):
        wanted = {code for case in found if case.language == language for code, _ in case.wanted}
        assert wanted == {"K215", "S309"}


def test_an_endpoint_is_asked_and_its_answers_are_kept(
    engine: Engine,
    endpoint: Running,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("eval.critique.run.cases", lambda engine, sets: cases(engine, sets=0)[:3])
    monkeypatch.setenv("COACH_LLM_BASE_URL", endpoint.base_url)
    monkeypatch.setenv("COACH_LLM_MODEL", "good#eval")
    settings.cache_clear()
    found = measured(engine, sets=0, repeats=2, record=tmp_path / "r.jsonl")
    assert found is not None
    figures, source = found
    assert endpoint.calls("good#eval") == 6 == figures.answers
    assert figures.stable.hits == figures.stable.n
    assert source.startswith("good#eval at 127.0.0.1")
    again, changed = replayed(engine, tmp_path / "r.jsonl")
    assert (again.answers, again.out_of_date, changed) == (6, 0, [])
    assert again.tokens == figures.tokens


def test_without_an_endpoint_it_says_what_to_do(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(engine, sets=1, repeats=1, record=False, replay=False) == 2
    assert "COACH_LLM_BASE_URL" in capsys.readouterr().err
    assert RECORDED.exists()
