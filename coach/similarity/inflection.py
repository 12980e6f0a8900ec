"""From an inflected word to the forms it may come from: regular endings, prefixes of participles, infixes, and spelling.

Only a guess: the lexicon takes the first guess that it knows, so that no guess can invent a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from coach.domain.language import Language

_LEAST = 3
#: Ending and what stands in its place, the longest first.
_RULES: dict[Language, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "en": (
        ("isations", ("ise",)), ("isation", ("ise",)), ("ations", ("ate", "e", "")), ("ation", ("ate", "e", "")),
        ("ities", ("ity",)), ("iness", ("y",)), ("ness", ("",)), ("ility", ("le",)), ("ments", ("",)), ("ment", ("",)),
        ("ically", ("ic",)), ("ingly", ("e", "")), ("edly", ("e", "")), ("ably", ("able",)), ("ily", ("y",)),
        ("ions", ("e", "")), ("ion", ("e", "")), ("ings", ("", "e")), ("ing", ("", "e")), ("ied", ("y",)),
        ("ies", ("y", "ie")), ("iest", ("y",)), ("ier", ("y",)), ("ers", ("e", "")), ("est", ("e", "")), ("er", ("e", "")),
        ("ally", ("al",)), ("ly", ("", "le")), ("ed", ("e", "")), ("es", ("e", "")), ("ful", ("",)), ("less", ("",)), ("s", ("",)),
    ),
    "fr": (
        ("issements", ("ir",)), ("issement", ("ir",)), ("isations", ("iser",)), ("isation", ("iser",)),
        ("ifications", ("ifier",)), ("ification", ("ifier",)), ("ations", ("er",)), ("ation", ("er",)),
        ("issaient", ("ir",)), ("issait", ("ir",)), ("issent", ("ir",)), ("issant", ("ir",)), ("issez", ("ir",)),
        ("eraient", ("er",)), ("erait", ("er",)), ("erons", ("er",)), ("eront", ("er",)), ("erez", ("er",)), ("era", ("er",)),
        ("geaient", ("ger",)), ("geait", ("ger",)), ("geant", ("ger",)), ("aient", ("er", "ir", "re", "oir")),
        ("irait", ("ir",)), ("iront", ("ir",)), ("ira", ("ir",)), ("ront", ("re",)), ("ra", ("re",)),
        ("ements", ("er", "")), ("ement", ("er", "", "e")), ("amment", ("ant",)), ("emment", ("ent",)),
        ("trices", ("teur",)), ("trice", ("teur",)), ("euses", ("eur", "eux")), ("euse", ("eur", "eux")),
        ("ieres", ("ier",)), ("iere", ("ier",)), ("ennes", ("en",)), ("enne", ("en",)), ("elles", ("el",)), ("elle", ("el",)),
        ("ives", ("if",)), ("ive", ("if",)), ("ettes", ("et",)), ("ette", ("et",)), ("aux", ("al", "ail")), ("eaux", ("eau",)),
        ("ons", ("er", "ir", "re")), ("ait", ("er", "re", "ir", "oir")), ("ant", ("er", "re", "ir")), ("ent", ("er", "re", "ir")),
        ("iez", ("er",)), ("ez", ("er", "re", "ir")), ("ees", ("er",)), ("ee", ("er",)), ("es", ("er", "", "e")),
        ("ies", ("ir", "ie")),
        ("ie", ("ir",)), ("is", ("ir",)), ("it", ("ir",)), ("us", ("re", "oir")), ("ue", ("re", "oir")), ("u", ("re", "oir")),
        ("ai", ("er",)), ("a", ("er",)), ("e", ("er", "")), ("s", ("",)), ("x", ("",)),
    ),
    "nl": (
        ("heden", ("heid", "")), ("heid", ("",)), ("ingen", ("en", "ing")), ("ing", ("en",)), ("sters", ("er", "en")),
        ("ster", ("er", "en")),
        ("aars", ("en", "aar")), ("aar", ("en",)), ("etjes", ("",)), ("etje", ("",)), ("tjes", ("",)), ("tje", ("",)),
        ("pjes", ("",)), ("pje", ("",)), ("jes", ("",)), ("je", ("",)), ("ende", ("en",)), ("end", ("en",)), ("ers", ("er", "en")),
        ("er", ("en", "")), ("tten", ("tten", "t")), ("den", ("en",)), ("ten", ("en",)), ("de", ("en", "")), ("te", ("en", "")),
        ("ere", ("",)), ("ste", ("",)), ("en", ("", "e")), ("d", ("en", "")), ("t", ("en", "")), ("s", ("",)), ("e", ("",)),
        ("", ("en",)),
    ),
    "de": (
        ("ierungen", ("ieren",)), ("ierung", ("ieren",)), ("ungen", ("en", "ung", "n")), ("ung", ("en", "n")),
        ("keiten", ("",)), ("keit", ("",)),
        ("heiten", ("",)), ("heit", ("",)), ("innen", ("", "e")), ("in", ("", "e")), ("ende", ("en",)), ("enden", ("en",)),
        ("ender", ("en",)),
        ("endes", ("en",)), ("end", ("en",)), ("test", ("en",)), ("eten", ("en",)), ("ete", ("en",)), ("ten", ("en",)),
        ("te", ("en",)),
        ("liche", ("lich",)), ("ern", ("er", "", "e")), ("er", ("en", "")), ("et", ("en",)), ("est", ("en",)),
        ("st", ("en",)), ("t", ("en", "n")),
        ("chen", ("",)), ("lein", ("",)), ("em", ("",)), ("es", ("",)), ("en", ("", "e")), ("n", ("", "en")), ("s", ("",)),
        ("e", ("en", "")), ("", ("en", "n", "e")),
    ),
}  # fmt: skip
_PARTICIPLE: dict[str, re.Pattern[str]] = {
    "nl": re.compile(r"^(\w*?)ge(\w{2,}?)(?:de|te|d|t|en)?$"),
    "de": re.compile(r"^(\w*?)ge(\w{2,}?)(?:ete|te|et|t|en)(?:[rnms]|en)?$"),
}
_PREFIXES = frozenset(
    [
        "", "aan", "achter", "af", "bij", "binnen", "boven", "door", "in", "mee", "na", "om", "op", "over", "tegen",
        "terug", "toe", "uit",
        "vast", "voor", "weg", "samen", "open", "ab", "an", "auf", "aus", "bei", "durch", "ein", "fest", "fort", "frei",
        "her", "hin",
        "hinzu", "mit", "nach", "nieder", "um", "unter", "vor", "voran", "weiter", "wieder", "zu", "zuruck", "zusammen",
        "bereit", "los",
    ]
)  # fmt: skip
_INFIX = re.compile(
    r"^(ab|an|auf|aus|bei|durch|ein|fest|frei|her|hin|mit|nach|um|vor|weiter|wieder|zurück|zuruck|zusammen)zu(\w{4,})$"
)
_VOWELS = "aeiou"
#: Prefixes that leave the meaning nearly as it is.
_AGAIN: dict[Language, tuple[str, ...]] = {
    "en": ("re", "co"),
    "fr": ("re", "co"),
    "nl": ("her", "mede"),
    "de": ("mit",),
}


def lemmas(key: str, language: Language) -> Iterator[str]:
    """Yield the plain words that a plain word may be a form of, the likeliest first."""
    if len(key) <= _LEAST:
        return
    yield from _spellings(key, language)
    yield from _participles(key, language)
    for ending, instead in _RULES[language]:
        if key.endswith(ending) and len(key) - len(ending) >= _LEAST:
            bare = key[: len(key) - len(ending)] if ending else key
            for new in instead:
                yield from _joined(bare, new, language)
    for prefix in _AGAIN[language]:
        if key.startswith(prefix) and len(key) - len(prefix) > _LEAST:
            yield key.removeprefix(prefix)


def _spellings(key: str, language: Language) -> Iterator[str]:
    if language == "en":
        for american, british in (("iz", "is"), ("yz", "ys"), ("or", "our"), ("er", "re"), ("is", "iz")):
            if american in key:
                yield key.replace(american, british)
    elif language == "de":
        for written, plain in (("ae", "a"), ("oe", "o"), ("ue", "u")):
            if written in key:
                yield key.replace(written, plain)


def _participles(key: str, language: Language) -> Iterator[str]:
    pattern = _PARTICIPLE.get(language)
    if pattern is None:
        return
    found = pattern.match(key)
    if found and found[1] in _PREFIXES:
        yield from (found[1] + word for word in _joined(found[2], "en", language))
        yield from (found[1] + word for word in _joined(found[2], "n", language) if language == "de")
    if language == "de" and (inside := _INFIX.match(key)):
        yield inside[1] + inside[2]


def _joined(bare: str, ending: str, language: Language) -> Iterator[str]:
    """A stem and an ending, with the spellings that their joint can ask for."""
    yield bare + ending
    if len(bare) < _LEAST:
        return
    last, before = bare[-1], bare[-2]
    if language == "en" and last == before:
        yield bare[:-1] + ending
    if language == "fr" and ending == "er":
        if bare.endswith(("ell", "ett")):
            yield bare[:-1] + ending
        if last == "i":
            yield bare[:-1] + "yer"
    if language == "nl":
        yield from _dutch(bare, ending)


def _dutch(bare: str, ending: str) -> Iterator[str]:
    """Open and closed syllables: "maak" and "maken", "pot" and "potten", "lief" and "lieve"."""
    last, before = bare[-1], bare[-2]
    opening = ending[:1] in ("e",)
    if opening and last not in _VOWELS:
        if before in _VOWELS and bare[-3] == before:
            softened = {"f": "v", "s": "z"}.get(last, last)
            yield bare[:-2] + last + ending
            yield bare[:-2] + softened + ending
        elif before in _VOWELS:
            yield bare + last + ending
        soft = {"f": "v", "s": "z"}.get(last)
        if soft:
            yield bare[:-1] + soft + ending
    elif not ending and last not in _VOWELS:
        if last == before:
            yield bare[:-1]
        elif before in _VOWELS and bare[-3] not in _VOWELS:
            yield bare[:-1] + before + last
        hardened = {"v": "f", "z": "s"}.get(last)
        if hardened:
            yield bare[:-1] + hardened
            if before in _VOWELS:
                yield bare[:-1] + before + hardened
