"""The text model is one capped signal, and an organisation's own word lists do not disturb it."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.rubric.library import Library

LINES = [
    ("fr", "Part des dossiers traités en moins de deux jours : de 40 % à 75 %"),
    ("nl", "Drie opleidingen gegeven vóór eind maart"),
    ("en", "Keep the support line open on weekdays"),
    ("de", "Neues Kundenportal eingeführt"),
]


@pytest.fixture(scope="module")
def with_own_words(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("own")
    lists = folder / "lexicons"
    lists.mkdir()
    (lists / "classes.yaml").write_text(
        'schema: 1\nclasses:\n  aaa_own: {kind: word, about: "Names of our products."}\n'
    )
    for language in ("en", "fr", "nl", "de"):
        (lists / language).mkdir()
        (lists / language / "aaa_own.yaml").write_text(
            f"schema: 1\nlexicon: aaa_own\nlanguage: {language}\nentries:\n  - {{id: product, forms: [zorbix, support]}}\n"
        )
    return Library(own=folder, cache_dir=tmp_path_factory.mktemp("cache"))


@pytest.mark.parametrize(("language", "text"), LINES)
def test_own_word_lists_leave_the_verdict_alone(
    library: Library, with_own_words: Library, language: str, text: str
) -> None:
    plain, _ = library.engine("chicc").line("key_result", text, language=language)  # type: ignore[arg-type]
    own, _ = with_own_words.engine("chicc").line("key_result", text, language=language)  # type: ignore[arg-type]
    assert own.type == plain.type
    assert own.shares == pytest.approx(plain.shares)


def test_the_sum_of_the_words_is_capped(library: Library) -> None:
    caps = {s.id: s.cap for s in library.source.signals if s.value is not None and s.value.startswith("text-")}
    assert caps
    assert all(cap is not None and cap <= 3 for cap in caps.values())


def test_works_without_it(tmp_path: Path) -> None:
    engine = Library(cache_dir=tmp_path, text_model=False).engine("chicc")
    line, findings = engine.line("key_result", "Drie opleidingen gegeven vóór eind maart", language="nl")
    assert line.type == "output"
    assert findings
