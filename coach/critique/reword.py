"""The second question: other wordings of one line, where the rubric objects to what was proposed at first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coach.critique.answer import Wordings
from coach.critique.catalogue import profile_facts
from coach.critique.config import LlmConfig
from coach.critique.dispatch import Dispatch, SentLine, key_of, people_of
from coach.critique.prompt import as_line, boundary, prompt, vocabulary
from coach.critique.redact import Redactor
from coach.critique.sheet import Sheet
from coach.rubric.engine import Engine


@dataclass(frozen=True, slots=True)
class Objection:
    """What the rubric says of a wording: the rule, its words, and the wording it was about."""

    code: str
    message: str
    wording: str


def dispatch_reword(
    sheet: Sheet, pointer: str, objections: Sequence[Objection], engine: Engine, config: LlmConfig, secret: bytes
) -> Dispatch:
    """Return the question for other wordings of a line.

    Raises:
        ValueError: the line does not stand on the sheet.
    """
    redactor = Redactor(
        people_of(sheet, config.people), taken="\n".join(t.text for line in sheet.everything for t in line.texts)
    )
    sent = {
        line.id: SentLine(line.id, line, tuple(redactor.redact(t.text) for t in line.texts))
        for line in sheet.everything
    }
    wanted = next((line for line in sent.values() if line.line.pointer == pointer), None)
    if wanted is None:
        raise ValueError("the line does not stand on the sheet")
    remarks = [
        {"rule": o.code, "says": redactor.redact(o.message).text, "of": redactor.redact(o.wording).text}
        for o in objections
    ]
    around = [
        line for line in sent.values() if line is not wanted and line.line.kind in ("circle", "above", "objective")
    ]
    payload = as_line([[line.as_json() for line in around], wanted.as_json(), remarks])
    made, words = prompt("rewrite"), vocabulary()
    messages = made.render(
        boundary=boundary(payload, secret),
        context=[line.as_json() for line in around],
        line=wanted.as_json(),
        remarks=remarks,
        profile=profile_facts(engine),
        language=words.languages[sheet.language],
        placeholder=words.placeholder[sheet.language],
    )
    key = key_of(made, engine, config, sheet.language, payload)
    return Dispatch(sheet, messages, Wordings, key, made.label, sent, {}, None, redactor)
