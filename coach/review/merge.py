"""The rubric decides, the model comments: how a second opinion becomes part of a review.

Whatever a model says, every finding of the rubric is still there, with its severity, confidence, state and words; the score
does not move; and what the model adds is at most *minor*, a question, and nobody's main remark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from coach.critique.catalogue import INJECTION
from coach.domain.critique import Addition, Critique, ForChampion, Verdict
from coach.domain.okr_set import OkrSet
from coach.domain.review import SEVERITIES, Evidence, Finding, Note, Review, Severity, Stages, StageState
from coach.rubric.engine import Engine
from coach.rubric.manners import line_of
from coach.rubric.subjects import Remark

_GRAVEST: Severity = "minor"
_CONFIDENCE = 0.5
_STAGES: dict[str, StageState] = {"ok": "done", "partial": "done", "degraded": "degraded", "off": "off"}
_CONTESTABLE = ("new", "unchanged")


def merge(review: Review, critique: Critique, okr_set: OkrSet, engine: Engine) -> Review:
    """Return the review with the second opinion in it; the review itself is left as it is.

    Args:
        review: the rubric's, without an opinion.
        critique: the opinion, whatever it says.
        okr_set: what was reviewed.
        engine: gives the words of the rules.
    """
    findings = _contested(review.findings, critique.verdicts)
    known = {(finding.code, line_of(finding)) for finding in findings}
    added: list[Finding] = []
    kept: list[Addition] = []
    for addition in critique.additions:
        if addition.code in engine.rules and (addition.code, addition.line) not in known:
            known.add((addition.code, addition.line))
            kept.append(addition)
            added.append(_finding(addition, review, okr_set, engine))
    notes = review.notes
    if critique.note:
        notes = (
            *notes,
            Note(f"critique-{critique.reason if critique.status != 'partial' else 'partial'}", critique.note),
        )
    return replace(
        review,
        findings=(*findings, *added),
        stages=replace(review.stages, critique=_STAGES[critique.status]),
        notes=notes,
        critique=replace(critique, additions=tuple(kept), for_champion=_for_champion((*findings, *added))),
    )


def staged(review: Review, state: StageState, note: Note) -> Review:
    """Return the review with the critique in a stage that it has not got beyond, such as `pending`."""
    stages: Stages = replace(review.stages, critique=state)
    return replace(review, stages=stages, notes=(*review.notes, note))


def _contested(findings: Sequence[Finding], verdicts: Iterable[Verdict]) -> list[Finding]:
    contested = {(v.fingerprint, v.pointer, v.code) for v in verdicts if v.opinion == "contest"}
    return [
        replace(finding, status="contested")
        if (finding.fingerprint, finding.pointer, finding.code) in contested and finding.status in _CONTESTABLE
        else replace(finding)
        for finding in findings
    ]


def _finding(addition: Addition, review: Review, okr_set: OkrSet, engine: Engine) -> Finding:
    rule = engine.rules[addition.code]
    quote = addition.quote
    evidence = (Evidence(quote.start, quote.end, quote.text),)
    values = {"evidence": quote.text}
    remark = Remark(quote.pointer, _CONFIDENCE, "review", evidence, values=values)
    identity = next((item.id for item in review.items if item.pointer == addition.line), None)
    made = engine.speaker.finding(rule, remark, review.language, _title(okr_set, addition.line), identity)
    if (
        "…" in made.message.replace(quote.text, "") and addition.explanation
    ):  # the rule's sentence names what only its own check would know
        made.message = addition.explanation
    made.severity = max(made.severity, _GRAVEST, key=SEVERITIES.index)
    made.source, made.main, made.visible = "critique", False, False
    return made


def _title(okr_set: OkrSet, line: str) -> str:
    parts = line.split("/")
    objective = okr_set.objectives[int(parts[2])]
    return objective.key_results[int(parts[4])].title if len(parts) > 4 else objective.title


def _for_champion(findings: Iterable[Finding]) -> tuple[ForChampion, ...]:
    found: list[ForChampion] = []
    for finding in findings:
        if finding.status == "contested":
            found.append(ForChampion(finding.code, finding.pointer, "contested"))
        elif finding.code == INJECTION:
            found.append(ForChampion(finding.code, finding.pointer, "instructions"))
    return tuple(found)
