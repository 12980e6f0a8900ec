"""Every error this package raises on purpose.

    CoachError                      something the caller can act on
    ├── InputError          422     a document we were given is not usable; lists every problem with its place
    │   ├── SyntaxInputError 400    it is not even JSON
    │   └── TooLargeError   413     it is larger than the limit
    ├── RubricError         500     a rule, lexicon, signal or profile file is wrong; names file and line
    ├── SettingsError       500     a COACH_… setting or coach.toml is wrong; names the setting
    ├── NotFoundError       404     a rule, profile or other named thing does not exist; names the nearest one
    └── MissingPartError    503     an optional part is not installed; names the command that installs it

Each class has a stable `code` (the tail of the problem's type URI), an HTTP `status` and, where there is one, a way
out in `hint`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a document.

    Attributes:
        pointer: JSON Pointer (RFC 6901) to the value; "" is the whole document.
        code: stable slug, such as `unknown-key`.
        detail: one sentence for a person, in English.
    """

    pointer: str
    code: str
    detail: str

    def __str__(self) -> str:
        return f"{self.pointer or '(document)'}: {self.detail}"


class CoachError(Exception):
    """Base of all errors of this package.

    Args:
        message: what is wrong, in one sentence.
        hint: what to do about it, if there is something to do.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message


class InputError(CoachError):
    """A document cannot be used; `problems` lists everything that was found wrong, not only the first."""

    code = "validation"
    status = 422

    def __init__(self, message: str, problems: list[Problem] | None = None, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.problems = problems or []


class SyntaxInputError(InputError):
    """A document is not well-formed JSON."""

    code = "not-json"
    status = 400


class TooLargeError(InputError):
    """A document is larger than the limit."""

    code = "too-large"
    status = 413


class RubricError(CoachError):
    """A rubric file is wrong.

    Args:
        message: what is wrong.
        file: path of the file, as short as it can be said.
        line: line number in it, counted from 1, where known.
    """

    code = "rubric"

    def __init__(self, message: str, *, file: str = "", line: int | None = None) -> None:
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(place + message)
        self.file = file
        self.line = line


class SettingsError(CoachError):
    """A setting has a value that cannot be used."""

    code = "settings"


class NotFoundError(CoachError):
    """A named thing does not exist."""

    code = "not-found"
    status = 404


class MissingPartError(CoachError):
    """An optional part is asked for but not installed."""

    code = "missing-part"
    status = 503
