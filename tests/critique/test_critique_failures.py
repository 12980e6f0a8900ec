"""Every way in which an endpoint can fail, over real HTTP: status, reason, calls and time, and the rubric untouched."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import pytest

from coach.critique.scripted.scenarios import SCENARIOS
from coach.domain.critique import CritiqueStatus, Reason
from coach.domain.okr_set import OkrSet
from coach.domain.review import Review
from coach.review.opinion import known_opinion, second_opinion
from coach.rubric.engine import Engine
from tests.critique.endpoint import Running, critic


@dataclass(frozen=True)
class Row:
    """What one scenario must give. `seconds` bounds the whole opinion, whose time limit is 1.5 s."""

    status: CritiqueStatus
    reason: Reason
    calls: int
    seconds: float = 1.0
    dropped: str = ""
    flag: str = ""


ROWS: dict[str, Row] = {
    "good": Row("ok", "ok", 1),
    "prose": Row("ok", "ok", 1),
    "fence": Row("ok", "ok", 1),
    "think": Row("ok", "ok", 1),
    "extra-fields": Row("ok", "ok", 1),
    "loose": Row("ok", "ok", 1),
    "runs-on": Row("ok", "ok", 1),
    "no-usage": Row("ok", "ok", 1),
    "markup": Row("ok", "ok", 1),
    "invalid": Row("degraded", "invalid_answer", 2),
    "invalid-then-good": Row("ok", "ok", 2),
    "wrong-schema": Row("degraded", "invalid_answer", 2),
    "wrong-schema-then-good": Row("ok", "ok", 2),
    "prose-only": Row("degraded", "invalid_answer", 2),
    "list": Row("degraded", "invalid_answer", 2),
    "empty": Row("degraded", "invalid_answer", 2),
    "empty-body": Row("degraded", "invalid_answer", 2),
    "nothing": Row("degraded", "invalid_answer", 2),
    "no-choices": Row("degraded", "invalid_answer", 1),
    "not-json": Row("degraded", "invalid_answer", 1),
    "login-page": Row("degraded", "invalid_answer", 2),
    "huge": Row("degraded", "invalid_answer", 1),
    "huge-chunked": Row("degraded", "invalid_answer", 1),
    "packed": Row("degraded", "invalid_answer", 1),
    "foreign-quote": Row("ok", "ok", 1, dropped="not-verbatim"),
    "other-line": Row("ok", "ok", 1, dropped="not-verbatim"),
    "unknown-line": Row("ok", "ok", 1, dropped="unknown-line"),
    "unknown-rule": Row("ok", "ok", 1, dropped="unknown-rule"),
    "unknown-finding": Row("ok", "ok", 1, dropped="unknown-id"),
    "echo": Row("ok", "ok", 1, dropped="already-found"),
    "new-figures": Row("ok", "ok", 1, dropped="figure-not-in-draft"),
    "clumsy-wording": Row("ok", "ok", 2),
    "clumsy-twice": Row("ok", "ok", 2),
    "wrong-language": Row("partial", "ok", 1, flag="language"),
    "control-line-absent": Row("ok", "ok", 1, flag="control-line-absent"),
    "all-green": Row("degraded", "untrusted_answer", 1, flag="control-line-missed"),
    "all-contested": Row("degraded", "untrusted_answer", 1, flag="everything-contested"),
    "no-opinion": Row("degraded", "untrusted_answer", 1, flag="control-line-missed"),
    "slow": Row("degraded", "timeout", 2, 1.9),
    "slow-then-good": Row("ok", "ok", 2, 1.5),
    "drip": Row("degraded", "timeout", 1, 1.9),
    "429-then-good": Row("ok", "ok", 2),
    "429": Row("degraded", "rate_limited", 2),
    "429-later": Row("degraded", "rate_limited", 1, 0.5),
    "429-tomorrow": Row("degraded", "rate_limited", 1, 0.5),
    "quota": Row("degraded", "quota", 1, 0.5),
    "402": Row("degraded", "quota", 1, 0.5),
    "500-then-good": Row("ok", "ok", 2, 1.2),
    "500": Row("degraded", "server_error", 2, 1.2),
    "502-page": Row("degraded", "server_error", 2, 1.2),
    "503-retry-after": Row("degraded", "server_error", 2),
    "401": Row("degraded", "auth", 1, 0.5),
    "403": Row("degraded", "auth", 1, 0.5),
    "404": Row("degraded", "config", 1, 0.5),
    "400": Row("degraded", "config", 1, 0.5),
    "redirect": Row("degraded", "config", 1, 0.5),
    "context-length": Row("degraded", "too_large", 1, 0.5),
    "no-response-format": Row("ok", "ok", 2),
    "no-temperature": Row("ok", "ok", 2),
    "no-max-tokens": Row("ok", "ok", 2),
    "reset": Row("degraded", "network", 2, 1.2),
    "reset-then-good": Row("ok", "ok", 2, 1.2),
    "cut": Row("degraded", "network", 2, 1.2),
    "cut-chunked": Row("degraded", "network", 2, 1.2),
    "length": Row("degraded", "truncated", 1),
    "refusal": Row("degraded", "refusal", 2),
    "content-filter": Row("degraded", "refusal", 2),
    "content-filter-400": Row("degraded", "refusal", 1),
}
_SLACK = 1.0  # seconds a busy machine may add


def asked(review: Review, okr_set: OkrSet, engine: Engine, base_url: str, model: str) -> tuple[Review, float]:
    async def ask() -> tuple[Review, float]:
        one = critic(base_url, model)
        try:
            await one.prepare()  # importing the client takes seconds, once for each process
            begun = time.monotonic()
            return await second_opinion(okr_set, review, engine, one), time.monotonic() - begun
        finally:
            await one.close()

    return asyncio.run(ask())


def test_every_scenario_has_a_row() -> None:
    assert set(ROWS) == set(SCENARIOS) - {"mixed"}  # which is another of them for each draft
    assert len(ROWS) >= 35


@pytest.mark.parametrize("scenario", ROWS)
def test_row(scenario: str, review: Review, okr_set: OkrSet, engine: Engine, endpoint: Running) -> None:
    row = ROWS[scenario]
    found, seconds = asked(review, okr_set, engine, endpoint.base_url, scenario)
    critique = found.critique
    assert critique is not None
    if scenario == "mixed":  # which of its scenarios a draft meets changes with the words of the prompt
        assert critique.status in ("ok", "degraded")
        row = Row(critique.status, critique.reason, 1)
    assert (critique.status, critique.reason) == (row.status, row.reason)
    assert endpoint.calls(scenario) == row.calls == critique.usage.calls
    assert seconds < row.seconds + _SLACK
    assert not row.dropped or row.dropped in {dropped.why for dropped in critique.dropped}
    assert not row.flag or row.flag in critique.flags
    assert bool(critique.note) == (row.status != "ok")
    assert found.stages.critique == ("degraded" if row.status == "degraded" else "done")
    rubric = [f for f in found.findings if f.source == "rubric"]
    assert [(f.code, f.pointer, f.severity, f.state, f.message) for f in rubric] == [
        (f.code, f.pointer, f.severity, f.state, f.message) for f in review.findings
    ]
    assert found.score == review.score
    if row.status == "degraded":
        assert not (critique.verdicts or critique.additions or critique.rewrites or critique.summary)


def test_an_unreachable_endpoint_is_a_network_failure(review: Review, okr_set: OkrSet, engine: Engine) -> None:
    found, seconds = asked(review, okr_set, engine, "http://127.0.0.1:9/v1", "good")
    assert found.critique is not None
    assert found.critique.reason == "network"
    assert seconds < 2.5


def test_what_an_endpoint_refuses_is_not_asked_for_twice(
    review: Review, okr_set: OkrSet, engine: Engine, endpoint: Running
) -> None:
    async def ask_two() -> None:
        one = critic(endpoint.base_url, "no-response-format#twice")
        await second_opinion(okr_set, review, engine, one)
        one._asker._store.answers.clear()  # type: ignore[attr-defined]
        await second_opinion(okr_set, review, engine, one)
        await one.close()

    asyncio.run(ask_two())
    asked_for = ["response_format" in body for body in endpoint.bodies("no-response-format#twice")]
    assert asked_for == [True, False, False]


def test_text_of_a_model_is_plain_text(review: Review, okr_set: OkrSet, engine: Engine, endpoint: Running) -> None:
    found, _ = asked(review, okr_set, engine, endpoint.base_url, "markup#text")
    assert found.critique is not None
    assert "http" not in found.critique.summary
    assert "⟨lien⟩" in found.critique.summary


def test_unknown_usage_counts_as_the_estimate(
    review: Review, okr_set: OkrSet, engine: Engine, endpoint: Running
) -> None:
    found, _ = asked(review, okr_set, engine, endpoint.base_url, "no-usage#estimate")
    assert found.critique is not None
    assert not found.critique.usage.known
    assert found.critique.usage.tokens > 2_500


@pytest.mark.parametrize(("scenario", "checked"), [("clumsy-wording", True), ("clumsy-twice", False)])
def test_a_wording_the_rubric_objects_to_is_asked_for_anew(
    review: Review, okr_set: OkrSet, engine: Engine, endpoint: Running, scenario: str, checked: bool
) -> None:
    found, _ = asked(review, okr_set, engine, endpoint.base_url, f"{scenario}#anew")
    assert found.critique is not None
    (rewrite,) = found.critique.rewrites
    assert rewrite.checked is checked
    assert ("⟨chiffre⟩" in rewrite.text) is checked
    assert bool(rewrite.remarks) is not checked
    assert found.critique.usage.tokens == 3_800
    _, second = endpoint.bodies(f"{scenario}#anew")
    user = second["messages"][1]["content"]
    assert "Livrer le nouveau portail" in user
    assert '"rule": "K201"' in user
    assert user.count('"kind": "key_result"') == 1


def test_an_exchanged_wording_is_known_afterwards(
    review: Review, okr_set: OkrSet, engine: Engine, endpoint: Running
) -> None:
    async def ask() -> tuple[Review, Review | None]:
        one = critic(endpoint.base_url, "clumsy-wording#known")
        first = await second_opinion(okr_set, review, engine, one)
        later = known_opinion(okr_set, review, engine, one)
        await one.close()
        return first, later

    first, later = asyncio.run(ask())
    assert first.critique is not None and later is not None and later.critique is not None
    assert later.critique.rewrites == first.critique.rewrites
    assert endpoint.calls("clumsy-wording#known") == 2


def test_form_is_forgiven_where_the_meaning_is_plain(
    review: Review, okr_set: OkrSet, engine: Engine, endpoint: Running
) -> None:
    loose, _ = asked(review, okr_set, engine, endpoint.base_url, "loose#form")
    strict, _ = asked(review, okr_set, engine, endpoint.base_url, "good#form")
    assert loose.critique is not None and strict.critique is not None
    assert loose.critique.verdicts == strict.critique.verdicts
    assert loose.critique.additions == strict.critique.additions
    assert (loose.critique.rewrites, loose.critique.questions, loose.critique.summary) == ((), (), "")
    long, _ = asked(review, okr_set, engine, endpoint.base_url, "runs-on#form")
    assert long.critique is not None
    assert 100 < len(long.critique.summary) <= 600
