"""Every error this package raises on purpose.

    CoachError                      something the caller can act on
    ├── InputError          422     a document we were given is not usable; lists every problem with its place
    │   ├── SyntaxInputError 400    it is not even JSON
    │   └── TooLargeError   413     it is larger than the limit
    ├── RubricError         500     a rule, lexicon, signal or profile file is wrong; names file and line
    ├── SettingsError       500     a COACH_… setting or coach.toml is wrong; names the setting
    ├── NotFoundError       404     a rule, profile or other named thing does not exist; names the nearest one
    ├── MissingPartError    503     an optional part is not installed; names the command that installs it
    ├── StorageError        503     the database is busy, full or away; says when to come back
    │   └── SchemaError     503     the database was made by another version; names the command that brings it up to date
    ├── ConflictError       409     somebody else has that name, or is doing the same thing now
    ├── StaleError          412     it has changed since it was read
    ├── ReplayError         422     an Idempotency-Key comes back with another request
    ├── UnknownCallerError  401     no key, or one that is not (or no longer) valid
    ├── ForbiddenError      403     the key's role does not allow it
    └── ScopeError          500     a query that names no organisation; never leaves the tests

Each class has a stable `code` (the tail of the problem's type URI), an HTTP `status` and, where there is one, a way
out in `hint`; `headers` go along with the HTTP answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
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
    headers: Mapping[str, str] = MappingProxyType({})

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


class StorageError(CoachError):
    """The database cannot answer now; trying again later helps.

    Args:
        message: what is wrong.
        retry_after: seconds after which another try makes sense.
        hint: what else to do about it.
    """

    code = "storage-unavailable"
    status = 503

    def __init__(self, message: str, *, retry_after: int = 2, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.headers = {"Retry-After": str(retry_after)}


class SchemaError(StorageError):
    """The database was made by another version of okr-coach."""

    code = "storage-version"


class ConflictError(CoachError):
    """Somebody else has that name, or is doing the same thing now."""

    code = "conflict"
    status = 409


class StaleError(CoachError):
    """The thing to change is no longer what the caller read."""

    code = "precondition-failed"
    status = 412


class ReplayError(CoachError):
    """An Idempotency-Key was used before, with another request."""

    code = "idempotency-reuse"
    status = 422


class UnknownCallerError(CoachError):
    """Nobody knows who is asking."""

    code = "unauthorised"
    status = 401

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.headers = {"WWW-Authenticate": 'Bearer realm="okr-coach", Basic realm="okr-coach"'}


class ForbiddenError(CoachError):
    """The caller is known, but may not do this."""

    code = "forbidden"
    status = 403


class ScopeError(CoachError):
    """A query that names no organisation, or the wrong one: a fault in the program."""

    code = "scope"
