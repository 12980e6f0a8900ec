"""Small words that make a title absolute: "only", "every", "no more".

Two titles about one thing seldom both hold such a word and agree.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from coach.domain.language import Language

_ONLY: dict[Language, str] = {
    "en": r"only|solely|exclusively|nothing but|nowhere else|nobody|none|at most|no longer|just one|single",
    "fr": r"uniquement|seulement|exclusivement|rien que|seuls?|seules?|réservée?s?|au plus|plus aucune?|fini|finie|unique",
    "nl": r"enkel|alleen|uitsluitend|slechts|voorbehouden|niet langer|niemand|hooguit|enige|nog maar|geen enkele?",
    "de": r"nur|ausschließlich|lediglich|allein|alleinige?[rsn]?|niemand|höchstens|nicht mehr|kein einzige[rs]?|einzige?[rsn]?",
}
_EVERY: dict[Language, str] = {
    "en": r"all|every|everyone|everybody|each|whole|entire|always|any|anyone|anytime|everywhere|full",
    "fr": r"tous|toutes|tout|toute|chaque|chacune?|toujours|partout|n'importe|entière?|ensemble d[eu]s?",
    "nl": r"alle|elke|elk|iedere|ieder|iedereen|allemaal|heel|hele|altijd|overal|gans|volledige?",
    "de": r"alle[nrsm]?|jede[nrsm]?|sämtliche[nrs]?|ganze[nrs]?|immer|überall|jederzeit|gesamte[nrs]?|komplett",
}
_NOT: dict[Language, str] = {
    "en": r"no|not|never|without|stop|zero|nothing|free of|instead of|end|ban|less|fewer",
    "fr": r"pas|jamais|sans|zéro|aucune?|ne|ni|arrêter|supprimer|fin|moins|plus de|au lieu",
    "nl": r"geen|niet|nooit|zonder|nul|niets|stop|stoppen|afschaffen|minder|in plaats van",
    "de": r"keine?[nrsm]?|nicht|nie|ohne|null|nichts|abschaffen|stopp|weniger|statt",
}


def _compiled(words: dict[Language, str]) -> dict[Language, re.Pattern[str]]:
    return {language: re.compile(rf"\b(?:{found})\b", re.IGNORECASE) for language, found in words.items()}


_PATTERNS = tuple(map(_compiled, (_ONLY, _EVERY, _NOT)))


class Markers(NamedTuple):
    """Whether a title holds such a word.

    Attributes:
        only: one that leaves nothing else.
        every: one that leaves nothing out.
        none: one that takes away.
    """

    only: bool
    every: bool
    none: bool


def markers(text: str, language: Language) -> Markers:
    """Return the markers of a title."""
    return Markers(*(bool(pattern[language].search(text)) for pattern in _PATTERNS))
