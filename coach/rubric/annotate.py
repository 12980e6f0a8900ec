"""From a text to a `Line`: words, classes, figures and flags, found once and read by every rule."""

from __future__ import annotations

from dataclasses import dataclass

from coach.domain.language import Language
from coach.rubric.clauses import opens_purpose
from coach.rubric.lexicon import Vocabulary
from coach.rubric.line import Hit, Line
from coach.rubric.quantities import NumberWords, Quantity, single_ratios
from coach.rubric.roles import Roles, roles_of
from coach.rubric.space import FeatureSpace
from coach.rubric.text import Words, words_of

_SHORT, _MEDIUM = 3, 9
#: "Without a call" says how, not how many.
_WITHOUT = frozenset({"sans", "without", "zonder", "ohne", "w"})


@dataclass(frozen=True, slots=True)
class _Bits:
    """Bits the annotator needs by name, looked up once."""

    stop: int
    we: int
    skip: int
    verbs: int
    connector: int
    marker: int
    deadline: int
    month: int
    period: int
    none: int
    multiplier: int
    comparative: int
    limits: int
    be: int


class Annotator:
    """Annotates lines of one language; pure and safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary, numbers: NumberWords, space: FeatureSpace) -> None:
        self._vocabulary = vocabulary
        self._numbers = numbers
        self._space = space
        self._flag = space.flag
        self.language: Language = vocabulary.language
        lex = space.lexicon
        verbs = 0
        for name in (
            "deliver_verb",
            "study_verb",
            "raise_verb",
            "lower_verb",
            "reach_verb",
            "hold_verb",
            "improve_verb",
        ):
            verbs |= lex(name)
        self._bits = _Bits(
            stop=lex("stop_word"), we=lex("we"),
            skip=lex("stop_word") | lex("we") | lex("all_word") | lex("at_least") | lex("at_most") | lex("new_marker") | lex("people_subject"),
            verbs=verbs, connector=lex("purpose_connector"), marker=lex("baseline_marker"),
            deadline=lex("deadline_marker"), month=lex("month"), period=lex("period"), none=lex("none_word"),
            multiplier=lex("multiplier"), comparative=lex("comparative"), limits=lex("at_least") | lex("at_most"),
            be=lex("test_verb_be"),
        )  # fmt: skip
        self._language_bit = space.flag(f"lang-{self.language}")

    def annotate(self, text: str) -> Line:
        """Return the annotated line of a text."""
        words = words_of(text)
        raw = self._raw_hits(words)
        quantities = self._numbers.quantities(words)
        if not self._numbers.one.isdisjoint(words.tokens):
            quantities = _merged(quantities, single_ratios(words, self._numbers))
        why_at, why_hit = self._purpose(words, raw)
        hits, mask = self._placed(words, raw, quantities, why_at)
        line = Line(
            text, self.language, words, mask | self._language_bit, hits, quantities, {}, why_at, self._vocabulary.bits
        )
        if why_hit is not None:
            line.mask |= self._flag("purpose") if why_hit.first > 0 else self._flag("why-first")
        self._flags_of_form(line)
        self._flags_of_figures(line, raw)
        return line

    def _raw_hits(self, words: Words) -> list[Hit]:
        """Longest phrase first, then single words."""
        tokens, phrases, bits = words.tokens, self._vocabulary.phrases, self._vocabulary.bits
        hits: list[Hit] = []
        index, count = 0, len(tokens)
        while index < count:
            token = tokens[index]
            if (longer := phrases.get(token)) and index + 1 < count and (tails := longer.get(tokens[index + 1])):
                for rest, found in tails:
                    end = index + 2 + len(rest)
                    if tokens[index + 2 : end] == rest:
                        hits.append(Hit(found, index, end - 1))
                        index = end
                        break
                else:
                    tails = None
                if tails:
                    continue
            if found := bits(token):
                hits.append(Hit(found, index, index))
            index += 1
        return hits

    def _purpose(self, words: Words, raw: list[Hit]) -> tuple[int, Hit | None]:
        connector = self._bits.connector
        for hit in raw:
            if hit.bits & connector and opens_purpose(self.language, words.tokens, hit.first, hit.last):
                return (hit.last if hit.first > 0 else len(words.tokens)), hit
        return len(words.tokens), None

    def _placed(self, words: Words, raw: list[Hit], quantities: list[Quantity], why_at: int) -> tuple[list[Hit], int]:
        """Give every hit the bits of the places it stands at."""
        shift = self._space.shift
        head, tail = self._head(words, raw), self._tail(words, raw, why_at)
        counted = {q.last + step for q in quantities if q.kind in ("number", "word") for step in (1, 2)}
        share = {
            q.last + step for q in quantities if q.kind in ("percent", "ratio", "multiplier") for step in (1, 2, 3)
        }
        hits: list[Hit] = []
        mask = 0
        for bits, first, last in raw:
            placed = bits
            if first <= head <= last:
                placed |= bits << shift["head"]
            if first <= tail <= last:
                placed |= bits << shift["tail"]
            placed |= bits << shift["why" if first > why_at else "main"]
            if first in counted:
                placed |= bits << shift["counted"]
            if first in share:
                placed |= bits << shift["share"]
            hits.append(Hit(placed, first, last))
            mask |= placed
        return hits, mask

    def _head(self, words: Words, raw: list[Hit]) -> int:
        """Index of the first word that says something: no article, pronoun, figure or "all"."""
        known = {index: hit.bits for hit in raw for index in range(hit.first, hit.last + 1)}
        skip, verbs = self._bits.skip, self._bits.verbs
        for index, token in enumerate(words.tokens):
            bits = known.get(index, 0)
            if bits & skip and not bits & verbs:
                continue
            if token[0].isdigit():
                continue
            return index
        return 0

    def _tail(self, words: Words, raw: list[Hit], why_at: int) -> int:
        """Index of the last word of the main clause: before the purpose, a date, a bracket or a semicolon."""
        end = min(why_at, len(words.tokens))
        deadline = self._bits.deadline
        for hit in raw:
            if 1 < hit.first < end and hit.bits & deadline:
                end = hit.first
                break
        cut = min((at for at in (words.low.find(mark) for mark in "(;") if at > 0), default=-1)
        while cut > 0 and end > 1 and words.starts[end - 1] >= cut:
            end -= 1
        return max(end - 1, 0)

    def _flags_of_form(self, line: Line) -> None:
        flag, words, low = self._flag, line.words, line.words.low
        count = len(words.tokens)
        mask = flag("one-word") if count <= 1 else 0
        mask |= flag("short") if count <= _SHORT else flag("medium") if count <= _MEDIUM else flag("long")
        for mark, name in (
            (":", "colon"),
            ("?", "question"),
            ("(", "parenthesis"),
            ("/", "slash"),
            ("⟨", "placeholder"),
        ):
            if mark in low:
                mask |= flag(name)
        if low.count(",") + low.count(";") >= 2 or "\n" in low.strip():
            mask |= flag("list")
        if line.mask & self._bits.we:
            mask |= flag("first-person")
        line.mask |= mask

    def _flags_of_figures(self, line: Line, raw: list[Hit]) -> None:
        flag, bits, words = self._flag, self._bits, line.words
        measures = [q for q in line.quantities if q.measures]
        mask = 0 if line.quantities else flag("no-digit")
        for q in line.quantities:
            name = {"word": "number"}.get(q.kind, q.kind)
            name = "label-number" if name == "label" else name
            self._mark(line, name, q.start, q.end)
            if q.sign in ("<", ">"):
                mask |= flag("limit")
            if q.sign in ("+", "-"):
                self._mark(line, "relative", q.start, q.end)
        if len(measures) > 1:
            mask |= flag("several-figures")
        if measures and measures[0].first == 0 and measures[0].start <= 2:
            mask |= flag("starts-with-figure")
        if measures and measures[-1].last >= len(words.tokens) - 2:
            mask |= flag("ends-with-figure")
        markers = [(h.first, h.last) for h in raw if h.bits & bits.marker]
        dated = self._past_dates(line, raw) if len(measures) > 1 else ()
        self._roles(line, roles_of(words, measures, markers, self._numbers, dated))
        mask |= self._relative(line, raw, measures) | self._deadline(line, raw)
        if any(h.bits & bits.none and words.tokens[h.first] not in _WITHOUT for h in raw):
            mask |= flag("quantified")
        if measures and line.mask & bits.limits:
            mask |= flag("limit")
        if any(h.first == q.last + 1 and h.bits & bits.period for h in raw for q in measures):
            mask |= flag("duration")
        line.mask |= mask

    def _roles(self, line: Line, roles: Roles) -> None:
        if roles.from_to:
            self._mark(line, "from-to", *roles.from_to)
        if roles.arrow:
            line.mask |= self._flag("arrow")
        if roles.descending:
            line.mask |= self._flag("descending")
        if roles.range:
            self._mark(line, "range", *roles.range)
        if roles.baseline:
            self._mark(line, "baseline", *roles.baseline)
        if roles.targets:
            self._mark(line, "quantified", roles.targets[-1].start, roles.targets[-1].end)

    def _relative(self, line: Line, raw: list[Hit], measures: list[Quantity]) -> int:
        """A change without an end value: "halved", "4 weeks less", "three times as many"."""
        bits = self._bits
        if line.mask & bits.multiplier:
            return self._flag("relative") | self._flag("quantified")
        for q in measures:
            if any(h.bits & bits.comparative and q.last < h.first <= q.last + 3 for h in raw):
                self._mark(line, "relative", q.start, q.end)
        return 0

    def _past_dates(self, line: Line, raw: list[Hit]) -> list[int]:
        """Words that name a month or a year and are not opened by "by", "until" and the like."""
        deadlines = [hit.last for hit in raw if hit.bits & self._bits.deadline]
        dates = [hit.first for hit in raw if hit.bits & self._bits.month]
        dates += [q.first for q in line.quantities if q.kind == "date"]
        return [at for at in dates if not any(0 < at - last <= 3 for last in deadlines)]

    def _deadline(self, line: Line, raw: list[Hit]) -> int:
        bits, tokens = self._bits, line.words.tokens
        months = [h.first for h in raw if h.bits & bits.month]
        dates = [q.first for q in line.quantities if q.kind == "date"]
        for hit in raw:
            if hit.bits & bits.deadline and any(hit.last < at <= hit.last + 4 for at in (*months, *dates)):
                self._mark(line, "deadline", line.words.starts[hit.first], line.words.ends[hit.last])
                return 0
        if months or not self._numbers.quarters.isdisjoint(tokens):
            return self._flag("deadline")
        return 0

    def _mark(self, line: Line, name: str, start: int, end: int) -> None:
        bit = self._flag(name)
        line.mask |= bit
        line.spans.setdefault(bit, (start, end))


def _merged(found: list[Quantity], ratios: list[Quantity]) -> list[Quantity]:
    """Let a ratio swallow the figures it is made of."""
    kept = [q for q in found if not any(r.first <= q.first and q.last <= r.last for r in ratios)]
    fresh = [r for r in ratios if not any(q.first <= r.first and r.last <= q.last for q in kept)]
    return sorted([*kept, *fresh], key=lambda q: q.start)
