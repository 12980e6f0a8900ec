"""The four languages, which are equals."""

from typing import Literal, get_args

Language = Literal["en", "fr", "nl", "de"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def known(tag: str | None) -> Language | None:
    """Return the language a tag such as `fr-BE` or `DE` stands for, or None when it is not one of the four."""
    base = (tag or "").replace("_", "-").split("-")[0].lower()
    return next((language for language in LANGUAGES if language == base), None)
