"""Waivers: remarks an organisation decided to live with, and what is wrong with the waivers themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from coach.domain.review import Finding
from coach.rubric.manners import line_of
from coach.rubric.profile import Profile
from coach.rubric.schema import Rule
from coach.rubric.subjects import Remark, SetSubject


class Granted(Protocol):
    """A waiver, whether it was sent with a set or stands in a profile."""

    @property
    def code(self) -> str:
        """The rule whose remark is waived."""

    @property
    def item(self) -> str:
        """Id, pointer or fingerprint of the line."""

    @property
    def reason(self) -> str | None:
        """Why."""

    @property
    def until(self) -> date | None:
        """The last day."""


class Standing(NamedTuple):
    """A waiver and where it stands.

    Attributes:
        pointer: its place in the set; empty for one of a profile, which is no part of the set.
        name: what it is called in messages: its rule, and for one of a profile also the place in that profile.
    """

    waiver: Granted
    pointer: str
    name: str

    def at(self, field: str) -> str:
        """Return the pointer of one of its fields."""
        return f"{self.pointer}/{field}" if self.pointer else ""


def standing(subject: SetSubject, profile: Profile) -> list[Standing]:
    """Return the waivers sent with a set, then those of the profile."""
    sent = [Standing(w, f"/waivers/{at}", w.code) for at, w in enumerate(subject.okr_set.waivers)]
    kept = [Standing(w, "", f"{w.code} ({profile.name}: waivers.{at})") for at, w in enumerate(profile.waivers)]
    return [*sent, *kept]


def apply_waivers(
    subject: SetSubject,
    findings: Iterable[Finding],
    rules: Mapping[str, Rule],
    today: date | None,
    waivers: Sequence[Standing],
) -> tuple[list[Finding], list[tuple[str, Remark]]]:
    """Mark the findings that are waived, and say what is wrong with a waiver.

    A waiver names a rule and an item: by the caller's id, by its pointer, or by the fingerprint of one finding, which changes when
    the line is rewritten, so that the new words are judged anew. One that has run out, names no known rule or has no
    reason covers nothing. Rules that are not waivable stay. A waiver of a profile is unused only where its line was sent, and one
    for a rule of another layer is never called unused here.

    Args:
        subject: the set.
        findings: after silencing.
        rules: by code.
        today: the day that decides whether a waiver has run out; None: none has.
        waivers: what `standing` returned.

    Returns:
        All findings, the waived ones with that status; and (code, remark) of the W rules.
    """
    places = _places(subject)
    marked = list(findings)
    remarks = [fault for waiver in waivers for fault in _faults(waiver, rules, today)]
    for given in _covering(waivers, rules, today):
        item, rule = given.waiver.item, rules[given.waiver.code]
        used = _mark(given, marked, rule, places)
        sent = given.pointer or item in places or item in places.values()
        if not used and sent and rule.detect is not None:
            remarks.append(("W901", Remark(given.pointer, values={"field": given.name})))
    return marked, remarks


def cover(
    subject: SetSubject,
    findings: Sequence[Finding],
    rules: Mapping[str, Rule],
    today: date | None,
    waivers: Sequence[Standing],
) -> None:
    """Mark those findings of another layer that are waived."""
    places = _places(subject)
    for given in _covering(waivers, rules, today):
        _mark(given, findings, rules[given.waiver.code], places)


def _covering(waivers: Iterable[Standing], rules: Mapping[str, Rule], today: date | None) -> Iterator[Standing]:
    return (given for given in waivers if not list(_faults(given, rules, today)))


def _mark(given: Standing, findings: Iterable[Finding], rule: Rule, places: Mapping[str, str]) -> bool:
    """Mark what a waiver covers; tell whether it covers anything."""
    place = places.get(given.waiver.item, given.waiver.item)
    used = False
    for finding in findings:
        if (
            finding.code == given.waiver.code
            and place in (finding.pointer, line_of(finding), finding.fingerprint)
            and rule.waivable
        ):
            finding.status = "waived"
            used = True
    return used


def _faults(given: Standing, rules: Mapping[str, Rule], today: date | None) -> Iterator[tuple[str, Remark]]:
    waiver = given.waiver
    if waiver.code not in rules:
        yield "W903", Remark(given.at("code"), values={"field": given.name})
    if waiver.until is not None and today is not None and waiver.until < today:
        yield "W902", Remark(given.at("until"), values={"field": given.name, "date": waiver.until.isoformat()})
    if not (waiver.reason or "").strip():
        yield "W904", Remark(given.at("reason"), values={"field": given.name})


def _places(subject: SetSubject) -> dict[str, str]:
    """Pointer of every item that has an id."""
    places = {circle.id: f"/circles/{index}" for index, circle in enumerate(subject.okr_set.circles)}
    places |= {project.id: f"/projects/{index}" for index, project in enumerate(subject.okr_set.projects) if project.id}
    places |= {name: okr.pointer for name, okr in subject.objectives_by_id.items()}
    places |= {name: kr.pointer for name, kr in subject.key_results_by_id.items()}
    return places
