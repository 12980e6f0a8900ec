"""Reading an `okr-set/1` document: everything wrong with it is named, with its place, at once."""

from __future__ import annotations

import difflib
import json
import re
import typing
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from coach.domain.okr_set import OkrSet
from coach.domain.pointer import pointer
from coach.errors import InputError, Problem, SyntaxInputError, TooLargeError

M = TypeVar("M", bound=BaseModel)

SIZE_LIMIT = 10_000_000
_MOST_PROBLEMS = 50
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89abAB]")


def read_okr_set(document: bytes | str, *, limit: int = SIZE_LIMIT) -> OkrSet:
    """Read an okr-set from JSON.

    Args:
        document: UTF-8 bytes (a byte order mark is allowed) or text.
        limit: largest number of bytes accepted.

    Raises:
        TooLargeError: the document is larger than `limit`.
        SyntaxInputError: it is not UTF-8 or not JSON; the message says line and column.
        InputError: it is JSON, but not an okr-set; `problems` lists what is wrong and where.
    """
    okr_set = read_model(OkrSet, document, limit=limit)
    if problems := list(structural_problems(okr_set)):
        raise _refused(problems)
    return okr_set


def read_model(model: type[M], document: bytes | str, *, limit: int = SIZE_LIMIT) -> M:
    """Read one of the okr-set's models from JSON, with the same errors as a whole okr-set.

    Args:
        model: such as `Circle`.
        document: UTF-8 bytes (a byte order mark is allowed) or text.
        limit: largest number of bytes accepted.
    """
    text = _decoded(document, limit)
    data = _parsed(text)
    if _SURROGATE_ESCAPE.search(text) and (lone := list(_lone_surrogates(data, ()))):
        raise InputError("The okr-set contains half of a character.", lone)
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        errors = error.errors(include_url=False)[: _MOST_PROBLEMS + 1]
        raise _refused([_problem(e, model) for e in errors]) from None


def structural_problems(okr_set: OkrSet) -> Iterator[Problem]:
    """Yield what no single field can show: ids used twice, circles or cycles inside themselves."""
    key_results = [kr for objective in okr_set.objectives for kr in objective.key_results]
    places = [
        pointer(("objectives", o, "key_results", k))
        for o, objective in enumerate(okr_set.objectives)
        for k in range(len(objective.key_results))
    ]
    yield from _repeated("circle", okr_set.circles, _indexed("circles", okr_set.circles))
    yield from _repeated("cycle", okr_set.cycles, _indexed("cycles", okr_set.cycles))
    yield from _repeated("objective", okr_set.objectives, _indexed("objectives", okr_set.objectives))
    yield from _repeated("key result", key_results, places)
    yield from _repeated("project", okr_set.projects, _indexed("projects", okr_set.projects))
    if okr_set.organisation:
        strategy = okr_set.organisation.strategy
        yield from _repeated("strategy", strategy, _indexed("organisation/strategy", strategy))
    yield from _own_ancestor("circle", "circles", [(c.id, c.parent) for c in okr_set.circles])
    yield from _own_ancestor("cycle", "cycles", [(c.id, c.parent) for c in okr_set.cycles])
    for index, cycle in enumerate(okr_set.cycles):
        if cycle.start and cycle.end and cycle.end < cycle.start:
            yield Problem(f"/cycles/{index}/end", "ends-before-start", f"lies before the start, {cycle.start}")


def _decoded(document: bytes | str, limit: int) -> str:
    size = len(document) if isinstance(document, bytes) else len(document.encode("utf-8", "surrogatepass"))
    if size > limit:
        raise TooLargeError(f"The okr-set has {size:,} bytes; at most {limit:,} are read.")
    if isinstance(document, str):
        return document.removeprefix("\ufeff")
    try:
        return document.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SyntaxInputError(f"The okr-set is not UTF-8: byte {error.start} cannot be read.") from None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_no_key_twice, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise SyntaxInputError(f"Not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise SyntaxInputError("Not usable JSON: it is nested too deeply.") from None
    except ValueError as error:  # an integer of more digits than Python converts
        raise SyntaxInputError(f"Not usable JSON: {error}") from None


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise SyntaxInputError(f"The key {twice!r} stands twice in one object.")
    return found


def _no_constant(name: str) -> NoReturn:
    raise SyntaxInputError(f"Not JSON: {name} is not a JSON number.")


def _lone_surrogates(value: Any, at: tuple[str | int, ...]) -> Iterator[Problem]:
    if isinstance(value, str):
        if any("\ud800" <= char <= "\udfff" for char in value):
            yield Problem(pointer(at), "lone-surrogate", "contains half of a surrogate pair, which is no character")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _lone_surrogates(inner, (*at, key.encode("utf-8", "replace").decode()))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _lone_surrogates(inner, (*at, index))


def _refused(problems: list[Problem]) -> InputError:
    more = " (the first 50 are listed)" if len(problems) > _MOST_PROBLEMS else ""
    count = "one problem" if len(problems) == 1 else f"{min(len(problems), _MOST_PROBLEMS)} problems"
    return InputError(f"The okr-set has {count}{more}.", problems[:_MOST_PROBLEMS])


def _problem(error: Any, root: type[BaseModel]) -> Problem:
    loc: tuple[str | int, ...] = error["loc"]
    # A field that takes a number or a text reports each alternative; the tail names the alternative, not a place.
    place = tuple(p for p in loc if not (isinstance(p, str) and p.startswith(("float", "function-", "constrained"))))
    kind = str(error["type"])
    if kind == "extra_forbidden":
        return Problem(pointer(place), "unknown-key", _unknown_key(place, root))
    if kind == "missing":
        return Problem(pointer(place), "missing", "is required")
    message = str(error["msg"])
    return Problem(pointer(place), kind.replace("_", "-"), message[:1].lower() + message[1:])


def _unknown_key(place: tuple[str | int, ...], root: type[BaseModel]) -> str:
    model = _model_at(place[:-1], root)
    names = [field.alias or name for name, field in model.model_fields.items()] if model else []
    near = difflib.get_close_matches(str(place[-1]), names, n=1, cutoff=0.5)
    return (
        f"is not a known key; did you mean {near[0]!r}?" if near else f"is not a known key; known: {', '.join(names)}"
    )


def _model_at(place: Iterable[str | int], root: type[BaseModel]) -> type[BaseModel] | None:
    model: type[BaseModel] | None = root
    for part in place:
        if model is None or isinstance(part, int):
            continue
        field = next((f for name, f in model.model_fields.items() if part in (name, f.alias)), None)
        model = _model_in(field.annotation) if field else None
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for arg in typing.get_args(annotation) if (m := _model_in(arg))), None)


def _indexed(name: str, entries: list[Any]) -> list[str]:
    return [f"/{name}/{index}" for index in range(len(entries))]


def _repeated(kind: str, entries: list[Any], places: list[str]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for entry, place in zip(entries, places, strict=True):
        if entry.id is None:
            continue
        if entry.id in first:
            yield Problem(f"{place}/id", "duplicate-id", f"the {kind} {entry.id!r} stands already at {first[entry.id]}")
        first.setdefault(entry.id, place)


def _own_ancestor(kind: str, name: str, parents: list[tuple[str, str | None]]) -> Iterator[Problem]:
    parent_of = dict(parents)
    safe: set[str] = set()
    for index, (start, _) in enumerate(parents):
        path: list[str] = []
        at: str | None = start
        while at is not None and at not in safe and at not in path:
            path.append(at)
            at = parent_of.get(at)
        if at is not None and at == start and at in path:
            ring = " → ".join([*path, start])
            yield Problem(f"/{name}/{index}/parent", "own-ancestor", f"the {kind} is inside itself: {ring}")
        else:
            safe.update(path)
