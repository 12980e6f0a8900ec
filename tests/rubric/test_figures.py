"""Figures in running text: what each one is, and which is the starting value, in four languages."""

from __future__ import annotations

import pytest

from coach.rubric.engine import Engine

Figures = list[tuple[float | None, str]]


def _figures(engine: Engine, language: str, text: str) -> tuple[Figures, set[str]]:
    line, _ = engine.line("key_result", text, language=language)  # type: ignore[arg-type]
    roles = {name for name in ("from-to", "baseline", "relative") if line.line.mask & engine.space.flag(name)}
    return [(q.value, q.kind) for q in line.line.quantities], roles


@pytest.mark.parametrize(
    ("language", "text", "values", "role"),
    [
        ("en", "Approval from nine working days to one", [9, 1], "from-to"),
        ("nl", "Een besluit van negen werkdagen naar één", [9, 1], "from-to"),
        ("nl", "Wachttijd aan de balie van 25 min nr 10", [25, 10], "from-to"),
        ("fr", "Valider un devis : passer de neuf jours à un", [9, 1], "from-to"),
        ("de", "Freigabe von neun Tagen auf einen verkürzt", [9, 1], "from-to"),
        ("en", "Forms per claim: one instead of four", [1, 4], "baseline"),
        ("fr", "Une seule plainte par mois, contre cinq auparavant", [1, 5], "baseline"),
        ("de", "Rückfragen je Antrag: bisher drei, künftig höchstens eine", [3, 1], "baseline"),
        ("nl", "Klachten: 2 per maand( zat op 7 )", [2, 7], "baseline"),
    ],
)
def test_one_and_what_it_is_set_against(
    engine: Engine, language: str, text: str, values: list[float], role: str
) -> None:
    figures, roles = _figures(engine, language, text)
    assert [value for value, _ in figures] == values
    assert role in roles


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "A new portal for three partners"),
        ("fr", "Un nouveau portail pour trois partenaires"),
        ("nl", "Een nieuw portaal voor drie partners"),
        ("de", "Ein neues Portal für drei Partner"),
    ],
)
def test_an_article_is_no_figure(engine: Engine, language: str, text: str) -> None:
    assert [value for value, _ in _figures(engine, language, text)[0]] == [3]


def test_nr_is_a_number_where_nothing_leads_to_it(engine: Engine) -> None:
    assert _figures(engine, "nl", "Actiepunt nr 4 afwerken")[0] == [(4, "label")]


@pytest.mark.parametrize(
    ("language", "compares", "counts"),
    [
        ("en", "Wrong deliveries halved", "Half the schools have signed up by themselves"),
        ("en", "Tenants ring half as often", "Nobody has to ring twice"),
        ("fr", "Les erreurs de facture baissent d'un tiers", "Plus personne ne rappelle deux fois"),
        ("nl", "Half zo vaak een fout adres", "De drie grootste gemeenten melden zelf"),
        ("de", "Fehlfahrten um die Hälfte geringer", "Kein Antrag wird mehr doppelt erfasst"),
    ],
)
def test_half_and_twice_ask_for_their_base_only_where_they_compare(
    engine: Engine, language: str, compares: str, counts: str
) -> None:
    said = [
        {f.code for f in engine.line("key_result", text, language=language)[1]}  # type: ignore[arg-type]
        for text in (compares, counts)
    ]
    assert "K211" in said[0]
    assert "K211" not in said[1]
