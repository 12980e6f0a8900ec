"""Forgetting what is older than the installation wants to keep."""

from __future__ import annotations

from datetime import datetime, timedelta

from coach.storage.models.base import now
from coach.storage.store import Store


def prune(store: Store, days: int, *, at: datetime | None = None) -> int:
    """Delete reviews, finished jobs, drafts, cached values and audit entries older than some days; return how many.

    The last review of everything stays, because the next one is compared with it; so do the reviews that a cycle review shows.

    Args:
        store: the database.
        days: how long to keep.
        at: this moment; None: the machine's.
    """
    moment = (at or now()) - timedelta(days=days)
    count = 0
    for organisation in store.organisations():
        with store.write(organisation) as unit:
            count += unit.reviews.delete_before(moment)
            count += unit.jobs.delete_before(moment)
            count += unit.drafts.delete_before(moment)
            count += unit.caches.delete_before(moment)
            count += unit.audit.delete_before(moment)
    return count
