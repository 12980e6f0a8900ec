"""Who else is doing this: titles that come and go, champions' verdicts, calibration, and odd titles."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from coach.similarity.library import scorer
from coach.similarity.neighbours import Neighbourhood
from coach.similarity.sets import Entry, relations_in
from coach.similarity.verdicts import Verdict, Verdicts

FR, NL = "Répondre plus vite aux courriels des clients", "Mails van klanten vlugger beantwoorden"
MADE = scorer()


def entry(name: str, text: str, circle: str = "a") -> Entry:
    return Entry(name, text, "project", circle)


def found(around: Neighbourhood, text: str, **more: bool) -> dict[str, str]:
    near = around.near(text, ("project",), group="mine", **more)
    return {neighbour.entry.pointer: neighbour.judgement.relation for neighbour in near}


def test_titles_come_change_and_go_without_a_rebuild() -> None:
    around = Neighbourhood(MADE)
    assert found(around, FR) == {}
    around.put([entry("p1", NL), entry("p2", "Kantine modernisieren")])
    assert found(around, FR) == {"p1": "duplicate"}
    around.put([entry("p1", "Fermer deux agences")])
    assert found(around, FR) == {}
    around.put([entry("p3", NL), entry("p4", NL, "mine")])
    assert found(around, FR) == {"p3": "duplicate"}
    around.drop(["p3", "p3", "unknown"])
    assert found(around, FR) == {}
    assert len(around) == 3


def test_a_verdict_holds_for_these_two_texts_only() -> None:
    around = Neighbourhood(MADE, [entry("p1", NL)], Verdicts([Verdict(NL, FR, "unrelated")]))
    assert found(around, FR.upper()) == {}
    assert found(around, FR, settled=True) == {"p1": "unrelated"}
    assert found(around, f"{FR} belges") == {"p1": "duplicate"}
    around.decide(Verdicts([Verdict(FR, NL, "contradiction")]))
    (neighbour,) = around.near(FR, ("project",), group="mine")
    assert (neighbour.judgement.relation, neighbour.judgement.decided) == ("contradiction", True)


def test_from_enough_verdicts_on_probabilities_are_those_of_the_organisation() -> None:
    verbs, things = ("Moderniser", "Remplacer", "Simplifier"), (
        "la cantine", "le parking", "le portail", "la paie", "les contrats", "le site", "les bureaux", "la formation",
    )  # fmt: skip
    pairs = [(f"{verb} {thing}", f"{verb} {thing} rapidement") for verb in verbs for thing in things]
    pairs += [(f"{verb} {a}", f"{verb} {b}") for verb in verbs for a, b in pairwise(things)]
    pairs += [(f"{verb} {thing}", f"{verb} {thing} demain") for verb in verbs for thing in things]
    said = [(a, b, MADE.relate(a, b)) for a, b in pairs]
    shown = [(a, b, judged) for a, b, judged in said if judged.relation != "unrelated"]
    assert len(shown) >= 50
    doubters = Verdicts(Verdict(a, b, "unrelated" if at % 3 else j.relation) for at, (a, b, j) in enumerate(shown))
    learnt = doubters.calibration(MADE)
    assert learnt.scaling is not None
    assert learnt.missing == 0
    assert Verdicts(list(doubters)[:40]).calibration(MADE).missing >= 10
    entries = [entry("p1", NL), entry("p2", FR, "b")]
    (before,), (after,) = (relations_in(MADE, entries, verdicts=v).found or (None,) for v in (Verdicts(), doubters))
    assert before is not None
    assert after is None or after.judgement.probability < before.judgement.probability


def test_a_pair_a_champion_confirmed_is_shown_whatever_the_scorer_makes_of_it() -> None:
    entries = [entry("p1", "Kantine modernisieren"), entry("p2", "Projet Hydrazor", "b")]
    assert relations_in(MADE, entries).found == ()
    verdicts = Verdicts([Verdict("Projet Hydrazor", "Kantine modernisieren", "duplicate")])
    (one,) = relations_in(MADE, entries, verdicts=verdicts).found
    assert (one.judgement.relation, one.judgement.decided) == ("duplicate", True)
    assert relations_in(MADE, [replace(e, group="a") for e in entries], verdicts=verdicts).found == ()


ODD = [
    "",
    "   ",
    "Mot",
    "🎉🎉 🎉",
    "x" * 20_000,
    "mot " * 5_000,
    "顧客 満足度 を 上げる",
    "العملاء أولا",
    "Améliorer de service voor Kunden",
]


@pytest.mark.parametrize("text", ODD)
def test_odd_titles_give_finite_answers(text: str) -> None:
    around = Neighbourhood(MADE, [entry(str(at), odd, f"c{at}") for at, odd in enumerate(ODD)])
    for neighbour in around.near(text, ("project",)):
        assert math.isfinite(neighbour.judgement.probability)
        assert math.isfinite(neighbour.judgement.similarity)


def test_a_thousand_equal_titles_give_a_short_answer() -> None:
    around = Neighbourhood(MADE, [entry(str(at), NL, f"c{at}") for at in range(1_000)])
    assert len(around.near(FR, ("project",), size=5)) == 5
