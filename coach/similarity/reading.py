"""One title as the pair scorer sees it: its topic, which way it points, for whom, and which stage of work it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from coach.domain.language import Language
from coach.similarity.concepts import NEGATION, Concept, ConceptLexicon, Mention
from coach.similarity.markers import Markers, markers
from coach.similarity.text import plain, stem

#: What opens the why of a title; which way the work points stands before it.
_WHY = re.compile(
    r"(?:,\s*|\b)(?:afin d[e']|afin qu|pour qu|zodat\b|opdat\b|om .{3,60} te\b|so that\b|in order to\b|damit\b|, um\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SHORTEST_MAIN = 2
_FIELD_VERB = 0.6
_UNKNOWN = 0.9
#: When, how often, how many: a title is never about that.
_MEASURES = frozenset(
    {
        "day", "week", "month", "year", "minute", "hour", "today_now", "yesterday_past", "daily", "weekly",
        "monthly", "quarterly", "annual", "january", "february", "april", "june", "july", "august",
        "september", "october", "november", "december", "monday", "tuesday", "wednesday", "thursday",
        "friday", "saturday", "sunday", "first", "next", "last", "second_third", "number", "percentage",
        "at_least", "at_most", "double", "amount_sum", "whole_full", "high", "low", "all_universal",
        "end_finish", "start_begin", "time", "date", "spring", "summer", "autumn", "winter", "average_share",
        "quarter_period", "semester_half_year", "march_month", "deadline", "morning", "weekend", "may_month",
    }
)  # fmt: skip
#: "None", "zero": they stop what they stand with.
_NOTHING = frozenset({"nothing_zero"})
_QUANTIFIERS = frozenset({"no", "aucun", "aucune", "geen", "kein", "keine", "keinen", "keiner"})
_STOPPING = ("keep", -1)
_MORE = "more"
#: Concepts on an axis that nearly every title can name without taking sides.
_NEUTRAL = frozenset(
    {
        "all_universal", "at_least", "at_most", "trust", "comply_respect", "protect", "risk_management",
        "transparency", "transparent", "house_style", "consistent", "exchange", "share", "open_day",
        "formal_official", "informal", "activate", "accept", "synergy", "stabilise", "continue", "temporary",
        "permanent", "contract_renewal", "contract_cancellation", "add_include", "exclude",
        "international_expansion", "low_cost_offer", "product_withdrawal", "give_access", "exceed",
        "formalise", "check_verify", "approve", "reject", "generalist",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Topic:
    """Something a title is about.

    Attributes:
        key: the concept's id, or the stem of an unknown word after a "?".
        surface: as it stands in the title.
        weight: how much it tells, 0 to 1.
    """

    key: str
    surface: str
    weight: float


@dataclass(frozen=True, slots=True)
class Pointing:
    """A word that points somewhere: `axis` is one of the lexicon's, `sign` +1 or -1; a thing points less firmly than a verb."""

    axis: str
    sign: int
    surface: str
    firm: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """What the lexicon finds in a title.

    Attributes:
        text: the title.
        language: it was read in.
        topics: what it is about, in order.
        actions: what is done with it.
        pointings: which way it points.
        audiences: for whom, with the word that says so.
        stages: of work, with the word that says so.
        numbers: figures as they stand.
        bad: whether it names something one wants less of.
        unknown: content words that the lexicon does not know.
        coverage: share of the content words that it knows; 0 for a text without any.
        markers: small words that make it absolute.
    """

    text: str
    language: Language
    topics: tuple[Topic, ...]
    actions: tuple[Topic, ...]
    pointings: tuple[Pointing, ...]
    audiences: Mapping[str, str]
    stages: Mapping[str, str]
    numbers: frozenset[str]
    bad: bool
    unknown: tuple[str, ...]
    coverage: float
    markers: Markers

    @property
    def topic_text(self) -> str:
        """The words of the topic alone; the whole title when it has none."""
        return " ".join(dict.fromkeys(topic.surface for topic in self.topics)) or self.text


#: Axes on which a noun takes sides as firmly as a verb.
_FIRM = frozenset({"place", "source", "centre", "staffing", "keep", "direction"})


def read(text: str, lexicon: ConceptLexicon, language: Language | None = None) -> Reading:
    """Return the reading of a title; its language is detected where it is not given."""
    spoken = language or lexicon.detect(text)
    mentions = lexicon.parse(text, spoken)
    content = [m for m in mentions if m.concept is not NEGATION]
    known = [m for m in content if m.concept]
    return Reading(
        text=text,
        language=spoken,
        topics=tuple(topic for m in content if (topic := _topic(m))),
        actions=tuple(
            Topic(m.concept.id, m.surface, 1.0) for m in known if m.concept and m.concept.pos in ("verb", "adjective")
        ),
        pointings=tuple(_pointings(_main(text, mentions, lexicon, spoken))),
        audiences={m.concept.audience: m.surface for m in known if m.concept and m.concept.audience},
        stages={m.concept.stage: m.surface for m in known if m.concept and m.concept.stage},
        numbers=frozenset(_NUMBER.findall(text)),
        bad=any(m.concept.bad for m in known if m.concept),
        unknown=tuple(dict.fromkeys(m.surface for m in content if m.concept is None)),
        coverage=len(known) / len(content) if content else 0.0,
        markers=markers(text, spoken),
    )


def _main(text: str, mentions: list[Mention], lexicon: ConceptLexicon, language: Language) -> list[Mention]:
    """The mentions of what is to be done; those of the reason behind it left out."""
    why = _WHY.search(text)
    if why is None or len(text[: why.start()].split()) < _SHORTEST_MAIN:
        return mentions
    return lexicon.parse(text[: why.start()], language)


def _topic(mention: Mention) -> Topic | None:
    concept = mention.concept
    if concept is None:
        return Topic("?" + stem(plain(mention.surface)), mention.surface, _UNKNOWN)
    if concept.pos in ("noun", "audience", "phrase"):
        return (
            None
            if concept.id in _NOTHING or concept.id in _MEASURES
            else Topic(concept.id, mention.surface, concept.weight)
        )
    if concept.axis or concept.stage or concept.id in _MEASURES:
        return None
    return Topic(concept.id, mention.surface, concept.weight * _FIELD_VERB)


def _pointings(mentions: list[Mention]) -> list[Pointing]:
    found: list[Pointing] = []
    negated = ""
    pointed = follows = False  # "keep no copies": what points stands before the negation
    for mention in mentions:
        concept, before = mention.concept, len(found)
        if concept is NEGATION:
            negated = mention.surface
            follows = pointed
            continue
        if concept is not None and concept.id in _NOTHING:
            found.append(Pointing(*_STOPPING, mention.surface))
        elif concept is not None and concept.id == _MORE and found and (found[-1].axis, found[-1].sign) == _STOPPING:
            pass  # "keine Werbung mehr" wants no more of anything
        elif concept is not None and concept.axis and concept.id not in _NEUTRAL:
            found.append(_pointing(concept, mention.surface, negated))
        elif negated and plain(negated) in _QUANTIFIERS:
            if follows:
                last = found.pop()
                found.append(Pointing(last.axis, -last.sign, f"{last.surface} {negated}", last.firm))
            else:
                found.append(Pointing(*_STOPPING, negated))
        negated = ""
        pointed = len(found) > before
    return found


def _pointing(concept: Concept, surface: str, negated: str) -> Pointing:
    axis, sign = concept.axis[:-1], 1 if concept.axis.endswith("+") else -1
    firm = concept.pos != "noun" or axis in _FIRM
    if negated:
        return Pointing(axis, -sign, f"{negated} {surface}", firm)
    return Pointing(axis, sign, surface, firm)
