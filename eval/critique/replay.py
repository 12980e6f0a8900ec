"""Recorded answers: kept beside the questions they answer, and played back through guard and grounding."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from coach.critique.client import Meter, Model, Shape
from coach.critique.failures import CallFailedError
from coach.critique.prompt import Message
from coach.domain.critique import Critique, Reason

RECORDED = Path(__file__).parent / "recorded.jsonl"
#: Recordings must be playable anywhere: boundary and control line are drawn with this, never with a real secret.
SECRET = b"okr-coach evaluation"


@dataclass(slots=True)
class Record:
    """One answer.

    Attributes:
        asked: digest of the question, whatever the wording of the rules in it.
        answer: what the model said, None where it failed for `reason`.
        outcome: what guard and grounding made of it when it was recorded.
    """

    case: str
    repeat: int
    model: str
    prompt: str
    asked: str
    answer: dict[str, Any] | None
    reason: Reason
    tokens: tuple[int, int]
    calls: int
    outcome: dict[str, Any] | None = None


class Recording:
    """Asks another model and remembers what it said."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self.asked = ""
        self.answer: dict[str, Any] | None = None
        self.reason: Reason = "ok"
        self.meter = Meter()

    async def prepare(self) -> None:
        """Prepare the other one."""
        await self._model.prepare()

    async def ask(self, messages: Sequence[Message], shape: type[Shape], meter: Meter, deadline: float) -> Shape:
        """Return the other one's answer."""
        self.asked, self.meter = question(messages), meter
        try:
            answer = await self._model.ask(messages, shape, meter, deadline)
        except CallFailedError as error:
            self.reason = error.reason
            raise
        self.answer = answer.model_dump(mode="json")
        return answer

    async def close(self) -> None:
        """Leave the other one open: it is asked again."""


class OutOfDateError(Exception):
    """The question is no longer the one that was answered."""


class Replay:
    """Says what was recorded."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.fits = True

    async def prepare(self) -> None:
        """Nothing to prepare."""

    async def ask(self, messages: Sequence[Message], shape: type[Shape], meter: Meter, deadline: float) -> Shape:
        """Return the recorded answer; OutOfDateError where another question was answered."""
        self.fits = question(messages) == self._record.asked
        if not self.fits:
            raise OutOfDateError
        meter.calls, meter.weighed = self._record.calls, 1
        meter.prompt_tokens, meter.completion_tokens = self._record.tokens
        if self._record.answer is None:
            raise CallFailedError(self._record.reason)
        return shape.model_validate_json(json.dumps(self._record.answer))

    async def close(self) -> None:
        """Nothing to close."""


def question(messages: Sequence[Message]) -> str:
    """Return a digest of what is asked about; the boundary is drawn from it and says no more."""
    return hashlib.sha256(messages[1].content.encode()).hexdigest()[:16]


def outcome_of(critique: Critique) -> dict[str, Any]:
    """Return what became of an answer, short enough to compare."""
    return {
        "status": critique.status,
        "reason": critique.reason,
        "verdicts": [[v.code, v.pointer, v.opinion, v.quote.text if v.quote else None] for v in critique.verdicts],
        "additions": [[a.code, a.quote.pointer, a.quote.start, a.quote.end] for a in critique.additions],
        "rewrites": [[r.pointer, r.text] for r in critique.rewrites],
        "questions": len(critique.questions),
        "summary": bool(critique.summary),
        "dropped": sorted([d.what, d.why] for d in critique.dropped),
        "flags": list(critique.flags),
    }


def read_records(path: Path = RECORDED) -> list[Record]:
    """Return the recorded answers."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    return [Record(**{**row, "tokens": tuple(row["tokens"])}) for row in rows]


def write_records(records: Sequence[Record], path: Path = RECORDED) -> None:
    """Write recorded answers, one a line."""
    lines = [json.dumps(asdict(record), ensure_ascii=False) for record in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
