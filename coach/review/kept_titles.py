"""The titles of a cycle as they were last read, brought up to date by those that changed since."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from coach.similarity.sets import Entry
from coach.storage.okr_sets import around_cycle
from coach.storage.repositories.titles import KeptTitle
from coach.storage.unit import Unit

_OVERLAP = timedelta(seconds=5)  # a row carries the moment it was written, which is before others could see it
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class KeptTitles:
    """Entries by pointer, and what tells whether they are all there.

    What changed is asked for by its moment; number and versions of all titles show that nothing was missed, whichever
    process wrote it. Where they do not agree, all are read anew.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    _versions: dict[str, int] = field(default_factory=dict)
    _periods: list[str] | None = None
    _read_at: datetime = _NEVER

    def read(self, unit: Unit, cycle: str) -> list[Entry]:
        """Read what changed; return all entries."""
        moment = datetime.now(UTC)
        periods = around_cycle(cycle, unit.cycles.all()) if cycle else []
        if periods != self._periods or not self._caught_up(unit, periods):
            self.entries.clear()
            self._versions.clear()
            self._take(unit.titles.of_cycles(periods))
        self._periods, self._read_at = periods, moment
        return list(self.entries.values())

    def _caught_up(self, unit: Unit, periods: list[str]) -> bool:
        self._take(unit.titles.of_cycles(periods, since=self._read_at - _OVERLAP))
        return unit.titles.tally(periods) == (len(self._versions), sum(self._versions.values()))

    def _take(self, titles: list[KeptTitle]) -> None:
        for title in titles:
            pointer = f"{title.kind}:{title.id}"
            self.entries[pointer] = Entry(pointer, title.title, title.kind, title.circle)
            self._versions[pointer] = title.version
