"""Typing errors: the class of a long word that is one slip away from a known one, and from no other.

One slip leaves the beginning or the end of a word as it was, so only words that share either are compared. The first letter is
taken for granted: people rarely get it wrong, and other words often differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

_SHORTEST = 6
_SHORTEST_TURNED = 8
_LONG = 9
_ENDING = 3
_FINAL = {"d", "t"}
#: Letters taken for one another: those that sound alike, and those without their accent.
_ALIKE = ("aàâä", "eéèêëä", "iîïyeéè", "oôöu", "uùûüou", "szcßç", "ckqç", "dt", "vfw", "gj")
_LONGEST = 24
_EDGE = 4


class Typos:
    """Known words by how they begin and end.

    Args:
        words: class bits of every known word.
        wanted: bits of the classes in which a slip is forgiven.
    """

    def __init__(self, words: Mapping[str, int], wanted: int) -> None:
        self._words = words
        self._wanted = wanted
        self._starts: dict[str, list[str]] = {}
        self._ends: dict[str, list[str]] = {}
        for word in words:
            if len(word) >= _SHORTEST - 1 and word.isalpha():
                self._starts.setdefault(word[:_EDGE], []).append(word)
                self._ends.setdefault(word[0] + word[-_EDGE:], []).append(word)

    def bits(self, token: str) -> int:
        """Return the class bits of the words one slip away; 0 where there is none, or where they are of different classes."""
        if not _SHORTEST <= len(token) <= _LONGEST or not token.isalpha():
            return 0
        near = (*self._starts.get(token[:_EDGE], ()), *self._ends.get(token[0] + token[-_EDGE:], ()))
        found = {self._words[word] for word in near if _one_slip(token, word)}
        if len(found) != 1:
            return 0
        bits = found.pop()
        return bits if bits & self._wanted else 0


def _one_slip(typed: str, word: str) -> bool:
    """Whether a word was mistyped into another spelling, and not into another word.

    A letter doubled or not doubled counts from six letters, two neighbours that changed places from eight. A letter missing, too
    many or taken for one that sounds alike counts from nine letters, and not in the ending, where it makes another form.
    """
    if abs(len(typed) - len(word)) > 1:
        return False
    short, long = (typed, word) if len(typed) < len(word) else (word, typed)
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    inside = len(typed) >= _LONG and start < len(long) - _ENDING
    if len(short) < len(long):
        if start == len(short) or short[start:] != long[start + 1 :]:
            return False
        return long[start] == long[start - 1] or inside
    if start == len(short):
        return False
    if start < len(short) - 1 and typed[start] == word[start + 1] and typed[start + 1] == word[start]:
        return len(typed) >= _SHORTEST_TURNED and typed[start + 2 :] == word[start + 2 :]
    if {typed[start], word[start]} == _FINAL and start == len(word) - 1:
        return len(typed) >= _SHORTEST_TURNED  # "gehalveert": heard alike, and the commonest slip of all in Dutch
    alike = any(typed[start] in group and word[start] in group for group in _ALIKE)
    return inside and alike and typed[start + 1 :] == word[start + 1 :]
