"""One remark as a page shows it, and the colour of its marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from coach.domain.review import Evidence, Finding
from coach.http.pages.marks import Span, marked
from coach.http.pages.words import Words
from coach.review.suggestions import label_of
from coach.rubric.engine import Engine

#: Four quiet colours: something delivered, something kept running, something wished for, anything else.
TONES = {
    "output": "output", "project": "output", "kpi_bau": "kpi", "kpi": "kpi", "bau": "kpi", "vague": "vague",
    "outcome": "good", "transformational": "good", "strategy": "other",
}  # fmt: skip
_HOMES = {"projects": "output", "metrics": "kpi", "circle": "kpi"}
_WISHES = frozenset({"no-measure", "stock-phrase"})  # wishes that decide no type of line
_LONGEST_QUOTE = 70


@dataclass(frozen=True, slots=True)
class Reason:
    """A signal that fired: what it says, and how much it adds (or takes)."""

    label: str
    weight: float


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording to start from: what it is offered as, its words, and whether the rubric read it without a remark.

    `of_other_kind` tells that it is offered as something else than the line is, such as a key result.
    """

    label: str
    text: str
    checked: bool
    of_other_kind: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding, ready to be shown.

    Attributes:
        key: tells it from every other remark of the page, so that what was unfolded stays unfolded.
        quotes: the words it rests on, in the order they stand in.
        elsewhere: words that stand in the circle's own texts, such as an accountability.
    """

    key: str
    code: str
    tone: str
    message: str
    ask: str | None
    severity: str
    is_question: bool
    on_trial: bool
    quotes: tuple[Markup, ...]
    quote_language: str
    elsewhere: tuple[str, ...]
    suggestions: tuple[Wording, ...]
    reasons: tuple[Reason, ...]
    url: str


def tone_of(engine: Engine, code: str) -> str:
    """Return the colour of a rule's marks, from what the rule is evidence for."""
    for nature in engine.source.natures.values():
        for name, scorer in nature.types.items():
            if code in scorer.rules:
                return TONES.get(name, "other")
    rule = engine.source.rules[code]
    return _HOMES.get(
        rule.belongs_to or "", "vague" if rule.name.startswith(("no-measure", "stock", "vague")) else "other"
    )


def remark(finding: Finding, engine: Engine, words: Words, *, language: str) -> Remark:
    """Return a finding as it is shown.

    Args:
        finding: from the review.
        engine: knows what its rule is about.
        words: the reader's.
        language: of the line, for the quotation.
    """
    tone = tone_of(engine, finding.code)
    return Remark(
        key=f"{finding.code}-{finding.pointer}",
        code=finding.code,
        tone=tone,
        message=finding.message,
        ask=finding.ask,
        severity=words.label(f"severity-{finding.severity}"),
        is_question=finding.state == "review",
        on_trial=finding.preview,
        quotes=tuple(_quote(e, tone, asks=finding.state == "review") for e in _in_order(finding.evidence)),
        quote_language=language,
        elsewhere=tuple(e.text for e in finding.evidence if e.of),
        suggestions=tuple(
            Wording(words.label(label_of(s)), s.text, s.checked, of_other_kind=s.kind is not None)
            for s in finding.suggestions
        ),
        reasons=_reasons(finding, words),
        url=f"/rules/{quote(finding.code)}",
    )


def spans(findings: Sequence[Finding], engine: Engine, pointer_end: str) -> list[Span]:
    """Return what the shown remarks mark in one field.

    Args:
        findings: of the line, the most helpful first.
        engine: gives the colours.
        pointer_end: `/title` or `/why`: the field that the offsets count in.
    """
    return [
        Span(words.start, words.end, tone_of(engine, finding.code), finding.state == "review")
        for finding in findings
        if finding.visible and finding.pointer.endswith(pointer_end)
        for words in finding.evidence
        if words.of is None
    ]


def _in_order(evidence: Sequence[Evidence]) -> list[Evidence]:
    return sorted((words for words in evidence if words.of is None), key=lambda words: words.start)


def _quote(evidence: Evidence, tone: str, *, asks: bool) -> Markup:
    text = " ".join(evidence.text.split())
    short = text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1].rstrip() + "…"
    return marked(short, [Span(0, len(short), tone, asks)])


def _reasons(finding: Finding, words: Words) -> tuple[Reason, ...]:
    named = ((words.reason(signal.id), signal.weight) for signal in finding.signals)
    return tuple(
        Reason(label, weight) for label, weight in sorted(named, key=lambda pair: -abs(pair[1])) if label and weight
    )
