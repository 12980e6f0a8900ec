"""The review of one okr-set, as command line, API and page all render it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date

from coach.domain.language import Language
from coach.domain.okr_set import OkrSet
from coach.domain.review import Dimension, Finding, Item, Note, Review, Stages
from coach.review.alignment import alignment_of
from coach.review.own import Own, marked_dismissed
from coach.review.praise import praise
from coach.review.relatives import Near, Similarity, echoes_of, kinship_of
from coach.review.suggestions import suggestions
from coach.rubric.engine import Engine, Verdict
from coach.rubric.manners import behave, line_of
from coach.rubric.memory import collector_paused
from coach.rubric.score import by_line, item_score, score
from coach.rubric.subjects import SetSubject
from coach.rubric.waivers import cover, standing


def review_set(
    okr_set: OkrSet,
    engine: Engine,
    *,
    language: Language | None = None,
    input_language: Language | None = None,
    progress: Callable[[int, int], None] | None = None,
    today: date | None = None,
    similarity: Similarity | None = None,
    near: Near | None = None,
    own: Own | None = None,
    dismissed: Collection[str] = (),
) -> Review:
    """Review an okr-set with the rubric.

    Args:
        okr_set: what was sent.
        engine: the rubric, compiled for the profile that judges.
        language: the reader's language; None: that of the draft.
        input_language: the draft's; None: detected for each objective.
        progress: called with the number of objectives done and in all.
        today: the day that decides whether a waiver has run out; None: the machine's.
        similarity: compares by meaning; None: that stage is off.
        near: relations to what stands outside the set, found beforehand; None: they are looked for within the set.
        own: the part of the set to speak about, where the rest is only what stands around it; None: all.
        dismissed: fingerprints of the remarks that people have dismissed.
    """
    with collector_paused():
        return _review(
            okr_set, engine, language, input_language, progress, today or date.today(), similarity, near, own, dismissed
        )


def _review(
    okr_set: OkrSet,
    engine: Engine,
    language: Language | None,
    input_language: Language | None,
    progress: Callable[[int, int], None] | None,
    today: date,
    similarity: Similarity | None,
    near: Near | None,
    own: Own | None,
    dismissed: Collection[str],
) -> Review:
    heard = echoes_of(similarity, okr_set)
    verdict = engine.judge(okr_set, language, input_language, progress, today=today, echoes=heard)
    spoken = language or verdict.subject.language
    own = own or Own.all(okr_set)
    kin = kinship_of(similarity, engine, verdict, spoken, near)
    cover(verdict.subject, kin.findings, engine.source.rules, today, standing(verdict.subject, engine.profile))
    said = [f for f in kin.with_rubric(verdict.findings) if own.covers(f.pointer)]
    findings = behave(marked_dismissed(said, dismissed), engine.rules, _groups(verdict.subject))
    _suggest(verdict, findings, engine)
    items = _items(verdict, findings, engine)
    praise(verdict, engine, spoken)
    alignment = kin.aligned(alignment_of(verdict.subject, findings))
    return Review(
        rubric_version=engine.source.version,
        profile=engine.profile.name,
        language=spoken,
        score=score(findings, engine.rules, _applicable(verdict.subject, own), engine.profile),
        stages=Stages(similarity=kin.state),
        notes=(*_notes(verdict, engine, spoken), *kin.notes),
        items=tuple(item for item in items if own.covers(item.pointer)),
        findings=tuple(findings),
        relations=tuple(r for r in kin.relations if own.covers(r.a) or own.covers(r.b)),
        alignment=tuple(a for a in alignment if own.covers(a.pointer)),
        coverage=kin.coverage,
        source=okr_set.source,
    )


def _suggest(verdict: Verdict, findings: list[Finding], engine: Engine) -> None:
    """Give the remarks that are shown wordings to start from."""
    items = {item.pointer: item for item in verdict.items}
    lines = {line.pointer: line for okr in verdict.subject.okrs for line in (okr.objective, *okr.key_results)}
    for finding in findings:
        place = line_of(finding)
        if place in lines and (finding.main or (finding.visible and finding.status != "waived")):
            finding.suggestions = suggestions(engine, finding, items[place], lines[place])


def _groups(subject: SetSubject) -> Mapping[str, str]:
    """Name of the circle's set that each line belongs to."""
    groups: dict[str, str] = {}
    for index, circle in enumerate(subject.circles):
        groups.setdefault(circle.pointer, str(index))
        for okr in circle.okrs:
            groups[okr.pointer] = str(index)
            groups.update((kr.pointer, str(index)) for kr in okr.key_results)
        groups.update((pointer, str(index)) for pointer, _ in circle.projects)
    return groups


def _applicable(subject: SetSubject, own: Own) -> dict[Dimension, int]:
    """How many lines each dimension applies to; what was not sent is not assessed."""
    okrs = subject.okrs[: own.objectives]
    objectives = len(okrs)
    key_results = sum(len(okr.key_results) for okr in okrs)
    measured = sum(bool(kr.measurements) for okr in okrs for kr in okr.record.key_results)
    return {
        "make": objectives,
        "align": objectives if subject.knows_the_organisation else 0,
        "achieve": measured,
        "measure": key_results,
    }


def _items(verdict: Verdict, findings: list[Finding], engine: Engine) -> tuple[Item, ...]:
    lines = by_line(findings)
    for item in verdict.items:
        item.score = item_score(lines.get(item.pointer, ()), engine.rules)
    return verdict.items


def _notes(verdict: Verdict, engine: Engine, language: Language) -> list[Note]:
    """What was not sent, said once; and which exceptions the profile makes for the circles of the set."""
    subject = verdict.subject
    codes = []
    if not subject.okrs:
        codes.append("nothing-to-assess")
    elif not subject.knows_the_organisation:
        codes.append("alignment-not-assessed")
    if subject.okrs and not any(
        okr.circle and (okr.circle.purpose or okr.circle.accountabilities) for okr in subject.okrs
    ):
        codes.append("duties-not-assessed")
    if subject.okrs and subject.okr_set.stage == "draft":
        codes.append("completeness-later")
    texts = engine.source.notes
    notes = [Note(code, engine.speaker.say(texts[code][language], language, {})) for code in codes]
    for made in verdict.exceptions:
        values = {"circle": made.circle, "codes": ", ".join(made.codes), "reason": made.reason}
        notes.append(Note("exception", engine.speaker.say(texts["exception"][language], language, values)))
    return notes
