"""Which of the four languages a text is in.

Single jargon-only lines cannot be told reliably; an objective with its key results can. So the caller joins what belongs
together, and a known language (of the circle, then of the organisation) breaks ties.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from coach.domain.language import LANGUAGES, Language
from coach.rubric.lexicon import Vocabulary
from coach.rubric.text import Words, words_of

_HINTS: dict[str, tuple[Language, ...]] = {
    "é": ("fr",), "è": ("fr",), "ê": ("fr",), "à": ("fr",), "ç": ("fr",), "œ": ("fr",), "û": ("fr",), "î": ("fr",),
    "ß": ("de",), "ä": ("de",), "ö": ("de",), "ü": ("de",), "ij": ("nl",), "aa": ("nl",), "oo": ("nl", "en"), "ee": ("nl", "en"),
    "uu": ("nl",), "sch": ("de", "nl"), "eau": ("fr",), "tion": ("fr", "en"), "ung": ("de",), "heit": ("de",), "heid": ("nl",), "ing": ("en", "nl"),
    "th": ("en",), "wh": ("en",), "oe": ("nl",), "eux": ("fr",), "pf": ("de",), "qu": ("fr",),
}  # fmt: skip
_KNOWN_WORD = 1.0
_STOP_WORD = 2.0
_HINT = 0.35
_PREFERENCE = 1.2
_CLEAR = 4.0  # lead of the function words at which no further evidence is needed


class Detector:
    """Tells languages apart by function words and spelling and, where these leave a doubt, by all known words.

    Args:
        stop_words: function word -> the languages it belongs to.
        vocabularies: the vocabulary of each language; one is only asked for in doubt.
    """

    def __init__(
        self, stop_words: Mapping[str, Sequence[Language]], vocabularies: Mapping[Language, Vocabulary]
    ) -> None:
        self._stop_words = stop_words
        self._vocabularies = vocabularies

    def detect(self, texts: Iterable[str], prefer: Language | None = None) -> Language:
        """Return the likeliest language; `prefer` wins unless the evidence against it is clear."""
        lines = [words_of(text) for text in texts]
        scores = self._by_function_words(lines)
        if prefer:
            scores[prefer] += _PREFERENCE
        if _lead(scores) < _CLEAR:
            self._add_spelling(lines, scores)
            if _lead(scores) < _CLEAR:
                self._add_known_words(lines, scores)
        best = max(scores, key=lambda language: scores[language])
        return best if scores[best] > 0 else (prefer or "en")

    def _by_function_words(self, lines: list[Words]) -> dict[Language, float]:
        scores = dict.fromkeys(LANGUAGES, 0.0)
        get = self._stop_words.get
        for line in lines:
            for token in line.tokens:
                for language in get(token, ()):
                    scores[language] += _STOP_WORD
        return scores

    def _add_spelling(self, lines: list[Words], scores: dict[Language, float]) -> None:
        for line in lines:
            for hint, languages in _HINTS.items():
                if hint in line.low:
                    for language in languages:
                        scores[language] += _HINT / len(languages)

    def _add_known_words(self, lines: list[Words], scores: dict[Language, float]) -> None:
        for language, vocabulary in self._vocabularies.items():
            for line in lines:
                for token in line.tokens:
                    known = vocabulary.knows(token) and not token[0].isdigit()
                    if known and language not in self._stop_words.get(token, ()):
                        scores[language] += _KNOWN_WORD


def _lead(scores: Mapping[Language, float]) -> float:
    first, second = sorted(scores.values(), reverse=True)[:2]
    return first - second
