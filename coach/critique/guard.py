"""Signs that an answer was steered by the draft: the control line was not confirmed, or everything was contested.

They are detectors. The guarantee that nothing disappears and nothing turns green is in the merge, which does not need them.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from coach.critique.answer import Answer
from coach.critique.prompt import control
from coach.domain.language import Language

_MASS = 3


@dataclass(frozen=True, slots=True)
class ControlLine:
    """The line mixed into a draft. `at`: its place among the objectives; `finding_at`: that of its finding."""

    text: str
    rule: str
    at: int
    finding_at: int


def control_line(payload: str, secret: bytes, language: Language, *, objectives: int, findings: int) -> ControlLine:
    """Choose a line and its places; nobody who writes a draft can foresee them, and the same draft has the same ones."""
    drawn = hmac.new(secret, b"control\0" + payload.encode(), "sha256").digest()
    pool = control().lines[language]
    return ControlLine(
        text=pool[int.from_bytes(drawn[:4], "big") % len(pool)],
        rule=control().rule,
        at=int.from_bytes(drawn[4:8], "big") % (objectives + 1),
        finding_at=int.from_bytes(drawn[8:12], "big") % (findings + 1),
    )


@dataclass(frozen=True, slots=True)
class Trust:
    """What the guard says of an answer."""

    trusted: bool
    flags: tuple[str, ...] = ()


def examine(answer: Answer, control_id: str | None, asked: frozenset[str]) -> Trust:
    """Examine an answer before anything of it is used.

    Args:
        answer: what the model said.
        control_id: id of the control line's finding; None: none was mixed in.
        asked: ids of the real findings.
    """
    said = {verdict.finding: verdict.verdict for verdict in reversed(answer.verdicts)}
    flags: list[str] = []
    if control_id is not None:
        if control_id not in said:
            flags.append("control-line-absent")
        elif said[control_id] != "confirm":
            flags.append("control-line-missed")
    contested = {name for name in asked if said.get(name) == "contest"}
    if len(asked) >= _MASS and contested == asked:
        flags.append("everything-contested")
    return Trust(not {"control-line-missed", "everything-contested"} & set(flags), tuple(flags))
