"""Who is asking, for which organisation, and what they may do."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, ParamSpec, TypeVar, get_args

from fastapi import Depends, Query, Request
from starlette.concurrency import run_in_threadpool

from coach.errors import ForbiddenError, InputError, NotFoundError, UnknownCallerError
from coach.http.state import Service, TheService

if TYPE_CHECKING:
    from coach.storage.repositories.keys import Key
    from coach.storage.store import Store

P = ParamSpec("P")
T = TypeVar("T")
Role = Literal["viewer", "editor", "champion", "admin"]
_ROLES: tuple[Role, ...] = get_args(Role)
_KEYS_KNOWN_FOR_S = 2.0


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking.

    Attributes:
        name: `local`, or the key's id; stands in the audit log.
        organisation: the one the key belongs to; None: the local user, who may name any.
    """

    name: str
    role: Role
    organisation: str | None = None

    def must_be(self, role: Role) -> None:
        """Refuse a caller of a lesser role."""
        if _ROLES.index(self.role) < _ROLES.index(role):
            raise ForbiddenError(f"This needs the role {role!r}; the key has {self.role!r}.")


@dataclass(frozen=True, slots=True)
class Tenant:
    """A caller within one stored organisation."""

    caller: Caller
    organisation: str
    store: Store


async def caller(request: Request, service: TheService) -> Caller:
    """Return who is asking.

    Without any key, on this machine only, everybody is the local user.

    Raises:
        UnknownCallerError: there are keys, and none that is valid was sent.
    """
    text = credentials(request)
    if service.store is None or (not text and not await _needs_key(service)):
        if service.keys_required:
            raise UnknownCallerError("This needs an API key.")
        return Caller("local", "admin")
    if not text:
        raise UnknownCallerError("This needs an API key.", hint="Authorization: Bearer okrc_…")
    key = await looked_up(service.store, service.store.key, text)
    if key is None:
        raise UnknownCallerError("This API key is not valid.")
    if key.stale:
        await run_in_threadpool(_note_use, service.store, key)
    return Caller(f"key:{key.id}", key.role, key.organisation)


TheCaller = Annotated[Caller, Depends(caller)]


def credentials(request: Request) -> str:
    """Return the key that was sent, as a bearer token, in X-Api-Key or as a password; empty without one."""
    kind, _, value = request.headers.get("authorization", "").strip().partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return "?"
    return request.headers.get("x-api-key", "").strip()


def tenant_of(role: Role) -> Callable[..., Awaitable[Tenant]]:
    """Return what an endpoint depends on that needs a stored organisation and at least a role."""

    async def tenant(
        service: TheService,
        caller: TheCaller,
        organisation: Annotated[
            str | None, Query(max_length=200, description="Its id; not needed with a key, or where there is only one.")
        ] = None,
    ) -> Tenant:
        caller.must_be(role)
        if service.store is None:
            raise NotFoundError("This coach keeps nothing.")
        found = await looked_up(service.store, _organisation, service.store, caller, organisation)
        return Tenant(caller, found, service.store)

    return tenant


Viewer = Annotated[Tenant, Depends(tenant_of("viewer"))]
Editor = Annotated[Tenant, Depends(tenant_of("editor"))]
Champion = Annotated[Tenant, Depends(tenant_of("champion"))]
Admin = Annotated[Tenant, Depends(tenant_of("admin"))]


async def looked_up(store: Store, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Ask the database something small.

    A SQLite file answers sooner than a thread is found, and its readers wait for nobody; a server is asked from a thread.
    """
    if store.file is not None:
        return question(*args, **kwargs)
    return await run_in_threadpool(question, *args, **kwargs)


def stored_organisation(store: Store, caller: Caller, named: str | None) -> str | None:
    """Return the stored organisation that a set belongs to, or None when it belongs to none.

    Raises:
        NotFoundError: it names another organisation than the key's.
    """
    if caller.organisation is not None:
        if named not in (None, caller.organisation):
            raise NotFoundError(f"There is no organisation {named!r}.")
        return caller.organisation
    return named if named is not None and named in store.organisations() else None


def _organisation(store: Store, caller: Caller, named: str | None) -> str:
    if caller.organisation is not None:
        if named not in (None, caller.organisation):
            raise NotFoundError(f"There is no organisation {named!r}.")
        return caller.organisation
    known = store.organisations()
    if named is None and len(known) == 1:
        return known[0]
    if named is None:
        raise InputError("Say which organisation is meant.", hint="?organisation=…")
    if named not in known:
        raise NotFoundError(f"There is no organisation {named!r}.")
    return named


async def _needs_key(service: Service) -> bool:
    """Whether there is any key, looked up at most every two seconds; a database that is away does not open the door."""
    known = service.keys_known
    if not service.keys_required and time.monotonic() >= known.until:
        assert service.store is not None
        known.any = await run_in_threadpool(service.store.has_keys)
        known.until = time.monotonic() + _KEYS_KNOWN_FOR_S
    return service.keys_required or known.any


def _note_use(store: Store, key: Key) -> None:
    with store.write(key.organisation) as unit:
        unit.keys.used(key.id)
