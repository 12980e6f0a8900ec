"""Filling a wording: who, how much and what from the line; nothing where a piece is missing."""

from __future__ import annotations

import string

from coach.domain.language import Language
from coach.review.suggestions.benefit_map import BenefitMap
from coach.review.suggestions.reuse import Reused

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
        self._pieces = {
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
        pieces = dict(self._pieces)
        if audience:
            plain, _, after_der = audience.partition("/")
            pieces |= {
                "audience": plain,
                "Audience": plain[:1].upper() + plain[1:],
                "of_audience": f"der {after_der or plain}",
            }
            if self._french and plain[0] in _VOWELS:
                wording = wording.replace("de {audience}", "d'{audience}")
        named = [name for _, name, _, _ in string.Formatter().parse(wording) if name]
        if any(not pieces.get(name) for name in named):
            return ""
        return wording.format_map(pieces)


def joined(what: str, why: str) -> str:
    """Join the two halves of an objective; German puts a comma between them."""
    return f"{what}{why}" if why.startswith(",") else f"{what} {why}"
