"""From a text to a `Line`: words, classes, figures and flags, found once and read by every rule.

This runs for every line of every draft while somebody types, so it does its work in as few steps as it can; what a step means
is said where it stands.
"""

from __future__ import annotations

from coach.domain.language import Language
from coach.rubric.clauses import opens_purpose
from coach.rubric.lexicon import Vocabulary
from coach.rubric.line import Hit, Line
from coach.rubric.quantities import NumberWords, Quantity
from coach.rubric.ratios import merged, single_ratios, with_ones
from coach.rubric.roles import after_figures, roles_of
from coach.rubric.separable import particles, rejoined
from coach.rubric.space import FeatureSpace
from coach.rubric.text import Words, words_of

Raw = tuple[int, int, int]  # class bits, first and last word

_SHORT, _MEDIUM = 3, 9
_MARKS = ((":", "colon"), ("?", "question"), ("(", "parenthesis"), ("/", "slash"), ("⟨", "placeholder"))
#: "Without a call" says how, not how many.
_WITHOUT = frozenset({"sans", "without", "zonder", "ohne", "w"})
_FRENCH_SOME = frozenset({"les", "nos", "vos", "leurs", "ses", "mes", "tes", "des", "aux"})
_VERBS = ("deliver_verb", "study_verb", "raise_verb", "lower_verb", "reach_verb", "hold_verb", "improve_verb")
_SKIPPED = ("stop_word", "we", "all_word", "at_least", "at_most", "new_marker", "people_subject")
_new_hit = tuple.__new__  # a named tuple made without its constructor's detour


class Annotator:
    """Annotates lines of one language; pure and safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary, numbers: NumberWords, space: FeatureSpace) -> None:
        self._vocabulary = vocabulary
        self._numbers = numbers
        self._space = space
        self._flag = flag = space.flag
        self.language: Language = vocabulary.language
        lex = space.lexicon
        self._verbs = sum(lex(name) for name in _VERBS)
        self._skip = sum(lex(name) for name in _SKIPPED)
        self._we, self._connector, self._marker = lex("we"), lex("purpose_connector"), lex("baseline_marker")
        self._deadline, self._month, self._period = lex("deadline_marker"), lex("month"), lex("period")
        self._none, self._multiplier, self._comparative = lex("none_word"), lex("multiplier"), lex("comparative")
        self._shares = lex("share_phrase")
        self._movers = lex("raise_verb") | lex("lower_verb")
        self._limits = lex("at_least") | lex("at_most")
        shift = space.shift
        # Multiplying class bits by one of these copies them to "anywhere" and to the place named.
        self._in_main, self._in_why = 1 | 1 << shift["main"], 1 | 1 << shift["why"]
        self._head, self._tail, self._counted, self._share = (shift[p] for p in ("head", "tail", "counted", "share"))
        self._particles = particles(self.language)
        self._language_bit = flag(f"lang-{self.language}")
        self._marks = tuple((mark, flag(name)) for mark, name in _MARKS)
        self._figure_flags = {
            kind: flag(name)
            for kind, name in (
                ("number", "number"), ("word", "number"), ("percent", "percent"), ("money", "money"), ("ratio", "ratio"),
                ("score", "score"), ("multiplier", "multiplier"), ("date", "date"), ("label", "label-number"),
            )
        }  # fmt: skip
        self._figure_flags["number"] |= flag("digits")

    def annotate(self, text: str) -> Line:
        """Return the annotated line of a text."""
        words = words_of(text)
        raw, union = self._raw_hits(self._whole(words.tokens))
        quantities = self._numbers.quantities(words)
        if not self._numbers.one.isdisjoint(words.tokens):
            quantities = merged(quantities, single_ratios(words, self._numbers))
            quantities = with_ones(words, self._numbers, quantities)
        why_at, why_first = self._purpose(words.tokens, raw) if union & self._connector else (len(words.tokens), -1)
        hits, mask = self._placed(words, raw, union, quantities, why_at)
        line = Line(
            text, self.language, words, mask | self._language_bit, hits, quantities, {}, why_at, self._vocabulary.bits
        )
        if why_first >= 0:
            line.mask |= self._flag("purpose") if why_first > 0 else self._flag("why-first")
        line.mask |= self._flags_of_form(words, union)
        if quantities:
            self._flags_of_figures(line, raw)
        else:
            line.mask |= self._flag("no-digit")
        self._flags_of_words(line, raw, union)
        return line

    def _whole(self, tokens: list[str]) -> list[str]:
        """The words with separable verbs in one piece; the places of the words stay the same."""
        if self._particles.isdisjoint(tokens):
            return tokens
        return rejoined(tokens, self._particles, lambda word: bool(self._vocabulary.single.get(word, 0) & self._verbs))

    def _raw_hits(self, tokens: list[str]) -> tuple[list[Raw], int]:
        """Longest phrase first, then single words; and all class bits that occur."""
        vocabulary = self._vocabulary
        phrases, phrase, bits = vocabulary.phrases, vocabulary.phrase, vocabulary.bits
        single, resolved = vocabulary.single, vocabulary.resolved
        hits: list[Raw] = []
        union = 0
        index, count = 0, len(tokens)
        while index < count:
            token = tokens[index]
            longer = phrases.get(token)
            if longer is not None and index + 1 < count and (known := longer.get(tokens[index + 1])) is not None:
                found, end = phrase(known, tokens, index)
                if found:
                    hits.append((found, index, end - 1))
                    union |= found
                    index = end
                    continue
            found = single.get(token, -1)
            if found < 0 and (found := resolved.get(token, -1)) < 0:
                found = bits(token)
            if found:
                hits.append((found, index, index))
                union |= found
            index += 1
        return hits, union

    def _purpose(self, tokens: list[str], raw: list[Raw]) -> tuple[int, int]:
        """Where the why begins, and the first word of what opens it (-1: nothing does)."""
        connector = self._connector
        for bits, first, last in raw:
            if bits & connector and opens_purpose(self.language, tokens, first, last):
                return (last if first > 0 else len(tokens)), first
        return len(tokens), -1

    def _placed(
        self, words: Words, raw: list[Raw], union: int, quantities: list[Quantity], why_at: int
    ) -> tuple[list[Hit], int]:
        """Give every hit the bits of the places it stands at."""
        head, tail = self._head_of(words.tokens, raw), self._tail_of(words, raw, union, why_at)
        counted, share = after_figures(quantities) if quantities else ((), ())
        in_main, in_why = self._in_main, self._in_why
        hits: list[Hit] = []
        mask = 0
        for bits, first, last in raw:
            placed = bits * (in_main if first <= why_at else in_why)
            if first <= head <= last:
                placed |= bits << self._head
            if first <= tail <= last:
                placed |= bits << self._tail
            if first in counted:
                placed |= bits << self._counted
            if first in share:
                placed |= bits << self._share
            hits.append(_new_hit(Hit, (placed, first, last)))
            mask |= placed
        return hits, mask

    def _head_of(self, tokens: list[str], raw: list[Raw]) -> int:
        """Index of the first word that says something: no article, pronoun, figure or "all"."""
        at = 0
        skip, verbs = self._skip, self._verbs
        for bits, first, last in raw:
            while at < first:
                if not tokens[at][0].isdigit():
                    return at
                at += 1
            if (not bits & skip or bits & verbs) and not tokens[first][0].isdigit():
                return first
            at = last + 1
        while at < len(tokens) and tokens[at][0].isdigit():
            at += 1
        return at if at < len(tokens) else 0

    def _tail_of(self, words: Words, raw: list[Raw], union: int, why_at: int) -> int:
        """Index of the last word of the main clause: before the purpose, a date, a bracket or a semicolon."""
        end = min(why_at, len(words.tokens))
        if union & self._deadline:
            for bits, first, _ in raw:
                if 1 < first < end and bits & self._deadline:
                    end = first
                    break
        for mark in "(;":
            cut = words.low.find(mark)
            if cut > 0:
                while end > 1 and words.starts[end - 1] >= cut:
                    end -= 1
        return max(end - 1, 0)

    def _flags_of_form(self, words: Words, union: int) -> int:
        flag, low = self._flag, words.low
        count = len(words.tokens)
        mask = flag("short") if count <= _SHORT else flag("medium") if count <= _MEDIUM else flag("long")
        if count <= 1:
            mask |= flag("one-word")
        for mark, bit in self._marks:
            if mark in low:
                mask |= bit
        if low.count(",") + low.count(";") >= 2 or "\n" in low.strip():
            mask |= flag("list")
        return mask | flag("first-person") if union & self._we else mask

    def _flags_of_figures(self, line: Line, raw: list[Raw]) -> None:
        flag, words = self._flag, line.words
        measures = [q for q in line.quantities if q.measures]
        mask = 0
        for q in line.quantities:
            self._mark(line, self._figure_flags[q.kind], q.start, q.end)
            if q.sign in ("<", ">"):
                mask |= flag("limit")
            elif q.sign in ("+", "-"):
                self._mark(line, flag("relative"), q.start, q.end)
        if measures:
            if len(measures) > 1:
                mask |= flag("several-figures")
            if measures[0].first == 0 and measures[0].start <= 2:
                mask |= flag("starts-with-figure")
            if measures[-1].last >= len(words.tokens) - 2:
                mask |= flag("ends-with-figure")
            if line.mask & self._limits:
                mask |= flag("limit")
            self._beside_figures(line, raw, measures)
            self._roles(line, raw, measures)
        line.mask |= mask

    def _beside_figures(self, line: Line, raw: list[Raw], measures: list[Quantity]) -> None:
        """A duration ("4 weeks"), a comparison ("4 weeks less")."""
        period, comparative = self._period, self._comparative
        for bits, first, _ in raw:
            if bits & period and any(first == q.last + 1 for q in measures):
                line.mask |= self._flag("duration")
            if bits & comparative:
                for q in measures:
                    if q.last < first <= q.last + 3 and not _superlative(line, q, first):
                        self._mark(line, self._flag("relative"), q.start, q.end)

    def _roles(self, line: Line, raw: list[Raw], measures: list[Quantity]) -> None:
        flag = self._flag
        markers = [(first, last) for bits, first, last in raw if bits & self._marker]
        dated = self._past_dates(line, raw) if len(measures) > 1 else ()
        roles = roles_of(line.words, measures, markers, self._numbers, dated)
        if roles.from_to:
            self._mark(line, flag("from-to"), *roles.from_to)
        elif line.mask & self._movers:
            self._by_so_much(line, measures, roles.baseline)
        if roles.arrow:
            line.mask |= flag("arrow")
        if roles.descending:
            line.mask |= flag("descending")
        if roles.range:
            self._mark(line, flag("range"), *roles.range)
        if roles.baseline:
            self._mark(line, flag("baseline"), *roles.baseline)
        if roles.targets:
            self._mark(line, flag("quantified"), roles.targets[-1].start, roles.targets[-1].end)

    def _by_so_much(self, line: Line, measures: list[Quantity], baseline: tuple[int, int] | None) -> None:
        """Read "reduce by 20 %", "réduire de 20 %": how much it moves, not where it ends."""
        for q in measures:
            if q.first and line.words.tokens[q.first - 1] in self._numbers.by and (q.start, q.end) != baseline:
                self._mark(line, self._flag("relative"), q.start, q.end)

    def _flags_of_words(self, line: Line, raw: list[Raw], union: int) -> None:
        """What words alone say about quantity and time: "halved", "nobody", "by the summer"."""
        flag, tokens = self._flag, line.words.tokens
        if union & self._multiplier:
            line.mask |= flag("relative") | flag("quantified")
        elif union & self._shares:
            line.mask |= flag("quantified")
        if union & self._none and any(b & self._none and tokens[first] not in _WITHOUT for b, first, _ in raw):
            line.mask |= flag("quantified")
        dates = [q.first for q in line.quantities if q.kind == "date"]
        months = [first for bits, first, _ in raw if bits & self._month] if union & self._month else []
        if (dates or months) and union & self._deadline:
            for bits, first, last in raw:
                if bits & self._deadline and any(last < at <= last + 4 for at in (*months, *dates)):
                    self._mark(line, flag("deadline"), line.words.starts[first], line.words.ends[last])
                    return
        if months or not self._numbers.quarters.isdisjoint(tokens):
            line.mask |= flag("deadline")

    def _past_dates(self, line: Line, raw: list[Raw]) -> list[int]:
        """Words that name a month or a year and are not opened by "by", "until" and the like."""
        deadlines = [last for bits, _, last in raw if bits & self._deadline]
        dates = [first for bits, first, _ in raw if bits & self._month]
        dates += [q.first for q in line.quantities if q.kind == "date"]
        return [at for at in dates if not any(0 < at - last <= 3 for last in deadlines)]

    @staticmethod
    def _mark(line: Line, bit: int, start: int, end: int) -> None:
        line.mask |= bit
        line.spans.setdefault(bit, (start, end))


def _superlative(line: Line, q: Quantity, at: int) -> bool:
    """Whether a comparison names some of many, "the three largest", rather than a difference, "three fewer"."""
    tokens = line.words.tokens
    if line.language == "fr":
        return at == q.last + 1 and q.first > 0 and tokens[q.first - 1] in _FRENCH_SOME
    return tokens[at].endswith(("est", "ste", "sten")) and not tokens[at].startswith("mindest")
