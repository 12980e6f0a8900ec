"""The review of a draft, sorted to the lines of its form: what belongs to the organisation around it is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from coach.domain.language import Language
from coach.domain.review import Finding, Item, Note, Review, Score
from coach.http.pages.checked import Checked
from coach.review.draft import review_set
from coach.review.relatives import Similarity
from coach.rubric.engine import Engine
from coach.rubric.manners import MOST_VISIBLE, line_of


@dataclass(slots=True)
class LineReading:
    """What was found about one line of the form; the most helpful remark first."""

    item: Item
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """What was found about a draft.

    Attributes:
        lines: id of a line's form fields -> what was found about it.
        whole: remarks about the draft as a whole.
        score: None where the organisation was read along, whose lines would be in it.
        review: everything that was found, about the organisation, too.
    """

    lines: dict[str, LineReading] = field(default_factory=dict)
    whole: list[Finding] = field(default_factory=list)
    notes: tuple[Note, ...] = ()
    score: Score | None = None
    review: Review | None = None


def read_draft(
    checked: Checked,
    engine: Engine,
    *,
    language: Language,
    input_language: Language | None,
    similarity: Similarity | None = None,
) -> Reading:
    """Review a draft with what is around it, and keep what is about the draft."""
    if checked.okr_set is None:
        return Reading()
    review = review_set(
        checked.okr_set, engine, language=language, input_language=input_language, similarity=similarity
    )
    reading = Reading(notes=review.notes, score=review.score if checked.alone else None, review=review)
    for item in review.items:
        if item.pointer in checked.places:
            reading.lines[checked.places[item.pointer]] = LineReading(item)
    for finding in _calm(review.findings, checked, engine):
        place = _place(finding, checked)
        if place is not None:
            reading.lines[place].findings.append(finding)
        elif _about_the_draft(finding, checked, engine):
            reading.whole.append(finding)
    return reading


def _calm(findings: Iterable[Finding], checked: Checked, engine: Engine) -> Iterator[Finding]:
    """Fold what would be a second open remark beside a line of the form, or one more than a set bears."""
    opened: dict[str, int] = {}
    for finding in findings:
        place = _place(finding, checked) or ""
        asked_once = engine.rules[finding.code].stage == "ready"
        crowded = bool(place) and opened.get(place, 0) > 0 and not asked_once
        if finding.visible and (crowded or sum(opened.values()) >= MOST_VISIBLE):
            yield replace(finding, visible=False)
            continue
        if finding.visible and (place or _about_the_draft(finding, checked, engine)):
            opened[place] = opened.get(place, 0) + 1
        yield finding


def _place(finding: Finding, checked: Checked) -> str | None:
    """The line a remark stands beside: its own, or its objective's where it is about all key results together."""
    objective = "/".join(finding.pointer.split("/")[:3])
    return checked.places.get(line_of(finding)) or checked.places.get(objective)


def _about_the_draft(finding: Finding, checked: Checked, engine: Engine) -> bool:
    """Whether a remark about no line is about the draft, and not about the organisation it was read with."""
    if engine.rules[finding.code].scope != "circle":
        return False
    return finding.pointer == "/objectives" or (bool(checked.circle) and line_of(finding) == checked.circle)
