"""Putting remarks into words: the reader's language, the profile's register and vocabulary."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Mapping
from functools import lru_cache

from coach.domain.language import Language
from coach.domain.review import Finding
from coach.errors import RubricError
from coach.rubric.profile import Profile
from coach.rubric.schema import Rule, Sentence, Texts, Wording
from coach.rubric.subjects import Remark

#: Placeholders a message may hold; terms of the profile come as {term_circle} and the like.
PLACEHOLDERS = frozenset(
    {
        "evidence",
        "count",
        "max",
        "min",
        "accountability",
        "purpose",
        "checklist",
        "metric",
        "parent",
        "other",
        "list",
        "number",
        "date",
        "field",
    }
)
_TERM = "term_"
NO_BREAK = "\u00a0"
_FRENCH_SIGNS = (("« ", f"«{NO_BREAK}"), *((f" {sign}", f"{NO_BREAK}{sign}") for sign in "?!;:»%"))
_NO_LETTERS = {code: None for code in range(128) if not chr(code).isalpha()}
_LONGEST_QUOTE = 80


class Speaker:
    """Turns remarks of one rule set into findings in one language."""

    def __init__(self, profile: Profile, terms: Mapping[str, Mapping[str, str]]) -> None:
        self._profile = profile
        self._said: dict[tuple[str, Language], tuple[str, str | None]] = {}
        own: dict[str, dict[str, str]] = {str(language): words for language, words in profile.terms.items()}
        self._terms = {
            language: {f"{_TERM}{name}": word for name, word in {**words, **own.get(language, {})}.items()}
            for language, words in terms.items()
        }

    def finding(self, rule: Rule, remark: Remark, language: Language, title: str, subject_id: str | None) -> Finding:
        """Return the finding of a remark.

        Args:
            rule: the rule that made it.
            remark: what it found.
            language: the reader's language.
            title: the text of the line, for messages that must quote something and for the fingerprint.
            subject_id: the caller's id of the line, where there is one.
        """
        message, question = self._said.get((rule.code, language)) or self._sentences(rule, language)
        if "{" in message or (question and "{" in question):
            values = self._values(rule, remark, language, title)
            message = message.format_map(values)
            question = question.format_map(values) if question else None
        return Finding(
            code=rule.code,
            name=rule.name,
            severity=self._profile.severity.get(rule.code, rule.severity),
            state=remark.state,
            confidence=remark.confidence,
            dimension=rule.dimension,
            pointer=remark.pointer,
            message=typeset(message, language),
            ask=typeset(question, language) if question else None,
            evidence=remark.evidence,
            signals=remark.signals,
            preview=rule.status == "preview",
            fingerprint=fingerprint(rule.code, subject_id or remark.pointer, title),
        )

    def _sentences(self, rule: Rule, language: Language) -> tuple[str, str | None]:
        """The message and the question of a rule in the profile's register."""
        texts = rule.texts[language]
        said = self._register(texts.message, language), self._register(texts.ask, language) if texts.ask else None
        self._said[rule.code, language] = said
        return said

    def say(self, sentence: Sentence, language: Language, values: Mapping[str, str]) -> str:
        """Return a sentence in the profile's register, its placeholders filled."""
        text = self._register(sentence, language)
        if "{" in text:
            text = text.format_map(_Values({**self._terms.get(language, {}), **values}))
        return typeset(text, language)

    def term(self, name: str, language: Language) -> str:
        """Return a word of the method as the profile calls it."""
        return self._terms.get(language, {}).get(f"{_TERM}{name}", name)

    def _register(self, sentence: Sentence, language: Language) -> str:
        if isinstance(sentence, Wording):
            return sentence.informal if self._profile.address.get(language) == "informal" else sentence.formal
        return sentence

    def _values(self, rule: Rule, remark: Remark, language: Language, title: str) -> _Values:
        values = _Values(self._terms.get(language, {}))
        values["evidence"] = _short(title)
        for name, value in remark.values.items():
            if name == "evidence" and rule.belongs_to and not any(char.isalpha() for char in value):
                continue  # a bare figure cannot say what a line is; the whole line can
            values[name] = _day(value, language) if name == "date" else _short(value)
        return values


class _Values(dict[str, str]):
    """A placeholder that nothing fills becomes an ellipsis: a message is never lost for it."""

    def __missing__(self, key: str) -> str:
        return "…"


def check_placeholders(rule: Rule, terms: Mapping[str, Mapping[str, str]]) -> None:
    """Refuse a rule whose texts name a placeholder nothing can fill.

    Raises:
        RubricError: names rule, language and placeholder.
    """
    for language, texts in rule.texts.items():
        known = PLACEHOLDERS | {f"{_TERM}{name}" for name in terms.get(language, {})}
        for name in _named(texts):
            if name not in known:
                raise RubricError(f"{rule.code}: the {language} text has an unknown placeholder {{{name}}}")


def _named(texts: Texts) -> set[str]:
    sentences: list[str] = [texts.title]
    for sentence in (texts.message, texts.ask, texts.why, texts.not_a_problem, texts.mend):
        if isinstance(sentence, Wording):
            sentences += [sentence.formal, sentence.informal]
        elif sentence:
            sentences.append(sentence)
    return {name for text in sentences for _, name, _, _ in string.Formatter().parse(text) if name}


def typeset(text: str, language: Language) -> str:
    """Return a sentence whose French signs stay with their word: no line begins with a question mark or a colon."""
    if language != "fr":
        return text
    for loose, tight in _FRENCH_SIGNS:
        text = text.replace(loose, tight)
    return text


def fingerprint(code: str, subject: str, text: str) -> str:
    """Return what a remark is remembered by: rule, line and its words without figures and spaces."""
    return hashlib.blake2b(f"{code}|{subject}|{_letters(text)}".encode(), digest_size=8).hexdigest()


@lru_cache(maxsize=512)
def _letters(text: str) -> str:
    low = text.casefold()
    return low.translate(_NO_LETTERS) if low.isascii() else "".join(filter(str.isalpha, low))


def _day(iso: str, language: Language) -> str:
    """A date as it is written in figures in each language."""
    year, month, day = iso.split("-")
    if language == "en":
        return iso
    return f"{int(day)}.{int(month)}.{year}" if language == "de" else f"{day}/{month}/{year}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1].rstrip() + "…"
