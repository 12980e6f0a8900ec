"""Where a line says *what* and where it says *why*: "… afin de …", "… om … te …", "… in order to …", "… um … zu …"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.domain.language import Language

_FRENCH_INFINITIVE = re.compile(r".{2,}(?:er|ir|re|oir)$")
_FRENCH_AFTER_POUR = frozenset(
    {
        "que",
        "qu",
        "mieux",
        "ne",
        "se",
        "s",
        "y",
        "en",
        "nous",
        "vous",
        "leur",
        "lui",
        "les",
        "le",
        "la",
        "l",
        "plus",
        "moins",
    }
)
_OPENERS = frozenset({"zodat", "opdat", "damit", "sodass", "so"})
_NUMBER = re.compile(r"\d")


def opens_purpose(language: Language, tokens: Sequence[str], first: int, last: int) -> bool:
    """Tell whether a word of the class `purpose_connector` really opens a purpose clause here.

    "um 20 %", "om de twee weken" and "pour le 30 juin" do not.

    Args:
        language: language of the line.
        tokens: its words.
        first: index of the connector's first word.
        last: index of its last word.
    """
    word = tokens[first] if first == last else " ".join(tokens[first : last + 1])
    after = tokens[last + 1 : last + 13]
    if not after:
        return False
    if language == "fr" and word == "pour":
        return _pour(after)
    if language == "nl" and word == "om":
        return not _NUMBER.match(after[0]) and "te" in after[1:]
    if language == "de" and word == "um":
        return not _NUMBER.match(after[0]) and any(token == "zu" or _has_infix_zu(token) for token in after[1:])
    if language == "en" and word == "to":
        return False
    return first > 0 or last > first or word in _OPENERS


def _pour(after: Sequence[str]) -> bool:
    if _NUMBER.match(after[0]):
        return False
    if after[0] in ("que", "qu"):
        return True
    tail = [token for token in after[:3] if token not in _FRENCH_AFTER_POUR] or [after[0]]
    return (
        after[0] not in ("tous", "toutes", "tout")
        and bool(_FRENCH_INFINITIVE.match(tail[0]))
        and (tail[0] == after[0] or after[0] in _FRENCH_AFTER_POUR)
    )


def _has_infix_zu(token: str) -> bool:
    return len(token) > 7 and "zu" in token[2:-4] and token.endswith("en")
