"""Where the schools disagree about the way named in an objective."""

from __future__ import annotations

import pytest

from coach.domain.language import Language
from coach.rubric.library import Library

LINES: list[tuple[Language, str, str]] = [
    ("en", "Open a repair café in the hall so that neighbours throw less away", "Open a repair café in the hall"),
    ("fr", "Créer un livret d'accueil, afin que les nouveaux trouvent seuls leur chemin", "Créer un livret d'accueil"),
    (
        "nl",
        "Een meldpunt openen zodat buren elkaar sneller vinden",
        "Een meldpunt openen",
    ),
    ("de", "Ein Lotsenbüro eröffnen, damit Eltern den Kita-Platz selbst finden", "Ein Lotsenbüro eröffnen"),
]


@pytest.mark.parametrize(("language", "text", "way"), LINES)
def test_classic_hints_at_the_way_and_chicc_accepts_it(language: Language, text: str, way: str) -> None:
    library = Library()
    line, found = library.engine("classic").line("objective", text, language=language)
    assert line.type == "transformational"
    hint = next(f for f in found if f.code == "P705")
    assert (hint.severity, hint.state) == ("hint", "open")
    assert hint.evidence[0].text == way
    assert way in hint.message
    _, found = library.engine("chicc").line("objective", text, language=language)
    assert not {"P705", "O103", "O104"} & {f.code for f in found if f.state == "open"}


def test_a_benefit_alone_has_no_way_to_hint_at() -> None:
    _, found = Library().engine("classic").line("objective", "Make moving house painless for tenants", language="en")
    assert "P705" not in {f.code for f in found}


def test_what_is_asked_as_a_project_already_is_not_hinted_at_as_well() -> None:
    text = "Einen Chatbot einführen, um einen Chatbot im Einsatz zu haben"
    _, found = Library().engine("classic").line("objective", text, language="de")
    assert [f.code for f in found].count("P705") == 1
