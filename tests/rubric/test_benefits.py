"""The benefit map is data: its faults are named with their file and line, and nothing in it is dead weight."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coach.domain.language import LANGUAGES, Language
from coach.errors import RubricError
from coach.resources import RUBRICS
from coach.review.suggestions.benefit_map import BenefitMap
from coach.review.suggestions.fill import Filler
from coach.review.suggestions.reuse import Reused
from coach.review.suggestions.suggest import Suggester
from coach.rubric.benefits import compile_benefits
from coach.rubric.engine import Engine

FILES = sorted((RUBRICS / "benefits").glob("*.yaml"))
MAPS = {language: BenefitMap(data) for language, data in compile_benefits(FILES).items()}
#: Words that speak to the reader; a wording is a line of an OKR and speaks to nobody.
ADDRESS = {
    "en": re.compile(r"\b(?:you|your)\b"),
    "fr": re.compile(r"\b(?:tu|toi|ton|ta|tes|vous|votre|vos)\b"),
    "nl": re.compile(r"\b(?:je|jij|jouw|u|uw)\b"),
    "de": re.compile(r"\b(?:du|dich|dein\w*|Sie|Ihnen)\b"),
}
ONE = """
schema: 1
benefits:
  - id: thing
    family: deliverable
    who: [customers]
    en: {words: [thing], change: "{Audience} do it", measures: ["Share of {audience}: {share}"]}
    fr: {words: [chose], change: "Les {audience}", measures: ["Part des {audience} : {share}"]}
    nl: {words: [ding], change: "{Audience} doen het", measures: ["Aandeel {audience}: {share}"]}
    de: {words: [Ding], change: "{Audience} tun es", measures: ["Anteil {of_audience}: {share}"]}
"""


def test_there_are_enough_kinds_of_deliverables() -> None:
    kinds = [benefit for benefit in MAPS["en"]._benefits if benefit.family == "deliverable"]
    assert len(kinds) >= 30


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("profile", ["chicc", "classic"])
def test_the_rubric_objects_to_hardly_any_wording(
    request: pytest.FixtureRequest, engine: Engine, profile: str, language: Language
) -> None:
    chosen = engine if profile == "chicc" else request.getfixturevalue("classic")
    known, suggester = MAPS[language], Suggester(chosen)
    fill = Filler(known, Reused(), language, "")
    wordings = [
        (kind, fill(wording, known.usual(benefit)))
        for benefit in known._benefits
        for kind, wording in (*(("key_result", m) for m in benefit.measures), ("objective", benefit.change))
        if wording
    ]
    # One that it objects to is never shown; a few may fall out when the weights are fitted anew.
    objected = [text for kind, text in wordings if not suggester._judge(kind, text, language)]  # type: ignore[arg-type]
    assert len(objected) <= len(wordings) * 0.03, objected


@pytest.mark.parametrize("language", LANGUAGES)
def test_wordings_address_nobody(language: Language) -> None:
    known = MAPS[language]
    texts = [t for b in known._benefits for t in (b.change, b.so_that, *b.measures) if t]
    texts += [text for wordings in known.wordings.values() for text in wordings]
    assert not [text for text in texts if ADDRESS[language].search(text)]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("{Audience} do it", "{Audience} do {what}", "thing.yaml:7: thing.en.change: unknown placeholder {what}"),
        ("who: [customers]", "who: [martians]", "thing.yaml:6: thing: there is no audience 'martians'"),
        ("{Audience} doen het", "{Audience} doen ⟨het", "thing.yaml:9: thing.nl.change: ⟨ and ⟩ do not pair"),
        ('change: "Les {audience}", ', "", "change is not there in every language"),
        ("words: [Ding]", "words: []", "thing.yaml:10"),
        ("family: deliverable", "family: deliverables", "thing.yaml:5"),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path: Path, old: str, new: str, place: str) -> None:
    path = tmp_path / "thing.yaml"
    path.write_text(ONE.replace(old, new), encoding="utf-8")
    with pytest.raises(RubricError) as caught:
        compile_benefits([*FILES, path])
    assert place in str(caught.value)


def test_an_organisation_adds_its_own_kinds(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(ONE, encoding="utf-8")
    own = BenefitMap(compile_benefits([*FILES, path])["nl"])
    assert [benefit.id for benefit in own.about(["een", "ding"], ("deliverable",))] == ["thing"]
