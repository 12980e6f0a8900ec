"""The catalogue of rules by family."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from coach.http.pages.remarks import tone_of
from coach.http.pages.words import N_, Words
from coach.rubric.engine import Engine

#: First letter of a code -> what the family is about, in the order in which one thinks about a line.
FAMILIES = {
    "P": N_("What the line really is"),
    "O": N_("How an objective is put"),
    "K": N_("How a key result is put"),
    "S": N_("The set as a whole"),
    "A": N_("How it hangs together"),
    "C": N_("Cycle, dates and owners"),
    "D": N_("The same, or the opposite, elsewhere"),
    "X": N_("Wording and discretion"),
    "W": N_("Remarks one has decided to live with"),
}
OWN = N_("Rules of this organisation")


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule in the catalogue."""

    code: str
    title: str
    severity: str
    tone: str
    speaks: bool
    on_trial: bool
    url: str


@dataclass(frozen=True, slots=True)
class Family:
    """Rules that belong together; `name` is English, the template translates it."""

    letter: str
    name: str
    rules: tuple[Entry, ...]


def family_of(code: str) -> str:
    """Return what the family of a code is about, in English."""
    return FAMILIES.get(_letter(code), OWN)


def families_of(engine: Engine, words: Words) -> tuple[Family, ...]:
    """Return the catalogue: our families first, then those of the organisation."""
    order = [*FAMILIES]

    def place(code: str) -> tuple[int, str]:
        letter = _letter(code)
        return (order.index(letter) if letter in FAMILIES else len(order), code)

    codes = sorted(engine.source.rules, key=place)
    return tuple(
        Family(letter, FAMILIES.get(letter, OWN), tuple(_entry(engine, code, words) for code in members))
        for letter, members in groupby(codes, key=lambda code: _letter(code))
    )


def _letter(code: str) -> str:
    return code[0] if code[0] in FAMILIES and "/" not in code else "own"


def _entry(engine: Engine, code: str, words: Words) -> Entry:
    rule = engine.source.rules[code]
    severity = engine.profile.severity.get(code, rule.severity)
    return Entry(
        code=code,
        title=engine.speaker.say(rule.texts[words.language].title, words.language, {"evidence": "…"}),
        severity=words.label(f"severity-{severity}"),
        tone=tone_of(engine, code),
        speaks=code in engine.rules,
        on_trial=rule.status == "preview",
        url=f"/rules/{quote(code)}",
    )
