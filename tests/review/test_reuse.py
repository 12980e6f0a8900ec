"""The author's own words are taken over only where their grammar allows it."""

from __future__ import annotations

import pytest

from coach.domain.language import Language
from coach.domain.review import Kind
from coach.review.suggestions.fill import joined
from coach.review.suggestions.reuse import Reader, Reused
from coach.rubric.engine import Engine


def _reused(engine: Engine, kind: Kind, language: Language, text: str) -> Reused:
    line, _ = engine.line(kind, text, language=language)
    return Reader(engine.space).read(line.line)


@pytest.mark.parametrize(
    ("language", "text", "metric", "target"),
    [
        ("en", "Attendance remains at 95 %", "Attendance", "95 %"),
        ("en", "Reduction of the waiting time to 10 minutes", "Waiting time", "10 minutes"),
        ("fr", "Réduction du taux d'absentéisme à 4 %", "Taux d'absentéisme", "4 %"),
        ("fr", "Le taux de rotation reste sous 8 %", "Taux de rotation", "8 %"),
        ("nl", "Het verzuim verlagen tot 4%", "Verzuim", "4%"),
        ("de", "Wartezeit im Bürgeramt auf 15 Minuten senken", "Wartezeit im Bürgeramt", "15 Minuten"),
        ("de", "Unfallzahlen runter!!", "Unfallzahlen", None),
        ("fr", "+10 % de chiffre d'affaires", "Chiffre d'affaires", None),
        ("de", "+12 % Umsatz", "Umsatz", None),
        ("nl", "terwijl NPS tussen 20 en 28 blijft", None, None),
        ("de", "Schadenquote nicht höher als letztes Jahr", None, None),
        ("fr", "Livrer le portail avant le 1er mai", None, None),
    ],
)
def test_the_name_of_what_is_measured(
    engine: Engine, language: Language, text: str, metric: str | None, target: str | None
) -> None:
    reused = _reused(engine, "key_result", language, text)
    assert (reused.metric, reused.target if metric else None) == (metric, target)


@pytest.mark.parametrize(
    ("language", "text", "purpose"),
    [
        ("en", "Grow monthly revenue to £400k", "in order to grow monthly revenue to £400k"),
        ("fr", "Augmenter la marge brute de 3 points", "afin d'augmenter la marge brute de 3 points"),
        ("fr", "Réduire le taux d'absentéisme", "afin de réduire le taux d'absentéisme"),
        ("nl", "Het verloop bij de verpleegkundigen verlagen", "om het verloop bij de verpleegkundigen te verlagen"),
        ("nl", "De verkoop opdrijven", None),  # a separable verb would need its parts taken apart
        ("de", "Retourenquote senken", None),  # the noun would need an article
        ("en", "Reach among 16-24s", None),  # a noun that looks like a verb
    ],
)
def test_a_line_as_the_end_of_an_objective(engine: Engine, language: Language, text: str, purpose: str | None) -> None:
    assert _reused(engine, "objective", language, text).purpose == purpose


@pytest.mark.parametrize(
    ("language", "text", "fits"),
    [
        ("fr", "Remplacement du compresseur Nord", True),
        ("nl", "Nieuwe webshop lanceren", True),
        ("de", "Chatbot ausrollen", True),
        ("en", "Swag boxes are shipped to the 40 most active helpers", False),
        ("en", "kubernetes", False),
        ("en", "Launch the portal so that customers settle their request themselves", False),
    ],
)
def test_a_line_that_can_be_continued(engine: Engine, language: Language, text: str, *, fits: bool) -> None:
    assert bool(_reused(engine, "objective", language, text).line) is fits


def test_german_puts_a_comma_before_its_why() -> None:
    assert joined("Chatbot ausrollen", ", damit es schneller geht") == "Chatbot ausrollen, damit es schneller geht"
    assert joined("Roll out the chatbot", "so that it is faster") == "Roll out the chatbot so that it is faster"
