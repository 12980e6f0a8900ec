"""Profiles: the choices about the method where schools disagree."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from coach.domain.language import Language
from coach.domain.review import Severity
from coach.errors import RubricError
from coach.rubric.schema import Code, Slug, Strict

#: Severities in the words people read; never "blocker".
Choice = Literal["accepted", "discouraged"]


class Limits(Strict):
    """How much is too much."""

    objectives_per_circle: int = Field(3, ge=1)
    key_results_min: int = Field(2, ge=0)
    key_results_max: int = Field(4, ge=1)
    projects_per_circle: int = Field(8, ge=1)
    key_results_per_owner: int = Field(7, ge=1)
    objective_characters: int = Field(150, ge=20)

    @model_validator(mode="after")
    def _least_below_most(self) -> Limits:
        if self.key_results_min > self.key_results_max:
            raise ValueError(
                f"key_results_min ({self.key_results_min}) lies above key_results_max ({self.key_results_max})"
            )
        return self


class Score(Strict):
    """Weights of the dimensions in the overall score."""

    make: float = Field(1, ge=0)
    align: float = Field(1, ge=0)
    achieve: float = Field(1, ge=0)
    measure: float = Field(1, ge=0)


class Override(Strict):
    """Another severity, or silence, for some circles; a reason is required."""

    circles: list[str]
    severity: dict[Code, Severity] = {}
    ignore: list[Code] = []
    reason: str = Field(min_length=3)

    @model_validator(mode="after")
    def _one_will(self) -> Override:
        if both := sorted(self.severity.keys() & set(self.ignore)):
            raise ValueError(f"{both[0]} is ignored and given a severity at once")
        return self


class Profile(Strict):
    """One named set of choices."""

    schema_: Literal[1] = Field(alias="schema")
    name: Slug
    extends: str | None = None
    about: dict[Language, str] = {}
    form: Literal["what_why", "qualitative"] = Field("what_why", description="What an objective looks like.")
    milestones: Choice = "accepted"
    ranges: Choice = "accepted"
    parent_required: bool = True
    limits: Limits = Limits()
    select: list[str] = Field([], description="Prefixes of the only codes that speak; empty: all.")
    ignore: list[str] = Field([], description="Prefixes of codes that are silent.")
    severity: dict[Code, Severity] = {}
    params: dict[Code, dict[str, float | int | str | bool]] = {}
    address: dict[Language, Literal["formal", "informal"]] = {}
    terms: dict[Language, dict[str, str]] = {}
    overrides: list[Override] = []
    score: Score = Score()

    @model_validator(mode="after")
    def _no_contradiction(self) -> Profile:
        """Two overrides may not want two things of one rule in one circle; the order of a file decides nothing people mean."""
        wanted: dict[tuple[str, str], tuple[int, str]] = {}
        for at, override in enumerate(self.overrides):
            wishes = {**override.severity, **dict.fromkeys(override.ignore, "ignored")}
            for key in ((circle, code) for circle in override.circles for code in wishes):
                earlier, wish = wanted.setdefault(key, (at, wishes[key[1]]))
                if wish != wishes[key[1]]:
                    raise ValueError(f"overrides {earlier} and {at} contradict each other on {key[1]} in {key[0]!r}")
        return self

    def speaks(self, code: str) -> bool:
        """Tell whether a rule speaks under this profile."""
        chosen = not self.select or any(code.startswith(prefix) for prefix in self.select)
        return chosen and not any(code.startswith(prefix) for prefix in self.ignore)

    def setting(self, path: str) -> Any:
        """Return a setting by its dotted name, such as `limits.key_results_max`.

        Raises:
            RubricError: there is no such setting.
        """
        value: Any = self
        for part in path.split("."):
            if not hasattr(value, part):
                raise RubricError(f"there is no profile setting {path!r}")
            value = getattr(value, part)
        return value


def resolve(name: str, read: Callable[[str], Mapping[str, Any]]) -> Profile:
    """Return a profile with everything it extends merged below it.

    Args:
        name: name of the profile.
        read: returns the content of the profile file of a name.

    Raises:
        RubricError: the file has a fault, or profiles extend each other in a circle.
    """
    layers: list[Mapping[str, Any]] = []
    seen: list[str] = []
    at: str | None = name
    while at is not None:
        if at in seen:
            raise RubricError(f"profiles extend each other in a circle: {' → '.join([*seen, at])}")
        seen.append(at)
        layer = read(at)
        layers.append(layer)
        at = layer.get("extends")
    merged: dict[str, Any] = {}
    overrides: list[Any] = []
    for layer in reversed(layers):
        merged = _merge(merged, layer)
        overrides += layer.get("overrides") or []  # those of the profile below still hold
    if overrides:
        merged["overrides"] = overrides
    try:
        return Profile.model_validate(merged)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RubricError(f"profile {name!r}: {place}: {first['msg']}") from None


def check_profile(profile: Profile, codes: Iterable[str], terms: Mapping[str, Mapping[str, str]]) -> None:
    """Refuse a profile that names a rule or a word that does not exist.

    Raises:
        RubricError: names the profile, the key and, where there is one, the nearest name.
    """
    known = list(codes)
    named = [("severity", code) for code in profile.severity] + [("params", code) for code in profile.params]
    for at, override in enumerate(profile.overrides):
        named += [(f"overrides.{at}", code) for code in (*override.severity, *override.ignore)]
    for key, code in named:
        if code not in known:
            raise RubricError(f"profile {profile.name!r}: {key} names {code}, which is no rule{_near(code, known)}")
    for key, prefixes in (("select", profile.select), ("ignore", profile.ignore)):
        for prefix in prefixes:
            if not any(code.startswith(prefix) for code in known):
                raise RubricError(f"profile {profile.name!r}: {key} names {prefix!r}, with which no rule begins")
    for language, words in profile.terms.items():
        for word in words:
            if word not in terms.get(language, {}):
                near = _near(word, terms.get(language, {}))
                raise RubricError(f"profile {profile.name!r}: terms.{language} names {word!r}, which is no term{near}")


def _near(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged
