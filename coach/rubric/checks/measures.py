"""Checks of the figures in a key result."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.domain.okr_set import KeyResult
from coach.domain.review import Evidence
from coach.rubric.checks.base import NOTHING, Gated, Params, bits
from coach.rubric.line import Line
from coach.rubric.numerals import read_numeral
from coach.rubric.quantities import Quantity
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import LineSubject, Remark

_DIGITS = re.compile(r"\d[\d.,'’ \u00a0\u202f]*\d|\d")
_MAYBE = 0.3  # share of "outcome" from which a relative figure is asked for its base
_AND = {"en": "and", "fr": "et", "nl": "en", "de": "und"}
#: Words that are a part or a number of times; what compares them with before; and what makes a part a step up or down.
_PARTS = frozenset(
    {
        "half", "quarter", "quarters", "third", "thirds", "fifth", "fifths", "tenth", "moitié", "demi", "demie",
        "tiers", "quart", "quarts", "cinquième", "dixième", "helft", "halve", "kwart", "driekwart", "derde", "vijfde",
        "tiende", "hälfte", "halb", "halbe", "halben", "drittel", "viertel", "fünftel", "zehntel",
    }
)  # fmt: skip
_REPEATS = frozenset(
    {
        "twice", "thrice", "times", "fois", "keer", "maal", "mal", "doppelt", "doppelte", "dubbel", "dubbele",
        "tweemaal", "driemaal",
    }
)  # fmt: skip
_TIMES = ("mal", "maal")
_COMPARES = frozenset(
    {
        "as", "less", "fewer", "more", "again", "moins", "plus", "so", "zo", "zoveel", "minder", "meer", "lager",
        "hoger", "sneller", "weniger", "mehr", "kürzer", "geringer", "seltener",
    }
)  # fmt: skip
_BY = frozenset(
    {
        "by", "de", "d", "met", "um", "om", "auf", "tot", "à", "in", "only", "nur", "maar", "down",
    }
)  # fmt: skip
_COUNTED = ("customer", "citizen", "staff", "partner", "candidate", "deliverable", "activity", "problem")
_NAMING = ("measure", "money", "cost", "problem", "benefit", "service_level")


def ambiguous_number(params: Params, space: FeatureSpace) -> Gated:
    """K206: a figure that can be read in two ways, or in none; never a count of people, nor a figure in a clear series."""
    counted = bits(space, *_COUNTED, place="counted")

    def clear(line: Line, q: Quantity) -> bool:
        """Whether people, things or another large figure settle how a figure is meant."""
        if any(hit.bits & counted for hit in line.hits if q.last < hit.first <= q.last + 2):
            return True
        others = (o for o in line.quantities if o is not q and o.measures and o.value is not None)
        return any(o.value is not None and o.value >= 100 and not o.ambiguous for o in others)

    def check(subject: LineSubject) -> Sequence[Remark]:
        line = subject.line
        for q in line.quantities:
            unreadable = q.value is None and q.measures and q.kind == "number"
            doubtful = q.ambiguous and q.kind not in ("score", "ratio") and not clear(line, q)
            if unreadable or doubtful:
                digits = _DIGITS.search(line.words.low, q.start, q.end)
                quote = line.evidence(*(digits.span() if digits else (q.start, q.end)))
                values = {"number": quote.text, "evidence": quote.text}
                return (Remark(subject.title_pointer, evidence=(quote,), values=values),)
        return NOTHING

    return Gated(check, space.flag("number") | space.flag("money") | space.flag("percent"))


def several_measures(params: Params, space: FeatureSpace) -> Gated:
    """K207: two targets, each with its own measure, in one line."""
    one_pair = space.flag("from-to") | space.flag("range")
    naming = bits(space, *_NAMING)

    def check(subject: LineSubject) -> Sequence[Remark]:
        line = subject.line
        measures = [q for q in line.quantities if q.measures]
        if line.mask & one_pair and len(measures) <= 2:
            return NOTHING
        for at, token in enumerate(line.words.tokens):
            if token != _AND[line.language]:
                continue
            right = next((q for q in measures if q.first > at), None)
            left = any(q.last < at for q in measures) and any(h.bits & naming for h in line.hits if h.last < at)
            if left and right is not None and _measures_something(line, right, at, naming):
                quote = line.evidence(line.words.starts[at], line.words.ends[right.last])
                return (Remark(subject.title_pointer, 0.75, evidence=(quote,), values={"evidence": quote.text}),)
        return NOTHING

    return Gated(check, space.flag("several-figures"))


def _measures_something(line: Line, figure: Quantity, at: int, naming: int) -> bool:
    """Whether words name what a figure counts: between "and" and the figure, or a measure right behind it."""
    return figure.first > at + 1 or any(h.bits & naming and 0 < h.first - figure.last <= 2 for h in line.hits)


def target_direction(params: Params, space: FeatureSpace) -> Gated:
    """K210: the target is the starting value, or lies on the wrong side of it for what the words say."""
    # A verb that opens the line, or closes it in Dutch and German: only there does it say what the figures do.
    rises, falls = _moving(space, "raise_verb"), _moving(space, "lower_verb")
    more, fewer = space.lexicon("more_word"), space.lexicon("less_word")
    holds, from_to, held = space.lexicon("hold_verb"), space.flag("from-to"), space.flag("range")

    def check(subject: LineSubject) -> Sequence[Remark]:
        line, record = subject.line, subject.record
        if not isinstance(record, KeyResult):
            return NOTHING
        if line.mask & held:
            return NOTHING
        pair = _fields(record, line) or (_from_to(line.quantities) if line.mask & from_to else None)
        if pair is None:
            return NOTHING
        start, goal = pair
        opening = next((hit.bits for hit in line.hits if hit.first == 0), 0)
        up, down = bool(line.mask & rises or opening & more), bool(line.mask & falls or opening & fewer)
        if goal == start and not line.mask & holds:
            in_field = record.target is not None
            return (Remark(f"{subject.pointer}/target" if in_field else subject.title_pointer),)
        if (up and not down and goal < start) or (down and not up and goal > start):
            return (Remark(subject.title_pointer, 0.85),)
        return NOTHING

    return Gated(check, from_to | space.flag("field-target"))


def _moving(space: FeatureSpace, verb: str) -> int:
    return bits(space, verb, part="act", place="head") | bits(space, verb, part="act", place="tail")


def relative_without_base(params: Params, space: FeatureSpace) -> Gated:
    """K211: "+20 %", "halved": of what, counted from where?"""
    known = 0
    for name in ("baseline", "from-to", "field-baseline", "field-baseline-by"):
        known |= space.flag(name)
    relative = space.flag("relative")
    quoted, shares = relative | space.lexicon("multiplier"), space.lexicon("share_phrase")

    def check(subject: LineSubject) -> Sequence[Remark]:
        line = subject.line
        several = sum(q.measures for q in line.quantities) > 1
        if subject.shares["outcome"] < _MAYBE or several or line.mask & known:
            return NOTHING
        quote = next(iter(line.find(quoted)), None)
        if quote is None or _is_a_share(line, quote, shares) or not _by_how_much(line, quote):
            return NOTHING
        return (Remark(subject.title_pointer, 0.85, evidence=(quote,), values={"evidence": quote.text}),)

    return Gated(check, relative)


def _is_a_share(line: Line, quote: Evidence, shares: int) -> bool:
    """Whether "half of", "one in two" says how many, not by how much."""
    starts, ends = line.words.starts, line.words.ends
    if any(h.bits & shares and starts[h.first] < quote.end and quote.start < ends[h.last] for h in line.hits):
        return True
    return any(q.kind == "ratio" and q.start < quote.end and quote.start < q.end for q in line.quantities)


def _by_how_much(line: Line, quote: Evidence) -> bool:
    """Whether "half" and "twice" compare with before ("half as often"), rather than count ("half our clients", "call twice")."""
    starts, tokens = line.words.starts, line.words.tokens
    inside = [at for at, start in enumerate(starts) if quote.start <= start < quote.end]
    words = [tokens[at] for at in inside]
    if not inside or not any(word in _PARTS or word in _REPEATS or word.endswith(_TIMES) for word in words):
        return True
    first, last = inside[0], inside[-1]
    if _COMPARES & {*words, *tokens[last + 1 : last + 3]}:
        return True
    return any(word in _PARTS for word in words) and bool(_BY & {*words, *tokens[max(0, first - 2) : first]})


def vanity(params: Params, space: FeatureSpace) -> Gated:
    """K212: views, followers, downloads, as the thing that is counted."""
    counts, acts = space.lexicon("vanity", None, "main"), space.lexicon("behave_verb", "act", "main")

    def check(subject: LineSubject) -> Sequence[Remark]:
        if subject.type != "outcome" or subject.line.mask & acts:
            return NOTHING
        quote = next(iter(subject.line.find(counts)))
        return (Remark(subject.title_pointer, 0.7, evidence=(quote,), values={"evidence": quote.text}),)

    return Gated(check, counts)


def unnamed_instrument(params: Params, space: FeatureSpace) -> Gated:
    """K213: satisfaction, trust or wellbeing with a figure, and no word on how it is measured."""
    felt, quantified = space.lexicon("felt", None, "main"), space.flag("quantified")
    named = space.lexicon("instrument") | space.flag("field-source")

    def check(subject: LineSubject) -> Sequence[Remark]:
        mask = subject.line.mask
        if not mask & quantified or mask & named:
            return NOTHING
        quote = next(iter(subject.line.find(felt)))
        return (Remark(subject.title_pointer, 0.8, evidence=(quote,), values={"evidence": quote.text}),)

    return Gated(check, felt)


def _fields(record: KeyResult, line: Line) -> tuple[float, float] | None:
    values = []
    for value in (record.baseline, record.target):
        if isinstance(value, str):
            value = read_numeral(value.strip().strip("%€$£ \u00a0\u202f"), line.language).value
        if value is None:
            return None
        values.append(float(value))
    return values[0], values[1]


def _from_to(quantities: list[Quantity]) -> tuple[float, float] | None:
    values = [q.value for q in quantities if q.measures and q.value is not None]
    return (values[0], values[1]) if len(values) == 2 else None
