"""What a set still needs before it starts, and dates that do not fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from coach.domain.okr_set import Cycle, KeyResult, Objective
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import LineSubject, OkrSubject, Remark, SetSubject, Subject

_LATE = 2 / 3  # share of the cycle after which a first measurement teaches nothing


def no_data_source(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """C502: a measured key result that does not say where its figure comes from."""
    if isinstance(subject, LineSubject) and isinstance(subject.record, KeyResult):
        measured = subject.type in ("outcome", "kpi_bau") and subject.line.mask & space.flag("quantified")
        if measured and not subject.record.source and not subject.line.mask & space.lexicon("instrument"):
            yield Remark(f"{subject.pointer}/source")


def no_owner(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """C503: nobody answers for the objective; a circle's own objective belongs to its lead, so a circle is enough."""
    if not isinstance(subject, LineSubject) or not isinstance(subject.record, Objective):
        return
    if not subject.record.owner and not subject.record.circle:
        yield Remark(f"{subject.pointer}/owner")


def due_outside_cycle(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """C501: a due date before the cycle starts or after it ends."""
    if not isinstance(subject, SetSubject):
        return
    for okr in subject.okrs:
        cycle = cycle_of(subject, okr)
        if cycle is None:
            continue
        for kr in okr.key_results:
            due = kr.record.due if isinstance(kr.record, KeyResult) else None
            if due is not None and not _inside(due, cycle):
                yield Remark(f"{kr.pointer}/due", values={"date": due.isoformat(), "field": cycle.name or cycle.id})


def first_measure_too_late(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """C504: the starting value, or the first measurement, comes when most of the cycle is over."""
    if not isinstance(subject, SetSubject):
        return
    for okr in subject.okrs:
        cycle = cycle_of(subject, okr)
        if cycle is None or cycle.start is None or cycle.end is None:
            continue
        for kr in okr.key_results:
            if not isinstance(kr.record, KeyResult):
                continue
            first = min((m.date for m in kr.record.measurements), default=kr.record.baseline_by)
            if first is not None and (first - cycle.start).days > _LATE * (cycle.end - cycle.start).days:
                yield Remark(
                    f"{kr.pointer}/measurements", values={"date": first.isoformat(), "evidence": kr.record.title}
                )


def cycle_of(subject: SetSubject, okr: OkrSubject) -> Cycle | None:
    """Return the cycle an objective belongs to, where it was sent."""
    name = okr.record.cycle or subject.okr_set.cycle
    return subject.cycles_by_id.get(name) if name else None


def _inside(due: date, cycle: Cycle) -> bool:
    return not ((cycle.start and due < cycle.start) or (cycle.end and due > cycle.end))
