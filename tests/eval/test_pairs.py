"""The labelled pairs and what is published about them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from eval.corpus import OWN, PAIR_LABELS, TitlePair, digest, read_pairs
from eval.corpus_facts import pair_facts, pairs_table


@pytest.fixture(scope="module")
def pairs() -> list[TitlePair]:
    return read_pairs()


def test_the_readme_shows_the_figures_of_the_file(pairs: list[TitlePair]) -> None:
    assert pairs_table(pair_facts(pairs)) in (OWN / "README.md").read_text(encoding="utf-8")


def test_every_label_has_enough_pairs_in_one_language_and_in_two(pairs: list[TitlePair]) -> None:
    counts = Counter((pair.label, pair.same_language) for pair in pairs)
    assert set(counts) == {(label, same) for label in PAIR_LABELS for same in (True, False)}
    assert min(counts.values()) >= 40
    assert len({pair.domain for pair in pairs}) >= 12


def test_no_pair_and_no_title_comes_twice(pairs: list[TitlePair]) -> None:
    titles = [title for pair in pairs for title in (pair.a, pair.b)]
    assert len({pair.id for pair in pairs}) == len(pairs)
    assert len(set(titles)) == len(titles)


def test_a_topic_stays_in_one_split(pairs: list[TitlePair]) -> None:
    splits: dict[str, set[str]] = {}
    for pair in pairs:
        splits.setdefault(pair.topic, set()).add(pair.split)
    assert [topic for topic, found in splits.items() if len(found) > 1] == []


def test_ambiguous_is_where_the_labellings_differ_or_waver(pairs: list[TitlePair]) -> None:
    assert all(pair.ambiguous == (pair.second != pair.label or bool(pair.also_ok)) for pair in pairs)
    assert all({pair.label, pair.second, *pair.also_ok} <= set(PAIR_LABELS) for pair in pairs)
    assert all(pair.label not in pair.also_ok for pair in pairs)


def test_disagreement_and_wavering_lower_the_kappa(pairs: list[TitlePair]) -> None:
    some = [pair for pair in pairs if not pair.ambiguous][:40]
    agreed = pair_facts(some)[0]
    wavered = pair_facts([replace(some[0], also_ok=(_other(some[0].label),), ambiguous=True), *some[1:]])[0]
    differing = pair_facts([replace(some[0], second=_other(some[0].label), ambiguous=True), *some[1:]])[0]
    assert agreed.kappa.value == agreed.strict.value == 1
    assert wavered.kappa.value == 1 > wavered.strict.value
    assert differing.kappa.value == differing.strict.value < 1
    assert (agreed.ambiguous, wavered.ambiguous, differing.ambiguous) == (0, 1, 1)


def test_groups_without_pairs_are_left_out(pairs: list[TitlePair]) -> None:
    found = pair_facts([pair for pair in pairs if pair.same_language])
    assert [facts.name for facts in found] == ["all", "one language"]


def test_pairs_do_not_change_the_digest_of_the_lines(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "en.jsonl").write_text("{}\n", encoding="utf-8")
    before = digest(folder)
    (folder / "pairs.jsonl").write_text("{}\n", encoding="utf-8")
    assert digest(folder) == before


def _other(label: str) -> str:
    return next(other for other in PAIR_LABELS if other != label)
