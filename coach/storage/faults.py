"""Errors of drivers as our own: what passes by itself says when to come back, what does not says what is wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import (
    TimeoutError as PoolTimeoutError,
)
from sqlalchemy.orm.exc import StaleDataError

from coach.errors import ConflictError, InputError, SchemaError, StaleError, StorageError

_log = logging.getLogger("coach.storage")


@contextmanager
def translated() -> Iterator[None]:
    """Let the errors of the database leave as ours."""
    try:
        yield
    except IntegrityError as error:
        _log.info("refused by the database: %s", error.orig)
        raise ConflictError("Something with that name was made at the same moment, or it is still in use.") from None
    except StaleDataError:
        raise StaleError("It was changed at the same moment.") from None
    except PoolTimeoutError:
        raise StorageError("All connections to the database are busy.") from None
    except DataError:
        raise InputError("A value cannot be kept in this database.") from None
    except ProgrammingError as error:
        raise _missing_table(error) from None
    except (OperationalError, InterfaceError, InternalError) as error:
        raise _unavailable(error) from None


def _unavailable(error: DBAPIError) -> StorageError:
    text = str(error.orig).strip().partition("\n")[0]
    _log.warning("database: %s", text)
    if "no such table" in text or "no such column" in text:
        return _missing_table(error)
    if "locked" in text or "lock timeout" in text or "busy" in text:
        return StorageError("The database is busy with another writer.", retry_after=1)
    if "full" in text or "No space left" in text:
        return StorageError("The database's disk is full.", retry_after=30)
    return StorageError("The database cannot be reached.", retry_after=5)


def _missing_table(error: DBAPIError) -> SchemaError:
    _log.warning("database: %s", error.orig)
    return SchemaError("The database is not of this version.", hint="okr-coach db upgrade", retry_after=30)
