"""Profiles: the choices about the method where schools disagree."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from coach.domain.language import Language
from coach.domain.review import Severity
from coach.errors import RubricError
from coach.rubric.schema import Code, Slug, Strict

#: Severities in the words people read; never "blocker".
Choice = Literal["accepted", "discouraged"]
#: Type of the validation error of two overrides that contradict each other; its context holds the later one's index, `at`.
CONTRADICTION = "contradiction"


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


class Exemption(Strict):
    """A waiver that stands in the profile: a decision about one line of somebody's OKRs. Its faults are findings (W901 to W904)."""

    code: str = Field(min_length=1, max_length=60)
    item: str = Field(min_length=1, max_length=200, description="Id, pointer or fingerprint of the line.")
    reason: str | None = None
    by: str | None = None
    until: date | None = None


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
    waivers: list[Exemption] = []
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
                    said = f"overrides {earlier} and {at} contradict each other on {key[1]} in {key[0]!r}"
                    raise PydanticCustomError(CONTRADICTION, "{said}", {"said": said, "at": at})
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
