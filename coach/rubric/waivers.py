"""Waivers: remarks an organisation decided to live with, and what is wrong with the waivers themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from coach.domain.okr_set import Waiver
from coach.domain.review import Finding
from coach.rubric.manners import line_of
from coach.rubric.schema import Rule
from coach.rubric.subjects import Remark, SetSubject


def apply_waivers(
    subject: SetSubject, findings: Iterable[Finding], rules: Mapping[str, Rule], today: date | None
) -> tuple[list[Finding], list[tuple[str, Remark]]]:
    """Mark the findings that are waived, and say what is wrong with a waiver.

    A waiver names a rule and an item: by the caller's id, by its pointer, or by the fingerprint of one finding, which changes when
    the line is rewritten, so that the new words are judged anew. One that has run out, names no known rule or has no
    reason covers nothing. Rules that are not waivable stay.

    Args:
        subject: the set, which carries the waivers.
        findings: after silencing.
        rules: by code.
        today: the day that decides whether a waiver has run out; None: none has.

    Returns:
        All findings, the waived ones with that status; and (code, remark) of the W rules.
    """
    places = {**_places(subject)}
    remarks: list[tuple[str, Remark]] = []
    covering: list[tuple[int, Waiver]] = []
    for index, waiver in enumerate(subject.okr_set.waivers):
        faults = list(_faults(index, waiver, rules, today))
        remarks += faults
        if not faults:
            covering.append((index, waiver))
    marked = list(findings)
    for index, waiver in covering:
        place = places.get(waiver.item, waiver.item)
        used = False
        for at, finding in enumerate(marked):
            if (
                finding.code == waiver.code
                and place in (finding.pointer, line_of(finding), finding.fingerprint)
                and rules[finding.code].waivable
            ):
                marked[at].status = "waived"
                used = True
        if not used:
            remarks.append(("W901", Remark(f"/waivers/{index}", values={"field": waiver.code})))
    return marked, remarks


def _faults(index: int, waiver: Waiver, rules: Mapping[str, Rule], today: date | None) -> Iterable[tuple[str, Remark]]:
    pointer = f"/waivers/{index}"
    if waiver.code not in rules:
        yield "W903", Remark(f"{pointer}/code", values={"field": waiver.code})
    if waiver.until is not None and today is not None and waiver.until < today:
        yield "W902", Remark(f"{pointer}/until", values={"field": waiver.code, "date": waiver.until.isoformat()})
    if not (waiver.reason or "").strip():
        yield "W904", Remark(f"{pointer}/reason", values={"field": waiver.code})


def _places(subject: SetSubject) -> dict[str, str]:
    """Pointer of every item that has an id."""
    places = {circle.id: f"/circles/{index}" for index, circle in enumerate(subject.okr_set.circles)}
    places |= {project.id: f"/projects/{index}" for index, project in enumerate(subject.okr_set.projects) if project.id}
    places |= {name: okr.pointer for name, okr in subject.objectives_by_id.items()}
    places |= {name: kr.pointer for name, kr in subject.key_results_by_id.items()}
    return places
