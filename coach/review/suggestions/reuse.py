"""The author's own words, where they can be used again without bending their grammar."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from coach.rubric.line import Hit, Line
from coach.rubric.quantities import Quantity
from coach.rubric.space import FeatureSpace

#: What a wording may take over from a line.
PIECES = frozenset({"line", "purpose", "metric", "target", "baseline"})
_WORK = ("deliver_verb", "study_verb", "task_verb", "transform_verb")
_MOVE = ("raise_verb", "lower_verb", "reach_verb", "improve_verb")
_LONGEST_LINE = 95
_LONGEST_METRIC = 55
_MOST_WORDS = 6
#: What no name of a measure holds, or begins with.
_NO_NAME = re.compile(
    r"[\d⟨⟩?!()%:;,€$]"
    r"|^(?:of|von|vom|van|de|des|du|im|in|bei|beim|zu|zur|au|aux|en|op|at|on|for|pour|voor|für|mit|met|avec|with|mieux|plus|moins|pas|not|geen|kein)\b"
    r"|^(?:terwijl|while|sans|während|wobei|dabei|without|zonder|ohne|nach|vor|après|avant|after|before|na|voor)\b"
    r"|\b(?:nicht|not|niet|pas|than|als|que|dan|wie|like|comme|zoals)\b",
    re.I,
)
_ARTICLE = re.compile(
    r"(?:the|our|de|het|een|onze|ons|le|la|les|l['’]|notre|nos|un|une|der|die|das|den|dem|unsere?n?)(?:\s+|(?<=['’]))",
    re.I,
)
#: What may stand between a metric's name and its figure, or end it.
_LOOSE = (
    "at to of from up under over below above by in is remain remains stay stays à a de d du des sous au aux en est "
    "reste entre between tussen zwischen down runter hoch rauf omhoog omlaag an ein eine een un une note wert niveau "
    "level op tot van onder boven met naar blijft auf unter über von um bei mit zu im bleibt ist liegt max min "
    "minimum maximum ca circa about around"
)
_LOOSE_WORDS = frozenset(_LOOSE.split())
_LOOSE_END = re.compile(rf"(?:[\s:=≤≥<>~≈,;(+\-–]|\b(?:{'|'.join(sorted(_LOOSE_WORDS))}))+$", re.I)
#: "Reach among under-24s" begins with a noun that looks like a verb.
_NOUN_AFTER_ALL = re.compile(r"\w+ (?:among|of|in|at|with|on|per|for|to|under|over|below|above)\b", re.I)
#: "Reduction of the waiting time": what is reduced stands after it.
_GENITIVE = re.compile(r"\s+(?:of|du|de la|de l['’]|des|de|d['’]|van de|van het|van|der|von)(?:\s+|(?<=['’]))", re.I)
_SEPARABLE = (
    "aan",
    "af",
    "bij",
    "door",
    "in",
    "mee",
    "na",
    "om",
    "omhoog",
    "omlaag",
    "op",
    "terug",
    "toe",
    "uit",
    "voor",
    "weg",
)
_VOWEL = "aeiouyâàéèêëîïôûùhœæ"


@dataclass(frozen=True, slots=True)
class Reused:
    """Pieces of a line that a wording may take over; None where none can be taken safely.

    Attributes:
        line: the whole line, fit to be continued with "so that".
        purpose: the line as the end of an objective ("in order to …").
        metric: the name of what is measured, without article or figure.
        target: its figure.
        baseline: where it says things stand.
    """

    line: str | None = None
    purpose: str | None = None
    metric: str | None = None
    target: str | None = None
    baseline: str | None = None


class Reader:
    """Finds the reusable pieces of a line.

    Args:
        space: the features of the rubric the line was read with.
    """

    def __init__(self, space: FeatureSpace) -> None:
        self._space = space
        act, noun = [sum(space.lexicon(name, part) for name in _WORK) for part in ("act", "noun")]
        self._work_act, self._work_noun = act, noun
        self._move = sum(space.lexicon(name, "act") for name in _MOVE)
        self._move_noun = sum(space.lexicon(name, "noun") for name in _MOVE)
        self._measure = (
            space.lexicon("measure")
            | space.lexicon("money")
            | space.lexicon("cost")
            | space.lexicon("service_level")
            | space.lexicon("problem")
        )
        self._unfit = self._unfit_for_names()
        self._ends_with_figure = space.flag("ends-with-figure")
        self._hold = space.lexicon("hold_verb") | space.lexicon("continue_verb")

    def _unfit_for_names(self) -> int:
        """Words that no name of a measure holds: verbs, comparisons, dates."""
        verbs = (*_WORK, *_MOVE, "hold_verb", "continue_verb", "behave_verb", "attend_verb", "duty_verb", "stop_verb")
        words = (
            "comparative",
            "some_word",
            "all_word",
            "none_word",
            "deadline_marker",
            "month",
            "done_state",
            "standing",
            "we",
        )
        bits = sum(self._space.lexicon(name) for name in words)
        for name in verbs:
            bits |= self._space.lexicon(name, "act") | self._space.lexicon(name, "done")
        return bits

    def read(self, line: Line, wanted: Collection[str] = PIECES) -> Reused:
        """Return the pieces of a line; those that nobody wants are not looked for."""
        return Reused(
            line=self._lead(line) if "line" in wanted else None,
            purpose=self._purpose(line) if "purpose" in wanted else None,
            metric=self._metric(line) if "metric" in wanted else None,
            target=self._figure(line, "quantified") if "target" in wanted else None,
            baseline=self._figure(line, "baseline") if "baseline" in wanted else None,
        )

    def whole(self, line: Line) -> str | None:
        """Return the line as it is, fit for something after it; None when it is too long or ends oddly."""
        text = " ".join(line.text.split()).rstrip(" .;,!:")
        usable = 3 <= len(text) <= _LONGEST_LINE and not set(text) & set("⟨⟩?!()") and "\n" not in line.text
        return text[:1].upper() + text[1:] if usable else None

    def _lead(self, line: Line) -> str | None:
        """The line as the what of an objective: work to do, in the infinitive or as a noun."""
        if line.mask & (self._space.flag("purpose") | self._space.flag("list") | self._space.flag("copula")):
            return None
        head = self._space.shift["head"]
        tail = self._space.shift["tail"]
        begins = line.mask & ((self._work_act | self._work_noun) << head)
        ends = line.language in ("nl", "de") and line.mask & ((self._work_act) << tail)
        return self.whole(line) if begins or ends else None

    def _purpose(self, line: Line) -> str | None:
        """The line after "in order to": only where a verb leads it and the language lets it stand there unchanged."""
        text = self.whole(line)
        if text is None or line.mask & self._space.flag("purpose"):
            return None
        low = text[:1].lower() + text[1:]
        moves = self._move << self._space.shift["head"]
        hit = next((hit for hit in line.hits if hit.bits & self._move), None)
        if line.language == "en" and line.mask & moves and not _NOUN_AFTER_ALL.match(low):
            return f"in order to {low}"
        if line.language == "fr" and line.mask & moves and re.match(r"\w+(?:er|ir|re)\b", low):
            return f"afin d'{low}" if low[0] in _VOWEL else f"afin de {low}"
        if line.language == "nl" and hit is not None and hit.last == len(line.words.tokens) - 1:
            return self._dutch(line, hit.last, low)
        return None

    @staticmethod
    def _dutch(line: Line, at: int, low: str) -> str | None:
        """Put "te" before an infinitive that ends the line; a separable one is left alone."""
        verb = line.words.tokens[at]
        if not verb.endswith("n") or verb.startswith(_SEPARABLE) or not low.lower().endswith(verb):
            return None
        return f"om {low[: -len(verb)]}te {low[-len(verb) :]}"

    def _metric(self, line: Line) -> str | None:
        """What is measured: the words before the first figure, or around the verb that moves it."""
        figures = [q for q in line.quantities if q.kind != "label"]
        first = next((hit for hit in line.hits if hit.bits & (self._move | self._hold | self._move_noun)), None)
        leads = len(figures) == 1 and figures[0].first == 0 and first is None
        start, end = self._after(line, figures[0].end) if leads else self._stretch(line, figures, first)
        held = first is not None and bool(first.bits & self._hold)
        plain = bool(figures) and (held or (first is None and bool(line.mask & self._ends_with_figure)))
        name = _named(line.text[start:end])
        return name if name and self._is_metric(line, start, end, plain=plain and not leads) else None

    def _stretch(self, line: Line, figures: list[Quantity], first: Hit | None) -> tuple[int, int]:
        """Where the name stands when words lead: up to the first figure, and beside the verb that moves it."""
        start, end = 0, len(line.text)
        if figures:
            at = figures[0].start
            end = line.evidence(at, at + 1).start
        if first is None:
            return start, end
        verb = line.evidence(line.words.starts[first.first], line.words.ends[first.last])
        if first.first == 0 and first.bits & self._move_noun and not first.bits & (self._move | self._hold):
            genitive = _GENITIVE.match(line.text, verb.end)
            return (genitive.end() if genitive else 0), end
        return (verb.end, end) if first.first == 0 else (start, min(verb.start, end))

    @staticmethod
    def _after(line: Line, figure: int) -> tuple[int, int]:
        """Where the name stands after a figure that leads: "+10 % of revenue"."""
        start = line.evidence(figure - 1, figure).end
        genitive = _GENITIVE.match(line.text, start)
        return (genitive.end() if genitive else start), len(line.text)

    def _is_metric(self, line: Line, start: int, end: int, *, plain: bool) -> bool:
        """Whether a name is one of something measured: by its words, or as all that stands before a closing figure."""
        inside = []
        for hit in line.hits:
            if start <= line.evidence(line.words.starts[hit.first], line.words.ends[hit.last]).start < end:
                inside.append(hit)
        if any(hit.bits & self._unfit for hit in inside):
            return False
        return plain or any(hit.bits & self._measure for hit in inside)

    def _figure(self, line: Line, flag: str) -> str | None:
        span = line.spans.get(self._space.flag(flag))
        if span is None or line.mask & self._space.flag("range"):
            return None
        text = line.evidence(*span).text.strip()
        quantity = next((q for q in line.quantities if q.start <= span[0] < q.end), None)
        if quantity is None or quantity.sign or quantity.kind == "multiplier":
            return None
        after = quantity.last + 1
        unit = self._space.lexicon("unit") | self._space.lexicon("period")
        if (
            quantity.kind in ("number", "word")
            and after < len(line.words.tokens)
            and line.bits_of(line.words.tokens[after]) & unit
        ):
            text = line.evidence(span[0], line.words.ends[after]).text
        return text


def _named(text: str) -> str | None:
    """The name in a stretch of text, its article and loose ends cut off; None where what is left is no name."""
    name = " ".join(text.split()).strip(" .,;:!–-")
    last = name[name.rfind(" ") + 1 :]
    if not last.isalnum() or last.casefold() in _LOOSE_WORDS:
        name = _LOOSE_END.sub("", name)
    found = _ARTICLE.match(name)
    bare = name[found.end() :] if found else name
    if not bare or len(bare) > _LONGEST_METRIC or bare.count(" ") >= _MOST_WORDS or _NO_NAME.search(bare):
        return None
    return bare[:1].upper() + bare[1:]
