"""What a model may say, as types; everything else is an answer that cannot be read.

Lengths are generous: a small model that runs on is cut by the grounding, not refused.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_200)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]


class _Said(BaseModel):
    # Small models add keys of their own; and no text of a draft may reach a log by way of an error message.
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class SaidVerdict(_Said):
    """Your opinion on ONE finding of the rubric."""

    finding: Name = Field(description="Id of the finding, such as F1.")
    verdict: Literal["confirm", "contest", "unsure"]
    reason: Short = Field(description="One sentence.")
    quote: Words | None = Field(None, description="Words copied from the finding's own line. Required to contest.")


class SaidFinding(_Said):
    """Something that a rule asks about and that no finding says yet."""

    rule: str
    line: Name = Field(description="Id of the line, such as O1 or O1.KR2.")
    quote: Words = Field(description="Words copied from that line.")
    explanation: Short = Field(description="One sentence.")


class SaidRewrite(_Said):
    """Another wording of a line, without any figure that the draft does not give."""

    line: Name
    text: Words
    why: Short


class SaidQuestion(_Said):
    """An open question to whoever wrote the line."""

    line: Name
    question: Short


class Answer(_Said):
    """Second opinion on one OKR set."""

    language: Literal["en", "fr", "nl", "de"]
    verdicts: list[SaidVerdict] = Field(max_length=80)
    new_findings: list[SaidFinding] = Field(max_length=20)
    rewrites: list[SaidRewrite] = Field(max_length=20)
    questions: list[SaidQuestion] = Field(max_length=20)
    summary: Short


class Wordings(_Said):
    """Other wordings of one line."""

    language: Literal["en", "fr", "nl", "de"]
    rewrites: list[SaidRewrite] = Field(max_length=6)


@lru_cache(maxsize=16)
def answer_of(codes: tuple[str, ...]) -> type[Answer]:
    """Return the answer whose new findings should name these rules; one class for each rubric and profile.

    The codes are asked for in the schema and checked by the grounding: one wrong code must not cost the whole answer.
    """
    if not codes:
        return Answer
    rule: Any = (str, Field(json_schema_extra={"enum": list(codes)}))
    finding: Any = create_model("SaidFinding", __base__=SaidFinding, __doc__=SaidFinding.__doc__, rule=rule)
    return create_model(
        "Answer",
        __base__=Answer,
        __doc__=Answer.__doc__,
        new_findings=(list[finding], Field(max_length=20)),
    )


_UNKNOWN_TO_SOME = frozenset({"maxLength", "minLength", "maxItems", "minItems", "pattern", "default", "title"})


def wire_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """Return the strict JSON Schema of an answer: every key required, no other allowed, only keywords all servers know."""
    strict: dict[str, Any] = _strict(shape.model_json_schema())
    return strict


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    made = {
        key: _strict(value) for key, value in node.items() if key not in _UNKNOWN_TO_SOME or isinstance(value, dict)
    }
    if isinstance(properties := made.get("properties"), dict):
        made["required"] = list(properties)
        made["additionalProperties"] = False
    return made


def response_format(shape: type[BaseModel]) -> dict[str, Any]:
    """Return the `response_format` that asks for exactly this shape."""
    return {
        "type": "json_schema",
        "json_schema": {"name": shape.__name__, "strict": True, "schema": wire_schema(shape)},
    }
