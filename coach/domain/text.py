"""What a text from outside must be like, decided once so that offsets mean the same everywhere.

Offsets are code points of the text after CRLF and CR became LF. Nothing else is changed: accents stay composed or
decomposed as they came, emoji, right-to-left marks, HTML and template syntax are text like any other.
"""

import hashlib
import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

TITLE_LIMIT = 2_000
TEXT_LIMIT = 20_000

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def one_newline(text: str) -> str:
    """Turn CRLF and CR into LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _checked(text: str) -> str:
    if found := _CONTROL.search(text):
        raise PydanticCustomError(
            "control_character",
            "contains the control character U+{code} at offset {offset}",
            {"code": f"{ord(found[0]):04X}", "offset": found.start()},
        )
    return one_newline(text)


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "is empty")
    return text


Title = Annotated[str, StringConstraints(max_length=TITLE_LIMIT), AfterValidator(_checked), AfterValidator(_not_blank)]
Text = Annotated[str, StringConstraints(max_length=TEXT_LIMIT), AfterValidator(_checked)]
Identifier = Annotated[str, StringConstraints(max_length=200), AfterValidator(_checked), AfterValidator(_not_blank)]


def text_key(text: str) -> str:
    """Return what a title is looked up by, 64 characters: its words, without regard to case, width and white space."""
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()
