"""What a review within an organisation is made on: the set within its surroundings, and what was said last time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from coach.domain.okr_set import OkrSet
from coach.domain.review import Note, Review
from coach.review.relatives import Near, Similarity
from coach.rubric.engine import Engine
from coach.storage.okr_sets import surroundings
from coach.storage.repositories.reviews import KeptFinding, KeptReview
from coach.storage.unit import Unit

LATER = Near(state="pending")


@dataclass(slots=True)
class Ground:
    """What stands around a set.

    Attributes:
        near: what is alike elsewhere in the organisation; None: that stage is off.
        similarity: compares by meaning; None: off, or not in time.
    """

    around: OkrSet
    dismissed: frozenset[str]
    last: KeptReview | None
    before: list[KeptFinding]
    day: date
    near: Near | None = None
    similarity: Similarity | None = None

    @property
    def unfinished(self) -> bool:
        """Whether what stands near to it is not known yet; such a review is not answered a second time."""
        return self.near is not None and self.near.state == "pending"

    def digest(self) -> str:
        """Return what tells this ground from others, beside the set itself."""
        return "" if self.near is None else str(self.near)

    @property
    def same_dismissals(self) -> bool:
        """Whether people have dismissed the same remarks as when the last review was made."""
        return all(
            (finding.fingerprint in self.dismissed) == (finding.status == "dismissed")
            for finding in self.before
            if finding.status not in ("resolved", "waived")
        )


def ground_of(unit: Unit, okr_set: OkrSet, subject: str, day: date) -> Ground:
    """Return what stands around a set, and what was said of its subject last time."""
    last = unit.reviews.last(subject)
    return Ground(
        around=surroundings(unit, okr_set),
        dismissed=unit.dispositions.dismissed(day),
        last=last,
        before=unit.reviews.findings(last.id) if last else [],
        day=day,
    )


def searching(review: Review, engine: Engine) -> Review:
    """Return the review with a word that what is alike elsewhere is still being looked up."""
    said = Note("similarity-pending", engine.source.labels["relations-pending"][review.language])
    return replace(review, stages=replace(review.stages, similarity="pending"), notes=(*review.notes, said))


def not_found(review: Review, engine: Engine) -> Review:
    """Return the review with a word that what is alike elsewhere could not be looked up."""
    notes = tuple(note for note in review.notes if note.code != "similarity-pending")
    said = Note("similarity-failed", engine.source.labels["relations-failed"][review.language])
    return replace(review, stages=replace(review.stages, similarity="failed"), notes=(*notes, said))
