"""No text speaks to the reader in one register only: it addresses nobody, or it exists as formal and as informal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

import pytest

from coach.domain.language import Language
from coach.resources import RUBRICS
from coach.rubric.schema import Texts, Wording
from coach.rubric.source import Folders, read_rubric

SOURCE = read_rubric(Folders((RUBRICS,)))
FORMAL = {
    "fr": re.compile(r"\b(?:vous|votre|vos|[a-zéèêçîûôâ]+ez-vous)\b", re.I),
    "nl": re.compile(r"\b(?:u|uw)\b", re.I),
    "de": re.compile(r"(?<=[a-zäöüß,] )(?:Sie|Ihnen|Ihre?[mnrs]?)\b"),
}
INFORMAL = {
    "fr": re.compile(r"\b(?:tu|ton|ta|tes|toi|te)\b", re.I),
    "nl": re.compile(r"\b(?:je|jij|jou|jouw|jullie)\b", re.I),
    "de": re.compile(r"\b(?:du|dich|dir|dein\w*|euch|euer|eure?\w*)\b"),
}
NAMES = ("title", "message", "ask", "why", "mend", "not_a_problem")


def _texts(language: Language) -> Iterator[tuple[str, str | Wording]]:
    for code, rule in SOURCE.rules.items():
        texts: Texts = rule.texts[language]
        yield from ((f"{code} {name}", text) for name in NAMES if (text := getattr(texts, name)))
    yield from ((name, texts[language]) for name, texts in {**SOURCE.notes, **SOURCE.labels}.items())


@pytest.mark.parametrize("language", ["fr", "nl", "de"])
def test_a_text_that_addresses_the_reader_has_both_registers(language: Language) -> None:
    for name, text in _texts(language):
        if isinstance(text, Wording):
            assert not INFORMAL[language].search(text.formal), name
            assert not FORMAL[language].search(text.informal), name
            assert text.formal != text.informal, name
        else:
            assert not FORMAL[language].search(text), f"{name}: {text}"
            assert not INFORMAL[language].search(text), f"{name}: {text}"


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
def test_labels_and_notes_name_no_word_that_does_not_exist(language: Language) -> None:
    known = {f"term_{name}" for name in SOURCE.terms[language]} | {
        "n",
        "moved",
        "stayed",
        "circle",
        "codes",
        "reason",
        "count",
        "clear",
        "embedder",
        "evidence",
        *("said", "lines", "precision", "low", "high"),
    }
    for name, texts in {**SOURCE.notes, **SOURCE.labels}.items():
        named = {field for _, field, _, _ in Formatter().parse(texts[language]) if field}
        assert named <= known, name
