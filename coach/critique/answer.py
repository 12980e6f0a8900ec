"""What a model may say, as types; everything else is an answer that cannot be read.

Form is forgiven where the meaning is plain (a language by its name, an inflected verdict, a list that is null, a text that
runs on): small models write like that, and asking again costs a call.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from coach.domain.language import Language, known

_LONGEST = 1_200
_MOST = 80
_TONGUES: dict[str, Language] = {
    "english": "en", "french": "fr", "français": "fr", "dutch": "nl", "nederlands": "nl", "german": "de", "deutsch": "de",
}  # fmt: skip
_OPINIONS = {
    "conf": "confirm",
    "agre": "confirm",
    "cont": "contest",
    "reje": "contest",
    "unsu": "unsure",
    "unce": "unsure",
}


def _text(value: Any) -> Any:
    """A text that runs on is cut, and none is an empty one: neither may cost the whole answer."""
    return "" if value is None else value.strip()[:_LONGEST] if isinstance(value, str) else value


def _name(value: Any) -> Any:
    return value.strip().strip("[]").upper() if isinstance(value, str) else value


def _tongue(value: Any) -> Any:
    """The language as small models write it: French, fr-BE."""
    return _TONGUES.get(value.strip().lower(), known(value.strip())) if isinstance(value, str) else value


def _opinion(value: Any) -> Any:
    """The verdict in any inflection (Confirmed, REJECT); what is none of the three stays wrong."""
    return _OPINIONS.get(value.strip().lower()[:4], value) if isinstance(value, str) else value


def _entries(value: Any) -> Any:
    return [] if value is None else value[:_MOST] if isinstance(value, list) else value


Short = Annotated[str, BeforeValidator(_text)]
Words = Annotated[str, BeforeValidator(_text)]
Name = Annotated[str, BeforeValidator(_name)]
Spoken = Annotated[Language, BeforeValidator(_tongue)]
Opinion = Annotated[Literal["confirm", "contest", "unsure"], BeforeValidator(_opinion)]
_Entry = TypeVar("_Entry")
Entries = Annotated[list[_Entry], BeforeValidator(_entries)]


class _Said(BaseModel):
    # Small models add keys of their own; and no text of a draft may reach a log by way of an error message.
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class SaidVerdict(_Said):
    """Your opinion on ONE finding of the rubric."""

    finding: Name = Field(description="Id of the finding, such as F1.")
    verdict: Opinion
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

    language: Spoken
    verdicts: Entries[SaidVerdict]
    new_findings: Entries[SaidFinding] = []
    rewrites: Entries[SaidRewrite] = []
    questions: Entries[SaidQuestion] = []
    summary: Short = ""


class Wordings(_Said):
    """Other wordings of one line."""

    language: Spoken
    rewrites: Entries[SaidRewrite]


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
        new_findings=(Annotated[list[finding], BeforeValidator(_entries)], []),
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
