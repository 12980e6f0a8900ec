"""From a sheet to what is sent: redacted, with a control line mixed in, between two lines nobody can guess."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from coach.critique.answer import answer_of
from coach.critique.catalogue import INJECTION, open_codes, profile_facts, rule_lines
from coach.critique.config import LlmConfig
from coach.critique.guard import control_line
from coach.critique.prompt import Message, Prompt, as_line, boundary, control, prompt, vocabulary
from coach.critique.redact import Redacted, Redactor
from coach.critique.sheet import Asked, Sheet, SheetLine
from coach.rubric.engine import Engine


@dataclass(frozen=True, slots=True)
class SentLine:
    """A line as it is sent: its id in the prompt and its texts without personal data."""

    id: str
    line: SheetLine
    texts: tuple[Redacted, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the line as the prompt shows it; texts under the same key become a list."""
        shown: dict[str, Any] = {"id": self.id, "kind": self.line.kind}
        for text, redacted in zip(self.line.texts, self.texts, strict=True):
            if text.key == "duty":
                shown.setdefault("duties", []).append(redacted.text)
            else:
                shown[text.key] = redacted.text
        return shown


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Everything about one question to a model.

    Attributes:
        messages: what leaves, to the letter.
        key: the same for the same draft, findings, prompt, rubric and model, whatever control line is drawn.
        asked: id in the prompt -> finding.
        control: ids of the control line and of its finding; None: there is none.
    """

    sheet: Sheet
    messages: tuple[Message, Message]
    shape: type[BaseModel]
    key: str
    label: str
    lines: dict[str, SentLine]
    asked: dict[str, Asked]
    control: tuple[str, str] | None
    redactor: Redactor = field(repr=False)

    @property
    def characters(self) -> int:
        """Length of what leaves."""
        return sum(len(message.content) for message in self.messages)

    @property
    def shown(self) -> list[str]:
        """The draft as it leaves, line by line: what a person is shown beforehand.

        Without the control line, and numbered as if there were none: its place is nobody's to know.
        """
        hidden = self.control[0] if self.control else ""
        sent = [line for name, line in self.lines.items() if name != hidden]
        return [as_line({**line.as_json(), "id": line.line.id}) for line in sent]


def people_of(sheet: Sheet, configured: Iterable[str]) -> tuple[str, ...]:
    """Return the names to take out: those configured, and those the rubric saw in the draft (X803)."""
    return (*configured, *sheet.people)


def dispatch(sheet: Sheet, engine: Engine, config: LlmConfig, secret: bytes) -> Dispatch:
    """Return the question a sheet becomes."""
    redactor = Redactor(people_of(sheet, config.people), taken="\n".join(_texts(sheet)))
    sent = [SentLine(line.id, line, tuple(redactor.redact(t.text) for t in line.texts)) for line in sheet.everything]
    findings = [_finding(asked, sheet, redactor) for asked in sheet.asked]
    payload = as_line([[line.as_json() for line in sent], findings])
    lines, asked, shown, control_ids = _mixed(sheet, sent, findings, payload, secret, engine)
    own = len(sheet.context)
    made = prompt("critique")
    words = vocabulary()
    messages = made.render(
        boundary=boundary(payload, secret),
        context=[line.as_json() for line in lines[:own]],
        lines=[line.as_json() for line in lines[own:]],
        findings=shown,
        rules=rule_lines(engine, {entry.finding.code for entry in sheet.asked}, sheet.language),
        profile=profile_facts(engine),
        language=words.languages[sheet.language],
        placeholder=words.placeholder[sheet.language],
        injection_rule=INJECTION,
    )
    return Dispatch(
        sheet=sheet,
        messages=messages,
        shape=answer_of(open_codes(engine)),
        key=key_of(made, engine, config, sheet.language, payload),
        label=made.label,
        lines={line.id: line for line in lines},
        asked=asked,
        control=control_ids,
        redactor=redactor,
    )


def _texts(sheet: Sheet) -> Iterable[str]:
    return (text.text for line in sheet.everything for text in line.texts)


def _finding(asked: Asked, sheet: Sheet, redactor: Redactor) -> dict[str, Any]:
    """A finding as the prompt shows it; words that stand elsewhere, such as in another circle's line, are left out."""
    own = [evidence.text for evidence in asked.finding.evidence if any(evidence.text in text for text in _texts(sheet))]
    quoted = [redactor.redact(words).text for words in own]
    return {"rule": asked.finding.code, "line": asked.of, **({"words": quoted} if quoted else {})}


_Mixed = tuple[list[SentLine], dict[str, Asked], list[dict[str, Any]], tuple[str, str] | None]


def _mixed(
    sheet: Sheet, sent: list[SentLine], findings: list[dict[str, Any]], payload: str, secret: bytes, engine: Engine
) -> _Mixed:
    """Mix the control line in among the objectives, and number everything anew so that it does not stand out."""
    if control().rule not in engine.rules or not sheet.lines:
        asked = {entry.id: entry for entry in sheet.asked}
        return sent, asked, [{"id": e.id, **f} for e, f in zip(sheet.asked, findings, strict=True)], None
    objectives = [line.id for line in sheet.lines if line.kind == "objective"]
    drawn = control_line(payload, secret, sheet.language, objectives=len(objectives), findings=len(findings))
    number = {old: at + 1 + (at >= drawn.at) for at, old in enumerate(objectives)}

    def renamed(old: str) -> str:
        head, dot, tail = old.partition(".")
        return f"O{number[head]}{dot}{tail}" if head in number else old

    lines = [SentLine(renamed(line.id), line.line, line.texts) for line in sent]
    extra = SheetLine(f"O{drawn.at + 1}", "objective", "", ())
    before = next((at for at, line in enumerate(lines) if line.id == f"O{drawn.at + 2}"), len(lines))
    lines.insert(before, _ControlSent(extra.id, extra, (Redacted(drawn.text, drawn.text),)))
    shown = [{**finding, "line": renamed(finding["line"])} for finding in findings]
    shown.insert(drawn.finding_at, {"rule": drawn.rule, "line": extra.id, "words": [drawn.text]})
    entries: list[Asked | None] = [*sheet.asked]
    entries.insert(drawn.finding_at, None)
    asked = {f"F{at}": entry for at, entry in enumerate(entries, 1) if entry is not None}
    numbered = [{"id": f"F{at}", **finding} for at, finding in enumerate(shown, 1)]
    return lines, asked, numbered, (extra.id, f"F{drawn.finding_at + 1}")


@dataclass(frozen=True, slots=True)
class _ControlSent(SentLine):
    """The control line, which stands in no okr-set."""

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "kind": self.line.kind, "text": self.texts[0].text}


def key_of(made: Prompt, engine: Engine, config: LlmConfig, language: str, payload: str) -> str:
    """Return what an answer is kept under: everything it depends on, and neither secret nor control line."""
    parts = [
        made.digest,
        made.meta.version,
        engine.source.version,
        engine.profile.name,
        config.base_url,
        config.model,
        config.mode,
        config.max_tokens,
        language,
        payload,
    ]
    return hashlib.sha256(as_line(parts).encode()).hexdigest()
