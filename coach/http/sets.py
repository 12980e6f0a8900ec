"""Stored organisations as okr-sets, for the drafting page: read once, and again when anything has changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from coach.domain.okr_set import Cycle, OkrSet

if TYPE_CHECKING:
    from coach.storage.store import Store

_MOST = 20
_AHEAD = timedelta(days=60)  # a cycle that begins within this time is the one people draft for


class StoredSets:
    """Remembers the organisations that were read last, in this process."""

    def __init__(self) -> None:
        self._read: OrderedDict[tuple[str, date], tuple[int, OkrSet]] = OrderedDict()

    def get(self, store: Store, organisation: str, today: date | None = None) -> OkrSet:
        """Return an organisation with the cycle that people draft for now, and the longer ones around it.

        Args:
            store: where it is kept.
            organisation: its id.
            today: decides which cycle; None: the machine's.
        """
        from coach.storage.okr_sets import whole

        day = today or date.today()
        with store.read(organisation) as unit:
            revision = unit.organisation.revision()
            known = self._read.get((organisation, day))
            if known is not None and known[0] == revision:
                return known[1]
            found = whole(unit, cycle=drafted(unit.cycles.all(), day))
        self._read[organisation, day] = revision, found
        while len(self._read) > _MOST:
            self._read.popitem(last=False)
        return found


def drafted(cycles: Iterable[Cycle], today: date) -> str | None:
    """Return the cycle people draft for: the shortest that begins soon, else that runs now, else the last; None: none has dates."""
    dated = [(c.start, c.end, c.id) for c in cycles if c.start is not None and c.end is not None]
    soon = [cycle for cycle in dated if today < cycle[0] <= today + _AHEAD]
    running = [cycle for cycle in dated if cycle[0] <= today <= cycle[1]]
    for among in (soon, running):
        if among:
            return min(among, key=lambda cycle: (cycle[1] - cycle[0], cycle[0], cycle[2]))[2]
    return max(dated, key=lambda cycle: (cycle[1], cycle[0]))[2] if dated else None
