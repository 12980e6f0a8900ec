"""`okr-set/1`: one draft or a whole cycle, as it is sent to the coach."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from coach.domain.language import Language
from coach.domain.text import Identifier, Text, Title

Stage = Literal["draft", "ready"]
CircleKind = Literal["anchor", "circle", "role", "team"]
CircleStatus = Literal["in", "pilot", "not_yet", "no_okr"]
ProjectStatus = Literal["planned", "active", "waiting", "done", "dropped"]
Number = Annotated[float, Field(allow_inf_nan=False)]
Quantity = Annotated[Number | Text, Field(description="A number, or the figure as it was typed, such as '3,4 %'.")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, serialize_by_alias=True, defer_build=True)


class Source(_Model):
    """Where the set comes from, echoed so that a caller can drop an answer that is out of date."""

    system: Identifier | None = None
    id: Identifier | None = None
    version: Identifier | None = None


class Strategy(_Model):
    """One statement of the organisation's strategy."""

    id: Identifier | None = None
    text: Text
    horizon: Text | None = None


class Organisation(_Model):
    """The organisation that the circles belong to."""

    id: Identifier | None = None
    name: Text | None = None
    language: Language | None = None
    mission: Text | None = None
    vision: Text | None = None
    strategy: list[Strategy] = []


class Cycle(_Model):
    """A period with dates, possibly inside a longer one."""

    id: Identifier
    name: Text | None = None
    start: date | None = None
    end: date | None = None
    parent: Identifier | None = None


class Metric(_Model):
    """A running health metric of a circle, with its usual band."""

    name: Title
    unit: Text | None = None
    current: Number | None = None
    low: Number | None = None
    high: Number | None = None


class Circle(_Model):
    """A team with a purpose and accountabilities."""

    id: Identifier
    name: Text | None = None
    kind: CircleKind = "circle"
    parent: Identifier | None = None
    status: CircleStatus = "in"
    purpose: Text | None = None
    accountabilities: list[Text] = []
    checklists: list[Text] = []
    metrics: list[Metric] = []
    language: Language | None = None


class Measurement(_Model):
    """One value of a key result on one day."""

    date: date
    value: Number


class KeyResult(_Model):
    """How we will know: a measured benefit."""

    id: Identifier | None = None
    title: Title
    baseline: Quantity | None = None
    baseline_by: date | None = None
    target: Quantity | None = None
    unit: Text | None = None
    due: date | None = None
    owner: Text | None = None
    source: Text | None = None
    measurements: list[Measurement] = []


class Objective(_Model):
    """Where we want to be."""

    id: Identifier | None = None
    circle: Identifier | None = None
    title: Title
    why: Text | None = None
    cycle: Identifier | None = None
    owner: Text | None = None
    change: Literal["change", "innovate", "construct", "correct"] | None = None
    contributes_to: list[Identifier] = []
    key_results: list[KeyResult] = []


class Project(_Model):
    """Work with a specific end, that delivers towards a key result."""

    id: Identifier | None = None
    circle: Identifier | None = None
    title: Title
    description: Text | None = None
    delivers: list[Identifier] = []
    status: ProjectStatus = "active"
    owner: Text | None = None


class Link(_Model):
    """One thing contributes to another: never a cascade, no progress roll-up."""

    from_: Identifier = Field(alias="from")
    to: Identifier
    origin: Literal["top_down", "bottom_up", "lateral"] | None = None
    state: Literal["proposed", "accepted"] = "accepted"
    rationale: Text | None = None


class Waiver(_Model):
    """A remark the organisation decided to live with."""

    code: Identifier
    item: Identifier
    reason: Text | None = None
    by: Text | None = None
    until: date | None = None


class OkrSet(_Model):
    """One draft or a whole cycle; only the titles of objectives are required.

    Ids are unique per kind within a set. An id that points nowhere is not an error here: it becomes a finding.
    """

    schema_: Literal["okr-set/1"] = Field("okr-set/1", alias="schema")
    stage: Stage = "draft"
    source: Source | None = None
    organisation: Organisation | None = None
    cycles: list[Cycle] = []
    cycle: Identifier | None = None
    circles: list[Circle] = []
    objectives: list[Objective] = []
    projects: list[Project] = []
    links: list[Link] = []
    waivers: list[Waiver] = []
