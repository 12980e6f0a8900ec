"""Words are cut as the tokenizer beside the weights cuts them."""

import json
import random

import pytest

from coach.similarity.house import HOUSE
from coach.similarity.pieces import Pieces

DATA = (HOUSE / "tokenizer.json").read_bytes()
ODD = [
    "",
    " ",
    "x",
    "😀😀",
    "日本語のタイトル",
    "…!?",
    "a" * 3_000,
    "mot " * 2_000,
    "Ⅷ ﬁn ß Œuvre",
    "\x1c a\u200bb\xadc",
    "a\u0301\u0301b",
]


def _random_texts(size: int) -> list[str]:
    rng = random.Random(0)
    blocks = ((32, 127), (97, 123), (160, 700), (0x370, 0x600), (0x2000, 0x2FFF))
    return ["".join(chr(rng.randrange(*rng.choice(blocks))) for _ in range(rng.randrange(1, 60))) for _ in range(size)]


def test_pieces_are_those_of_the_tokenizer():
    from tokenizers import Tokenizer

    theirs = Tokenizer.from_buffer(DATA)
    texts = [*ODD, *_random_texts(500), "Bewerbermanagementsystem einführen", "Loonadministratiesoftware kiezen"]
    wanted = [encoding.ids for encoding in theirs.encode_batch_fast(texts, add_special_tokens=False)]
    assert Pieces(DATA).rows(texts) == wanted


def test_words_hold_the_pieces_of_their_text():
    pieces = Pieces(DATA)
    text = "Réduire l'absentéisme, d'ici fin 2027"
    assert [at for _, row in pieces.words(text) for at in row] == pieces.rows([text])[0]
    assert "absentéisme" in [surface for surface, _ in pieces.words(text)]


def test_another_kind_of_tokenizer_is_refused():
    parts = json.loads(DATA)
    parts["model"] = {"type": "WordPiece", "vocab": {}}
    with pytest.raises(ValueError, match="WordPiece"):
        Pieces(json.dumps(parts).encode())
