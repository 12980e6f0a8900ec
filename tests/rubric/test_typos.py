"""Words that were mistyped are read as what was meant, and words of their own are not."""

from __future__ import annotations

import time

import pytest

from coach.domain.language import Language
from coach.rubric.engine import Engine
from coach.rubric.lexicon import Vocabulary


def _vocabulary(engine: Engine, language: Language) -> Vocabulary:
    return Vocabulary(engine.source.languages[language])


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("en", "impelment", "implement"),
        ("en", "instalation", "installation"),
        ("en", "rewritting", "rewriting"),
        ("en", "recruitement", "recruitment"),
        ("fr", "dévellopper", "développer"),
        ("fr", "comissions", "commissions"),
        ("fr", "aplication", "application"),
        ("nl", "ontwikelen", "ontwikkelen"),
        ("nl", "implemnteren", "implementeren"),
        ("nl", "opleverign", "oplevering"),
        ("de", "entwikeln", "entwickeln"),
        ("de", "einfürhung", "einführung"),
        ("de", "schulugnen", "schulungen"),
    ],
)
def test_a_slip_is_read_as_what_was_meant(engine: Engine, language: Language, typed: str, meant: str) -> None:
    vocabulary = _vocabulary(engine, language)
    assert vocabulary.bits(typed) == vocabulary.bits(meant)
    assert vocabulary.bits(typed)


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("en", "existing"), ("en", "caching"), ("en", "tablets"), ("en", "makers"), ("en", "putting"),
        ("fr", "maisons"), ("fr", "peintres"), ("fr", "concret"), ("fr", "imprimeur"), ("fr", "planches"),
        ("nl", "profiteren"), ("nl", "vervallen"), ("nl", "kleren"), ("nl", "verwennen"), ("nl", "teksten"),
        ("de", "geschichte"), ("de", "riechen"), ("de", "fahrten"), ("de", "stecken"), ("de", "anstehen"),
    ],
)  # fmt: skip
def test_a_word_of_its_own_is_left_alone(engine: Engine, language: Language, word: str) -> None:
    vocabulary = _vocabulary(engine, language)
    assert not vocabulary.knows(word)
    assert vocabulary._typos.bits(word) == 0


def test_unknown_words_cost_little(engine: Engine) -> None:
    vocabulary = _vocabulary(engine, "de")
    vocabulary.bits("anfangswort")
    words = [
        f"{a}{b}ungsfall{c}"
        for a in ("ver", "ent", "ein", "auf")
        for b in ("stel", "gab", "nahm")
        for c in "abcdefghij"
    ]
    began = time.process_time()
    for word in words:
        vocabulary.bits(word)
    assert (time.process_time() - began) / len(words) < 0.0005
