"""Words as the concept lexicon knows them: lower case, without accents, hyphens and apostrophes cut."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+")
_ENDINGS = ("en", "es", "er", "em", "ed", "s", "e", "n", "t", "x", "r")
_SHORTEST = 4
#: Longest part of a text that is read; what stands behind it does not change what a title is about.
READ_LIMIT = 4_000


class Word(NamedTuple):
    """A word: as it is written, and as it is looked up."""

    surface: str
    key: str


@lru_cache(maxsize=200_000)
def plain(word: str) -> str:
    """Return a word in lower case, without accents and umlauts, ß as ss."""
    low = word.lower()
    if low.isascii():
        return low
    low = low.replace("ß", "ss").replace("œ", "oe").replace("æ", "ae")
    return "".join(char for char in unicodedata.normalize("NFKD", low) if not unicodedata.combining(char))


def words(text: str) -> list[Word]:
    """Split a text into words; only its first `READ_LIMIT` characters are read."""
    composed = unicodedata.normalize("NFC", text[:READ_LIMIT])
    return [Word(found, plain(found)) for found in _WORD.findall(composed)]


def as_written(surface: str, text: str) -> str:
    """Return words that stand side by side in a text with what joins them there: "heures d'ouverture", "sign-on".

    Args:
        surface: the words, one blank between any two of them.
        text: where they stand; where they do not, they come back as they are.
    """
    pattern = r"[\W_]{1,3}".join(map(re.escape, surface.split()))
    found = re.search(rf"(?<!\w){pattern}(?!\w)", unicodedata.normalize("NFC", text[:READ_LIMIT]))
    return found.group() if found else surface


def key(form: str) -> str:
    """Return how a form of the lexicon is looked up: its plain words, joined by blanks."""
    return " ".join(word.key for word in words(form))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Take at most two endings off and leave four letters; crude on purpose, so that inflections meet."""
    for _ in range(2):
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
                word = word[: -len(ending)]
                break
        else:
            break
    return word


def stems(form_key: str) -> str:
    """Return a key with every word cut to its stem."""
    return " ".join(map(stem, form_key.split()))
