"""Reading profiles: what one extends is merged below it, and every fault is named with its file and line."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from coach.errors import RubricError
from coach.rubric.profile import CONTRADICTION, Profile
from coach.rubric.yaml_files import line_of, short_name

#: Keys whose entries add up along `extends`: those of the profile below still hold.
_ADDED = ("overrides", "waivers")
Keys = Sequence[int | str]


class Layer(NamedTuple):
    """One profile file: its content, and where it lies (None: nowhere)."""

    content: Mapping[str, Any]
    path: Path | None


class ProfileFault(NamedTuple):
    """A name that does not exist, and the keys that lead to it."""

    keys: Keys
    message: str


def resolve(name: str, read: Callable[[str], Layer]) -> tuple[Profile, list[Layer]]:
    """Return a profile with everything it extends merged below it, and the files it comes from, the lowest first.

    Args:
        name: name of the profile.
        read: returns the profile file of a name.

    Raises:
        RubricError: the file has a fault, or profiles extend each other in a circle.
    """
    layers = _layers(name, read)
    merged: dict[str, Any] = {}
    for layer in layers:
        merged = _merge(merged, layer.content)
    for key in _ADDED:
        if entries := [entry for layer in layers for entry in layer.content.get(key) or []]:
            merged[key] = entries
    try:
        return Profile.model_validate(merged), layers
    except ValidationError as error:
        first = error.errors()[0]
        keys: list[int | str] = list(first["loc"])
        if first["type"] == CONTRADICTION:
            keys = ["overrides", first["ctx"]["at"]]
        place = ".".join(str(part) for part in first["loc"])
        said = f"{place}: {first['msg']}" if place else str(first["msg"])
        raise at_its_place(ProfileFault(keys, said), str(merged.get("name") or name), layers) from None


def at_its_place(fault: ProfileFault, name: str, layers: Sequence[Layer]) -> RubricError:
    """Return the error of a fault, with the file and line of the profile that brings it in."""
    keys = list(fault.keys)
    for layer in reversed(layers):
        own = _own_keys(keys, layer, layers)
        if own is not None and layer.path is not None:
            line = line_of(layer.path, own)
            return RubricError(f"profile {name!r}: {fault.message}", file=short_name(layer.path), line=line)
    return RubricError(f"profile {name!r}: {fault.message}")


def faults(profile: Profile, codes: Iterable[str], terms: Mapping[str, Mapping[str, str]]) -> Iterator[ProfileFault]:
    """Yield what a profile names that does not exist: a rule, a prefix or a word, with the nearest name where there is one."""
    known = list(codes)
    named: list[tuple[list[int | str], str]] = [(["severity", code], code) for code in profile.severity]
    named += [(["params", code], code) for code in profile.params]
    for at, override in enumerate(profile.overrides):
        named += [(["overrides", at, "severity", code], code) for code in override.severity]
        named += [(["overrides", at, "ignore", index], code) for index, code in enumerate(override.ignore)]
    for keys, code in named:
        if code not in known:
            key = f"{keys[0]}.{keys[1]}" if keys[0] == "overrides" else keys[0]
            yield ProfileFault(keys, f"{key} names {code}, which is no rule{_near(code, known)}")
    for field, prefixes in (("select", profile.select), ("ignore", profile.ignore)):
        for index, prefix in enumerate(prefixes):
            if not any(code.startswith(prefix) for code in known):
                yield ProfileFault([field, index], f"{field} names {prefix!r}, with which no rule begins")
    for language, words in profile.terms.items():
        for word in words:
            if word not in terms.get(language, {}):
                near = _near(word, terms.get(language, {}))
                yield ProfileFault(
                    ["terms", language, word], f"terms.{language} names {word!r}, which is no term{near}"
                )


def _layers(name: str, read: Callable[[str], Layer]) -> list[Layer]:
    """The files of a profile and of what it extends, the lowest first."""
    found: list[Layer] = []
    seen: list[str] = []
    at: str | None = name
    while at is not None:
        if at in seen:
            raise RubricError(f"profiles extend each other in a circle: {' → '.join([*seen, at])}")
        seen.append(at)
        found.append(read(at))
        at = found[-1].content.get("extends")
    return found[::-1]


def _own_keys(keys: list[int | str], layer: Layer, layers: Sequence[Layer]) -> list[int | str] | None:
    """The same keys within one layer, or None where it does not bring them in."""
    if not keys or keys[0] not in layer.content:
        return None
    if keys[0] in _ADDED and len(keys) > 1 and isinstance(keys[1], int):
        below = sum(len(other.content.get(str(keys[0])) or []) for other in layers[: list(layers).index(layer)])
        own = keys[1] - below
        return [keys[0], own, *keys[2:]] if 0 <= own < len(layer.content[str(keys[0])]) else None
    return keys


def _near(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged
