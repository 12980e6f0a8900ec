"""A review beside the last one of the same thing: what is new, what is unchanged, what is resolved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from coach.domain.okr_set import Source
from coach.domain.review import REVIEW, Finding, FindingSource, Review, Stages
from coach.storage.repositories.reviews import KeptFinding

_GONE = ("resolved",)
_NEW, _UNCHANGED, _RESOLVED = '"status":"new"', '"status":"unchanged"', '"status":"resolved"'

_STAGES = re.compile(r'"stages":\{"rubric":"(\w+)","similarity":"(\w+)","critique":"(\w+)"\}')
_SOURCE, _ID = ',"source":', ',"id":'  # the last two members of a review


def compared(review: Review, before: Iterable[KeptFinding], last: Callable[[], Review]) -> Review:
    """Return the review with the status of its findings; those that are gone follow at the end, folded.

    A finding is unchanged when its words are, or when the same line still has the same remark. What a layer said that has
    not spoken this time is not resolved: nobody knows.

    Args:
        review: just made.
        before: what the last review found.
        last: gives the last review, asked only where something is gone.
    """
    known = [finding for finding in before if finding.status not in _GONE]
    prints = {finding.fingerprint for finding in known}
    places = {(finding.code, finding.item or finding.pointer) for finding in known}
    items = items_of(review)
    for finding in review.findings:
        same = finding.fingerprint in prints or (finding.code, _place(finding, items)) in places
        if finding.status == "new" and same:
            finding.status = "unchanged"
    now_prints = {finding.fingerprint for finding in review.findings}
    now_places = {(finding.code, _place(finding, items)) for finding in review.findings}
    gone = [
        finding.position
        for finding in known
        if finding.fingerprint not in now_prints and (finding.code, finding.item or finding.pointer) not in now_places
    ]
    if not gone:
        return review
    earlier = last().findings
    silent = _silent(review.stages)
    resolved = [
        replace(earlier[at], status="resolved", main=False, visible=False)
        for at in gone
        if at < len(earlier) and earlier[at].source not in silent
    ]
    return replace(review, findings=(*review.findings, *resolved))


def anew(review: Review) -> Review:
    """Return a review as if it had been compared with nothing, to be compared again."""
    kept = [finding for finding in review.findings if finding.status not in _GONE]
    for finding in kept:
        if finding.status == "unchanged":
            finding.status = "new"
    return replace(review, findings=tuple(kept))


def stages_of(document: str) -> Stages:
    """Return how far the layers of a review are, from its JSON."""
    found = _STAGES.search(document)
    return Stages(*found.groups()) if found else Stages()  # type: ignore[arg-type]


def again(document: str) -> str:
    """Return the review of something that has not changed since: nothing of it is new, nothing newly resolved."""
    if _RESOLVED in document:
        review = REVIEW.validate_json(document)
        document = REVIEW.dump_json(
            replace(review, findings=tuple(f for f in review.findings if f.status != "resolved"))
        ).decode()
    # Inside a JSON text the quotation marks would be escaped, so that this changes statuses only.
    return document.replace(_NEW, _UNCHANGED)


def with_source(document: str, source: Source | None) -> str:
    """Return a review as JSON with another source: the same words may come with a new version."""
    body, _, name = document.rpartition(_ID)
    at = body.rindex(_SOURCE)
    said = source.model_dump_json() if source else "null"
    return f"{body[:at]}{_SOURCE}{said}{_ID}{name}"


def kept_findings(review: Review) -> tuple[KeptFinding, ...]:
    """Return what the findings of a review are looked up by."""
    items = items_of(review)
    return tuple(
        KeptFinding(
            code=finding.code,
            severity=finding.severity,
            state=finding.state,
            status=finding.status,
            pointer=finding.pointer,
            item=items.get(line(finding.pointer)),
            fingerprint=finding.fingerprint,
            position=position,
        )
        for position, finding in enumerate(review.findings)
    )


def items_of(review: Review) -> dict[str, str]:
    """Return pointer of a line -> the caller's id of it."""
    return {item.pointer: item.id for item in review.items if item.id}


def line(pointer: str) -> str:
    """Return the pointer of the line that a pointer leads into."""
    parts = pointer.split("/")
    return "/".join(parts[:5] if len(parts) > 4 and parts[3] == "key_results" else parts[:3])


def _silent(stages: Stages) -> set[FindingSource]:
    spoken = ("done", "degraded")
    silent: set[FindingSource] = set() if stages.similarity in spoken else {"similarity"}
    return silent if stages.critique == "done" else silent | {"critique"}


def _place(finding: Finding, items: dict[str, str]) -> str:
    return items.get(line(finding.pointer)) or finding.pointer
