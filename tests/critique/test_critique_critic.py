"""The critic around one call: cache, single flight, turns, budgets, breaker, logs, and nothing that raises."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from coach.critique.breaker import Breaker
from coach.critique.client import Meter, Shape
from coach.critique.config import Limits, llm_config
from coach.critique.critic import Critic
from coach.critique.failures import CallFailedError
from coach.critique.prompt import Message
from coach.critique.sheet import Sheet, sheets
from coach.critique.store import Claim, MemoryStore, SqliteStore, Store
from coach.domain.critique import Critique
from coach.domain.okr_set import OkrSet
from coach.domain.review import Review
from coach.errors import SettingsError
from coach.rubric.engine import Engine
from coach.settings import Settings
from tests.critique.endpoint import SECRET, Running, config, critic


@pytest.fixture(scope="module")
def sheet(okr_set: OkrSet, review: Review, engine: Engine) -> Sheet:
    return sheets(okr_set, review, engine)[0]


def ask(
    one: Critic, sheet: Sheet, engine: Engine, *, times: int = 1, at_once: bool = False, **more: Any
) -> list[Critique]:
    async def run() -> list[Critique]:
        try:
            if at_once:
                return list(
                    await asyncio.gather(*(one.review(sheet, engine, language="fr", **more) for _ in range(times)))
                )
            return [await one.review(sheet, engine, language="fr", **more) for _ in range(times)]
        finally:
            await one.close()

    return asyncio.run(run())


class Fake:
    """A model in the process, for what needs no wire."""

    def __init__(self, play: Callable[[Meter], Awaitable[Any]]) -> None:
        self._play = play
        self.asked = 0

    async def prepare(self) -> None:
        return None

    async def ask(self, messages: Sequence[Message], shape: type[Shape], meter: Meter, deadline: float) -> Shape:
        self.asked += 1
        meter.calls += 1
        made: Shape = await self._play(meter)
        return made

    async def close(self) -> None:
        return None


def faked(play: Callable[[Meter], Awaitable[Any]], store: Store | None = None, **changed: Any) -> tuple[Critic, Fake]:
    fake = Fake(play)
    return Critic(config("http://127.0.0.1:1/v1", **changed), fake, store or MemoryStore(SECRET)), fake


async def failing(meter: Meter) -> Any:
    raise CallFailedError("server_error")


def test_a_repeated_review_costs_no_call(sheet: Sheet, engine: Engine, endpoint: Running, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "critique.sqlite")
    first = ask(critic(endpoint.base_url, "good#cache", store), sheet, engine)[0]
    later = SqliteStore(tmp_path / "critique.sqlite")  # another process
    again = ask(critic(endpoint.base_url, "good#cache", later), sheet, engine)[0]
    assert endpoint.calls("good#cache") == 1
    assert (first.cached, again.cached, again.usage.calls) == (False, True, 0)
    assert (again.verdicts, again.additions, again.summary) == (first.verdicts, first.additions, first.summary)
    assert (tmp_path / "critique.sqlite").stat().st_mode & 0o077 == 0
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"sk-secret" not in kept


def test_what_an_answer_depends_on_is_in_its_key(sheet: Sheet, engine: Engine, classic: Engine) -> None:
    base = config("http://127.0.0.1:1/v1")
    keys = set()
    for changed, judge in (
        ({}, engine),
        ({"model": "other"}, engine),
        ({"max_tokens": 9}, engine),
        ({"base_url": "http://127.0.0.1:2/v1"}, engine),
        ({}, classic),
    ):
        chosen = config(**{"base_url": base.base_url, **changed})  # type: ignore[arg-type]
        keys.add(Critic(chosen, Fake(failing), MemoryStore(SECRET)).preview(sheet, judge).key)
    assert len(keys) == 5
    other_secret = Critic(base, Fake(failing), MemoryStore(b"other")).preview(sheet, engine)
    assert other_secret.key in keys
    assert other_secret.messages != Critic(base, Fake(failing), MemoryStore(SECRET)).preview(sheet, engine).messages


@pytest.mark.parametrize("scenario", ["all-green", "refusal", "invalid"])
def test_what_failed_is_not_kept(sheet: Sheet, engine: Engine, endpoint: Running, scenario: str) -> None:
    store = MemoryStore(SECRET)
    ask(critic(endpoint.base_url, f"{scenario}#kept", store), sheet, engine)
    assert store.answers == {}


def test_the_same_draft_flies_once(sheet: Sheet, engine: Engine, endpoint: Running) -> None:
    found = ask(critic(endpoint.base_url, "good#flight"), sheet, engine, times=8, at_once=True)
    assert endpoint.calls("good#flight") == 1
    assert {critique.status for critique in found} == {"ok"}


def test_whoever_gives_up_does_not_take_the_answer_from_the_others(
    sheet: Sheet, engine: Engine, endpoint: Running
) -> None:
    async def run() -> Critique:
        one = critic(endpoint.base_url, "429-then-good#shared")
        await one.prepare()
        first = asyncio.create_task(one.review(sheet, engine, language="fr"))
        second = asyncio.create_task(one.review(sheet, engine, language="fr"))
        await asyncio.sleep(0.05)
        first.cancel()
        try:
            return await second
        finally:
            assert first.cancelled()
            await one.close()

    assert asyncio.run(run()).status == "ok"
    assert endpoint.calls("429-then-good#shared") == 2


def test_queueing_does_not_eat_the_deadline(okr_set: OkrSet, review: Review, engine: Engine) -> None:
    async def answer(meter: Meter) -> Any:
        await asyncio.sleep(0.25)
        raise CallFailedError("refusal")

    one, fake = faked(answer, concurrency=1, timeout=0.4)

    async def run() -> list[Critique]:
        different = [sheets(okr_set, review, engine, only=frozenset({f"/objectives/{at}"}))[0] for at in (0, 1)]
        third = sheets(okr_set, review, engine)[0]
        return list(await asyncio.gather(*(one.review(each, engine, language="fr") for each in (*different, third))))

    assert [critique.reason for critique in asyncio.run(run())] == ["refusal"] * 3
    assert fake.asked == 3


def test_an_impatient_caller_hears_busy(okr_set: OkrSet, review: Review, engine: Engine) -> None:
    async def answer(meter: Meter) -> Any:
        await asyncio.sleep(0.5)
        raise CallFailedError("refusal")

    one, _ = faked(answer, concurrency=1)

    async def run() -> tuple[Critique, Critique, float]:
        first, second = (sheets(okr_set, review, engine, only=frozenset({f"/objectives/{at}"}))[0] for at in (0, 1))
        slow = asyncio.create_task(one.review(first, engine, language="fr"))
        await asyncio.sleep(0.05)
        begun = time.monotonic()
        busy = await one.review(second, engine, language="fr", patience=0.1)
        waited = time.monotonic() - begun
        return await slow, busy, waited

    slow, busy, waited = asyncio.run(run())
    assert (slow.reason, busy.reason) == ("refusal", "busy")
    assert waited < 0.4


@pytest.mark.parametrize("scope", ["review", "cycle", "organisation"])
@pytest.mark.parametrize("limit", [Limits(tokens=100), Limits(money=0.000001)])
def test_a_used_up_budget_costs_no_call(
    okr_set: OkrSet, review: Review, engine: Engine, endpoint: Running, scope: str, limit: Limits
) -> None:
    changed: Any = {scope: limit, "price_in": 1.0, "price_out": 3.0}
    own = okr_set.model_copy(update={"cycle": "2026"})
    part = sheets(own, review, engine)[0]
    model = f"good#{scope}{limit.tokens}"
    found = ask(critic(endpoint.base_url, model, **changed), part, engine, scope="r1")[0]
    assert (found.status, found.reason) == ("degraded", "budget")
    assert endpoint.calls(model) == 0


def test_what_was_spent_is_what_the_endpoint_says(sheet: Sheet, engine: Engine, endpoint: Running) -> None:
    store = MemoryStore(SECRET)
    priced = critic(endpoint.base_url, "good#priced", store, price_in=2.0, price_out=10.0)
    found = ask(priced, sheet, engine, scope="r1")[0]
    assert (found.usage.tokens, found.usage.cost, found.usage.currency) == (1900, pytest.approx(0.007), "EUR")
    assert store.spent["review r1"] == (1900, pytest.approx(0.007))


def test_the_books_are_kept_by_scope(tmp_path: Path) -> None:
    for store in (MemoryStore(), SqliteStore(tmp_path / "books.sqlite")):
        both = [Claim("a", Limits(tokens=100)), Claim("b", Limits(tokens=1_000))]
        assert store.reserve(both, 80, 0)
        assert not store.reserve(both, 30, 0)
        store.settle(both, -60, 0)
        assert store.reserve(both, 70, 0)
        assert store.reserve([Claim("b", Limits(tokens=1_000))], 900, 0)
        assert not store.reserve([Claim("b", Limits(tokens=1_000))], 100, 0)


def test_old_answers_go(tmp_path: Path) -> None:
    now = [1_000_000.0]
    store = SqliteStore(tmp_path / "old.sqlite", days=2, clock=lambda: now[0])
    store.put("key", "answer")
    assert store.get("key") == "answer"
    now[0] += 3 * 86_400
    assert store.get("key") is None


def test_broken_books_and_a_broken_cache_break_nothing(
    sheet: Sheet, engine: Engine, endpoint: Running, tmp_path: Path
) -> None:
    path = tmp_path / "broken.sqlite"
    store = SqliteStore(path)
    store.secret()
    one = critic(endpoint.base_url, "good#broken", store, review=Limits(), cycle=Limits())
    one._asker.secret  # noqa: B018
    path.write_bytes(b"this is no database at all" * 100)
    assert ask(one, sheet, engine)[0].status == "ok"
    strict = critic(endpoint.base_url, "good#strict", store, organisation=Limits(tokens=10**6))
    strict._asker._secret = SECRET
    assert ask(strict, sheet, engine)[0].reason == "budget"


def test_the_breaker_opens_tries_once_and_closes() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _ in range(2):
        breaker.failed("timeout")
    assert breaker.allows()
    breaker.failed("server_error")
    assert (breaker.state, breaker.allows()) == ("open", False)
    now[0] = 61
    assert breaker.state == "half-open"
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.failed("network")
    assert not breaker.allows()
    now[0] = 130
    assert breaker.allows()
    breaker.abandoned()
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.state == "closed"
    breaker.failed("refusal")
    assert breaker.state == "closed"
    breaker.failed("auth")
    now[0] += 599
    assert not breaker.allows()


def test_an_endpoint_that_is_down_is_left_alone(okr_set: OkrSet, review: Review, engine: Engine) -> None:
    one, fake = faked(failing)
    part = sheets(okr_set, review, engine)[0]
    reasons = [critique.reason for critique in ask(one, part, engine, times=5)]
    assert reasons == ["server_error"] * 3 + ["circuit_open"] * 2
    assert fake.asked == 3


def test_a_draft_that_is_too_long_is_not_sent(sheet: Sheet, engine: Engine, endpoint: Running) -> None:
    assert ask(critic(endpoint.base_url, "good#long", max_characters=100), sheet, engine)[0].reason == "too_large"
    assert endpoint.calls("good#long") == 0


@pytest.mark.parametrize("error", [RuntimeError("x"), MemoryError(), RecursionError(), KeyError("y")])
def test_whatever_happens_is_a_reason(sheet: Sheet, engine: Engine, error: Exception) -> None:
    async def break_down(meter: Meter) -> Any:
        raise error

    one, _ = faked(break_down)
    found = ask(one, sheet, engine)[0]
    assert (found.status, found.reason) == ("degraded", "internal")
    assert found.note.startswith("Le deuxième avis a échoué")


@pytest.mark.parametrize("scenario", ["good", "invalid", "401", "500", "huge", "refusal", "length", "drip"])
def test_neither_keys_nor_texts_reach_a_log(
    sheet: Sheet, engine: Engine, endpoint: Running, scenario: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(critic(endpoint.base_url, f"{scenario}#log", timeout=0.7, retries=0), sheet, engine)
    written = caplog.text
    for hidden in ("sk-secret", "soirées", "liaison", "DRAFT-", "démonstration"):
        assert hidden not in written


def test_the_key_and_the_draft_go_only_to_the_endpoint(sheet: Sheet, engine: Engine, endpoint: Running) -> None:
    ask(critic(endpoint.base_url, "redirect#where"), sheet, engine)
    assert "/v1/elsewhere" not in endpoint.endpoint.log.paths
    headers = endpoint.endpoint.log.headers["redirect#where"][0]
    assert headers["authorization"] == "Bearer sk-secret-of-these-tests"
    assert headers["accept-encoding"] == "identity"


def test_the_installed_client_libraries_lie_within_the_bounds() -> None:
    import tomllib

    wanted = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    bounds = {r.name: r.specifier for r in map(Requirement, wanted["project"]["dependencies"])}
    for name in ("openai", "instructor"):
        assert bounds[name].contains(version(name)), f"{name} {version(name)} is outside {bounds[name]}"


@pytest.mark.parametrize("address", ["http://llm.example.org/v1", "ftp://x/v1", "nonsense", "http://8.8.8.8/v1"])
def test_an_address_that_would_carry_drafts_unencrypted_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="COACH_LLM_BASE_URL"):
        llm_config(Settings(llm_base_url=address, llm_model="m"))


@pytest.mark.parametrize(
    ("address", "local"),
    [("https://api.example.org/v1", False), ("http://127.0.0.1:1/v1", True), ("http://[::1]:1/v1", True), ("http://10.0.0.5/v1", True), ("http://gpu-box:8000/v1", True)],
)  # fmt: skip
def test_an_address_that_may_be_used(address: str, local: bool) -> None:
    chosen = llm_config(Settings(llm_base_url=address, llm_model="m", llm_api_key="sk-1"))  # type: ignore[arg-type]
    assert chosen is not None
    assert chosen.local is local
    assert "sk-1" not in repr(chosen)


def test_off_unless_both_are_set() -> None:
    assert llm_config(Settings()) is None
    assert llm_config(Settings(llm_model="m")) is None
    assert llm_config(Settings(llm_base_url="https://x.y/v1")) is None
