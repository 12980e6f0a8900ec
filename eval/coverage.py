"""How many of the content words of texts it has never seen the concept lexicon knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from coach.domain.language import LANGUAGES, Language
from coach.similarity.concepts import NEGATION, ConceptLexicon
from coach.similarity.library import house
from coach.similarity.text import words
from eval.corpus import read_own
from eval.pairs import own_pairs


class Coverage(NamedTuple):
    """Content words of texts: function words, figures and, outside German, proper names left out.

    Attributes:
        known: that the lexicon knows.
        total: in all.
    """

    known: int
    total: int

    @property
    def share(self) -> float:
        """Known ones among all."""
        return self.known / max(1, self.total)


def coverage(lexicon: ConceptLexicon, texts: Iterable[str], language: Language) -> Coverage:
    """Return the coverage of texts of one language."""
    known = total = 0
    for text in texts:
        names = _names(text) if language != "de" else frozenset()
        for mention in lexicon.parse(text, language):
            if mention.concept is NEGATION or (mention.concept is None and mention.surface in names):
                continue
            total += 1
            known += mention.concept is not None
    return Coverage(known, total)


def coverage_table() -> str:
    """Return, in Markdown, the coverage of the test split's lines and titles by language."""
    lexicon = house().lexicon
    lines = [case for case in read_own() if case.split == "test"]
    pairs = own_pairs("test")
    rows = [
        "### Content words that the lexicon knows, test split",
        "",
        "| | lines | titles of pairs |",
        "|---|---|---|",
    ]
    for language in LANGUAGES:
        of_lines = coverage(lexicon, (case.text for case in lines if case.lang == language), language)
        titles = [
            text for p in pairs for text, spoken in ((p.a, p.lang_a), (p.b, p.lang_b)) if spoken == language
        ]  # fmt: skip
        of_titles = coverage(lexicon, titles, language)
        rows.append(
            f"| {language} | {of_lines.share:.1%} of {of_lines.total} | {of_titles.share:.1%} of {of_titles.total} |"
        )
    return "\n".join(rows)


def _names(text: str) -> frozenset[str]:
    """Words that begin with a capital in the middle of a text that is not all capitals: German is left alone, its nouns all do."""
    found = words(text)[1:]
    large = [word.surface for word in found if word.surface[:1].isupper()]
    return frozenset(large) if len(large) <= len(found) / 2 else frozenset()
