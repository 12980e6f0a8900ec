"""Which language a page speaks, and the interface's texts in it."""

from __future__ import annotations

import io
from functools import cache

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from coach.domain.language import LANGUAGES, Language, known
from coach.http.written import signed
from coach.resources import WEB

COOKIE = "lang"


def reader_language(request: Request, default: Language | None = None) -> Language:
    """Return the language to answer in: `?lang=`, then the cookie, then `Accept-Language`, then the default.

    Args:
        request: the request.
        default: what an installation speaks when a browser asks for none of the four.
    """
    chosen = known(request.query_params.get(COOKIE)) or known(request.cookies.get(COOKIE))
    return chosen or accepted(request.headers.get("accept-language", "")) or default or "en"


def accepted(header: str) -> Language | None:
    """Return the language that an `Accept-Language` header wants most among the four, or None."""
    wanted: list[tuple[float, Language]] = []
    for part in header.split(","):
        tag, _, quality = part.strip().partition(";")
        language = known(tag)
        weight = _quality(quality)
        if language and weight > 0:
            wanted.append((weight, language))
    return max(wanted, key=lambda pair: pair[0])[1] if wanted else None


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


@cache
def translations(language: Language) -> Translations:
    """Return the interface's texts, compiled in memory from the catalogue that people edit."""
    with (WEB / "locale" / language / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


@cache
def environment(language: Language) -> Environment:
    """Return the templates of one language; translations belong to the environment, so each language has its own."""
    made = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    made.filters["upper_first"] = upper_first
    made.filters["prose"] = prose
    made.filters["signed"] = signed
    made.globals["languages"] = LANGUAGES
    return made


def prose(text: str) -> Markup:
    """Return a text as HTML; what stands between backticks is code, as in the rule files."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if at % 2 else escape(part) for at, part in enumerate(parts)
    )


def upper_first(text: str) -> str:
    """Return the text with a capital first letter, the rest as it is: German nouns keep theirs."""
    return text[:1].upper() + text[1:]
