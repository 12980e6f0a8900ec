"""Filling a wording: who, how much and what from the line; nothing where a piece is missing."""

from __future__ import annotations

import string
from functools import lru_cache

from coach.domain.language import Language
from coach.review.suggestions.benefit_map import BenefitMap
from coach.review.suggestions.reuse import Reused

_REMEMBERED = 4096  # wordings
_VOWELS = "aeiouyâàéèêëîïôûùhœæAEIOUYÉÈÊÎÔH"


class Filler:
    """Fills the wordings for one line.

    Args:
        known: the benefit map of the language.
        reused: pieces of the line.
        language: of the line.
        baseline: what the profile calls a starting value.
    """

    def __init__(self, known: BenefitMap, reused: Reused, language: Language, baseline: str) -> None:
        self._french = language == "fr"
        self._addressed: dict[str, dict[str, str | None]] = {}
        self._pieces: dict[str, str | None] = {
            "line": reused.line,
            "purpose": reused.purpose,
            "metric": reused.metric,
            "target": reused.target,
            "baseline": reused.baseline,
            "term_baseline": baseline,
            "from_to": known.from_to,
            "share": known.share,
        }

    def __call__(self, wording: str, audience: str | None) -> str:
        """Return the filled wording; empty where it names something the line does not give.

        Args:
            wording: from the benefit map.
            audience: who benefits, in the plural; a German one may end in its form after "der".
        """
        pieces = self._pieces if audience is None else self._with(audience)
        if audience and self._french and audience[0] in _VOWELS:
            wording = wording.replace("de {audience}", "d'{audience}")
        for name in named(wording):
            if not pieces.get(name):
                return ""
        return wording.format_map(pieces)

    def _with(self, audience: str) -> dict[str, str | None]:
        pieces = self._addressed.get(audience)
        if pieces is None:
            plain, _, after_der = audience.partition("/")
            pieces = self._addressed[audience] = {
                **self._pieces,
                "audience": plain,
                "Audience": plain[:1].upper() + plain[1:],
                "of_audience": f"der {after_der or plain}",
            }
        return pieces


@lru_cache(maxsize=_REMEMBERED)
def named(wording: str) -> tuple[str, ...]:
    """Return what a wording leaves open."""
    return tuple(name for _, name, _, _ in string.Formatter().parse(wording) if name)


def joined(what: str, why: str) -> str:
    """Join the two halves of an objective; German puts a comma between them."""
    return f"{what}{why}" if why.startswith(",") else f"{what} {why}"
