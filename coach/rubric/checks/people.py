"""Checks of words that leave people out, or put a person in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.domain.review import Evidence
from coach.rubric.checks.base import NOTHING, Gated, Params, bits
from coach.rubric.line import Line
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import LineSubject, Remark, SetSubject

_ACRONYM = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]{1,5}(?![a-zà-ÿ0-9])")
_TITLED = re.compile(r"(?<!\w)(?:Mr|Mrs|Ms|M|Mme|Mlle|Dhr|Mevr|Mevrouw|Meneer|Herr|Herrn|Frau)\.?\s+[A-ZÀ-Þ][a-zà-ÿ]+")
#: A first name after one of these belongs to a street, a school or a saint.
_PLACES = frozenset(
    {
        "rue",
        "avenue",
        "place",
        "boulevard",
        "quai",
        "saint",
        "sainte",
        "st",
        "ste",
        "sint",
        "sankt",
        "plein",
        "laan",
        "straat",
    }
)
_VERBS = (
    "deliver_verb", "study_verb", "reach_verb", "raise_verb", "lower_verb", "duty_verb", "improve_verb", "stop_verb", "behave_verb", "transform_verb",
)  # fmt: skip


def jargon(params: Params, space: FeatureSpace) -> Gated:
    """X802: an acronym that somebody from another circle would not know."""
    known = space.lexicon("known_acronym")

    def check(subject: LineSubject) -> Sequence[Remark]:
        line = subject.line
        found = [m for m in _ACRONYM.finditer(line.text) if not line.bits_of(m[0].lower()) & known]
        if not found or line.text.isupper():  # typed in capitals, every word looks like an acronym
            return NOTHING
        quotes = tuple(Evidence(m.start(), m.end(), m[0]) for m in found[:3])
        return (Remark(subject.title_pointer, 0.6, "review", quotes, values={"evidence": found[0][0]}),)

    return Gated(check)


def personal_data(params: Params, space: FeatureSpace) -> Gated:
    """X803: somebody by name, with something to perform."""
    names = space.lexicon("first_name")
    performs = bits(space, *_VERBS) | space.flag("number") | space.flag("percent")

    def check(subject: SetSubject) -> Sequence[Remark]:
        found = []
        for okr in subject.okrs:
            for line in (okr.objective, *okr.key_results):
                if line.line.mask & performs and (quote := _named(line.line, names)):
                    remark = Remark(line.title_pointer, 0.8, evidence=(quote,), values={"evidence": quote.text})
                    found.append(remark)
        return found

    return Gated(check)


def _named(line: Line, names: int) -> Evidence | None:
    if titled := _TITLED.search(line.text):
        return Evidence(titled.start(), titled.end(), titled[0])
    if line.mask & names and line.words.offsets is None:
        for hit in line.hits:
            start, end = line.words.starts[hit.first], line.words.ends[hit.last]
            place = not _PLACES.isdisjoint(line.words.tokens[max(0, hit.first - 2) : hit.first])
            if hit.bits & names and not place and line.text[start : start + 1].isupper():
                return line.evidence(start, end)
    return None
