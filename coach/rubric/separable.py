"""Dutch and German verbs whose first part stands at the end of the clause: "we leiden … op", "wir führen … ein"."""

from __future__ import annotations

from collections.abc import Callable

from coach.domain.language import Language

_PARTICLES: dict[str, frozenset[str]] = {
    "nl": frozenset([
        "aan", "achter", "af", "bij", "binnen", "door", "in", "klaar", "mee", "na", "om", "onder", "op", "open", "over", "samen",
        "terug", "toe", "uit", "vast", "voor", "weg",
    ]),
    "de": frozenset([
        "ab", "an", "auf", "aus", "bei", "bereit", "durch", "ein", "fest", "frei", "her", "hin", "los", "mit", "nach", "um", "vor",
        "weg", "weiter", "zu", "zurück", "zusammen",
    ]),
}  # fmt: skip
_CLAUSES = frozenset(["zodat", "opdat", "om", "omdat", "en", "damit", "sodass", "um", "und", "weil"])
_NOBODY: frozenset[str] = frozenset()


def particles(language: Language) -> frozenset[str]:
    """Return the words that may be the first part of a verb; empty where verbs stay whole."""
    return _PARTICLES.get(language, _NOBODY)


def rejoined(tokens: list[str], particles: frozenset[str], is_verb: Callable[[str], bool]) -> list[str]:
    """Return the words with each such verb in one piece, where its finite form stands.

    Args:
        tokens: words of a line, lower case.
        particles: what may close a clause and belong to the verb before it.
        is_verb: whether a word in one piece is a verb that the lexicons know.
    """
    whole = tokens
    for at in range(1, len(tokens)):
        closes = at + 1 == len(tokens) or tokens[at + 1] in _CLAUSES
        if not closes or tokens[at] not in particles:
            continue
        verb = next((i for i in range(at - 1, -1, -1) if is_verb(tokens[at] + tokens[i])), None)
        if verb is not None:
            whole = [*whole[:verb], tokens[at] + tokens[verb], *whole[verb + 1 :]]
    return whole
