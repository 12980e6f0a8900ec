"""The titles the relation scorer is trained on: read, grouped, and never a title that is measured on."""

import json

import pytest

from eval.pairs import OWN_PAIRS
from eval.train.topics import read_topics, written_pairs


def test_no_title_to_train_on_is_one_of_the_corpus():
    rows = [json.loads(line) for line in OWN_PAIRS.read_text("utf-8").splitlines()]
    measured = {row[side].casefold() for row in rows for side in ("a", "b")}
    written = {title.casefold() for t in read_topics() for title, _ in (*t.same, *t.against, *t.related)}
    assert len(written) > 700
    assert not measured & written


def test_the_groups_make_pairs_of_all_four_labels(tmp_path):
    path = tmp_path / "titles.txt"
    path.write_text("# a-topic\n= en: One\n= fr: Un\n! en: None\n~ de: Anderes\n\n# other\n= nl: Twee\n", "utf-8")
    made = {(pair.a, pair.b, pair.label) for pair in written_pairs(read_topics(path), seed=1)}
    assert {
        ("One", "Un", "duplicate"),
        ("One", "None", "contradiction"),
        ("Un", "Anderes", "related"),
        ("One", "Twee", "unrelated"),
    } <= made


def test_a_line_that_is_none_is_named(tmp_path):
    path = tmp_path / "titles.txt"
    path.write_text("# a-topic\n= xx: One\n", "utf-8")
    with pytest.raises(ValueError, match=r"titles\.txt:2"):
        read_topics(path)
