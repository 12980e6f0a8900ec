"""What a set still needs before it starts, and dates that do not fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from coach.domain.okr_set import Cycle, KeyResult, Objective
from coach.rubric.checks.base import NOTHING, Gated, Params
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import LineSubject, OkrSubject, Remark, SetSubject

_LATE = 2 / 3  # share of the cycle after which a first measurement teaches nothing


def no_data_source(params: Params, space: FeatureSpace) -> Gated:
    """C502: a measured key result that does not say where its figure comes from."""
    named = space.lexicon("instrument") | space.flag("field-source")

    def check(subject: LineSubject) -> Sequence[Remark]:
        if subject.type not in ("outcome", "kpi_bau") or subject.line.mask & named:
            return NOTHING
        return (Remark(f"{subject.pointer}/source"),)

    return Gated(check, space.flag("quantified"))


def no_owner(params: Params, space: FeatureSpace) -> Gated:
    """C503: nobody answers for the objective; a circle's own objective belongs to its lead, so a circle is enough."""

    def check(subject: LineSubject) -> Sequence[Remark]:
        record = subject.record
        if not isinstance(record, Objective) or record.owner or record.circle:
            return NOTHING
        return (Remark(f"{subject.pointer}/owner"),)

    return Gated(check)


def due_outside_cycle(params: Params, space: FeatureSpace) -> Gated:
    """C501: a due date before the cycle starts or after it ends."""
    return Gated(lambda subject: tuple(_due_outside_cycle(subject)))


def _due_outside_cycle(subject: SetSubject) -> Iterator[Remark]:
    for okr in subject.okrs:
        cycle = cycle_of(subject, okr)
        if cycle is None:
            continue
        for kr in okr.key_results:
            due = kr.record.due if isinstance(kr.record, KeyResult) else None
            if due is not None and not _inside(due, cycle):
                yield Remark(f"{kr.pointer}/due", values={"date": due.isoformat(), "field": cycle.name or cycle.id})


def first_measure_too_late(params: Params, space: FeatureSpace) -> Gated:
    """C504: the starting value, or the first measurement, comes when most of the cycle is over."""
    return Gated(lambda subject: tuple(_first_measure_too_late(subject)))


def _first_measure_too_late(subject: SetSubject) -> Iterator[Remark]:
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
