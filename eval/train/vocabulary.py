"""The tokenizer of the house embedder: the stems of the lexicon, endings, compound parts, and letters for the rest.

It is built by counting and sorting only, so that the same lexicon always gives the same tokenizer; a trained vocabulary does
not. The Unigram model then cuts every word the cheapest way: "Bewerbermanagementsystem" into its three stems.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from coach.domain.language import LANGUAGES
from coach.similarity.concept_files import Concept
from coach.similarity.text import key, stem, words

_LONGEST_WORD = 40
_LONGEST_TEXT = 512
_ENDINGS = 250
_GRAMS = 3_000
#: Endings that the lexicon's forms seldom show and running text does: future and imperfect, present plural, feminine agents.
_REGULAR = (
    "era", "eront", "erait", "eraient", "ait", "aient", "ent", "ons", "ez", "ant", "ees", "ee", "ions", "issent", "trice",
    "trices", "euse", "ing",
    "ings", "ers", "ly", "ness", "de", "den", "te", "ten", "end", "ende", "je", "jes", "tje", "tjes", "heid", "innen",
    "ung", "ungen", "keit",
    "test", "lich", "st",
)  # fmt: skip
_SIGNS = "-'.,:;/&%€+()!?\"→<>=*#@°|"
#: What a piece costs; a word is cut where the sum is lowest.
_STEM, _SHORT_STEM, _TINY, _ENDING, _GRAM, _LETTER = -10.0, -12.0, -13.0, -7.0, -14.0, -16.0


def build_tokenizer(concepts: Iterable[Concept], more: Iterable[str] = ()) -> Tokenizer:
    """Return the tokenizer for these concepts and the words of further texts."""
    known = sorted(_known_words(concepts, more))
    pieces: dict[str, float] = {"[PAD]": -100.0, "[UNK]": -100.0}
    for piece, score in (*_stems(known), *_endings(known), *_grams(known), *_letters(known)):
        pieces.setdefault(piece, score)
    made = Tokenizer(models.Unigram(list(pieces.items()), unk_id=1, byte_fallback=False))
    made.normalizer = normalizers.Sequence(
        [
            normalizers.Lowercase(), normalizers.Replace("ß", "ss"), normalizers.Replace("œ", "oe"),
            normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase(),
        ]
    )  # fmt: skip
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.enable_truncation(_LONGEST_TEXT)
    return made


def _known_words(concepts: Iterable[Concept], more: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for concept in concepts:
        for language in LANGUAGES:
            for form in concept.forms(language):
                found.update(key(form).split())
        for parts in (*concept.tails.values(), *concept.heads.values()):
            found.update(part for whole in parts for part in key(whole).split())
    for text in more:
        found.update(word.key for word in words(text))
    return {word for word in found if word and len(word) <= _LONGEST_WORD}


def _stems(known: Iterable[str]) -> Iterator[tuple[str, float]]:
    for piece in sorted({stem(word) for word in known}):
        yield piece, _STEM if len(piece) > 4 else _SHORT_STEM if len(piece) == 4 else _TINY


def _endings(known: Iterable[str]) -> Iterator[tuple[str, float]]:
    counts = Counter(word[len(stem(word)) :] for word in known)
    counts.pop("", None)
    for ending in dict.fromkeys((*(found for found, _ in _most(counts, _ENDINGS)), *_REGULAR)):
        yield ending, _ENDING


def _grams(known: Iterable[str]) -> Iterator[tuple[str, float]]:
    """Frequent groups of three and four letters, so that an unknown word is more than its letters."""
    counts = Counter(word[at : at + size] for word in known for size in (3, 4) for at in range(len(word) - size + 1))
    for gram, _ in _most(counts, _GRAMS):
        yield gram, _GRAM


def _letters(known: Iterable[str]) -> Iterator[tuple[str, float]]:
    letters = {char for word in known for char in word} | set("abcdefghijklmnopqrstuvwxyz0123456789")
    for char in (*sorted(letters), *_SIGNS):
        yield char, _LETTER


def _most(counts: Counter[str], size: int) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:size]
