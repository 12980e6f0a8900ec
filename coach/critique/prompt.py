"""Prompts are files: templates, a version, and what they must render to."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict, Field

from coach.domain.language import Language
from coach.resources import PROMPTS

Task = Literal["critique", "rewrite"]
_FILES = ("system.md.j2", "user.md.j2")


class Most(BaseModel):
    """How many of each an answer should hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    findings: int
    rewrites: int
    questions: int


class Meta(BaseModel):
    """`meta.yaml` of a prompt. `renderings`: version -> digest of what the golden drafts render to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Literal[1] = Field(alias="schema")
    name: Task
    version: str
    temperature: float
    most: Most
    renderings: dict[str, str]


class Vocabulary(BaseModel):
    """`words.yaml`: names of the languages, and the placeholders an author fills in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Literal[1] = Field(alias="schema")
    languages: dict[Language, str]
    placeholder: dict[Language, str]
    link: dict[Language, str]


class Control(BaseModel):
    """`control.yaml`: lines whose finding is plainly right."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Literal[1] = Field(alias="schema")
    rule: str
    lines: dict[Language, list[str]]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Literal["system", "user"]
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """One task's templates; `digest` changes with any byte of them."""

    meta: Meta
    digest: str

    @property
    def label(self) -> str:
        """Name, version and digest, as every critique carries them."""
        return f"{self.meta.name}@{self.meta.version}+{self.digest[:8]}"

    def render(self, **values: Any) -> tuple[Message, Message]:
        """Return the system and the user message; an unknown or missing variable is an error."""
        system, user = (
            _environment().get_template(f"{self.meta.name}/{name}").render(most=self.meta.most, **values)
            for name in _FILES
        )
        return Message("system", system), Message("user", user)


@cache
def prompt(task: Task) -> Prompt:
    """Return a task's prompt, read once."""
    folder = PROMPTS / task
    digest = hashlib.sha256()
    for name in _FILES:
        digest.update((folder / name).read_bytes())
    return Prompt(Meta.model_validate(_yaml(f"{task}/meta.yaml")), digest.hexdigest())


@cache
def vocabulary() -> Vocabulary:
    """Return the words of `words.yaml`."""
    return Vocabulary.model_validate(_yaml("words.yaml"))


@cache
def control() -> Control:
    """Return the lines of `control.yaml`."""
    return Control.model_validate(_yaml("control.yaml"))


def boundary(payload: str, secret: bytes) -> str:
    """Return the line around a draft: nobody who writes a draft can guess it, and the same draft has the same one."""
    return "DRAFT-" + hmac.new(secret, payload.encode(), "sha256").hexdigest()[:16]


def as_line(value: Any) -> str:
    """Return a value as one line of JSON, letters as they are: escapes would spoil quotations."""
    # U+2028 and U+2029 end a line for some readers and must not end one of ours.
    text = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")


def _yaml(name: str) -> Any:
    return yaml.safe_load((PROMPTS / name).read_text(encoding="utf-8"))


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(PROMPTS),
        undefined=StrictUndefined,
        autoescape=False,  # plain text for a model, no page
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["json"] = as_line
    return made
