"""How each company objective is carried from below: who contributes, how clearly, and who could."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from coach.domain.okr_set import Objective, OkrSet
from coach.domain.review import Contribution, Coverage
from coach.review.similarity import Similarity
from coach.similarity.items import Item
from coach.similarity.parents import contribution

#: From here on a contribution is about the same thing; below, nobody sees how it helps.
CLEAR = 0.3
_COULD = 0.45
_MOST_COULD = 3
_LOOKED_AT = 12


def coverage_of(okr_set: OkrSet, similarity: Similarity) -> tuple[Coverage, ...]:
    """Return every company objective with what contributes to it; nothing while there is no company objective.

    Args:
        okr_set: a whole cycle.
        similarity: says how much one line serves another, 0 to 1.
    """
    anchors = {circle.id for circle in okr_set.circles if circle.kind == "anchor"}
    company = [at for at, objective in enumerate(okr_set.objectives) if objective.circle in anchors]
    below = [at for at, objective in enumerate(okr_set.objectives) if objective.circle not in anchors]
    if not company:
        return ()
    parents = parents_of(okr_set)
    lines = {at: _texts(okr_set.objectives[at], own=at in set(company)) for at in (*company, *below)}
    flat = [text for texts in lines.values() for text in texts]
    items = iter(similarity.run(lambda made: made.preparer.items(flat)))
    made = {at: [next(items) for _ in texts] for at, texts in lines.items()}
    return tuple(_covered(okr_set, at, below, parents, made) for at in company)


def _covered(
    okr_set: OkrSet, at: int, below: Sequence[int], parents: dict[int, set[int]], items: dict[int, list[Item]]
) -> Coverage:
    claimed = [other for other in below if at in parents[other]]
    free = [other for other in below if not parents[other]]
    near = _nearest(items[at][0], [(other, items[other][0]) for other in free])
    could = [(other, strength) for other in near if (strength := _strength(items, other, at)) >= _COULD]
    could.sort(key=lambda pair: (-pair[1], pair[0]))
    made = [(other, _strength(items, other, at)) for other in claimed]
    made.sort(key=lambda pair: (-pair[1], pair[0]))
    return Coverage(
        pointer=f"/objectives/{at}",
        contributors=tuple(Contribution(f"/objectives/{other}", strength) for other, strength in made),
        could=tuple(Contribution(f"/objectives/{other}", strength) for other, strength in could[:_MOST_COULD]),
    )


def _strength(items: dict[int, list[Item]], child: int, parent: int) -> float:
    """How much an objective serves one above it, or one of the key results that stand under that."""
    return max(contribution(items[child][0], above) for above in items[parent])


def _nearest(item: Item, others: Sequence[tuple[int, Item]]) -> list[int]:
    if not others:
        return []
    cosines = np.stack([other.vector for _, other in others]) @ item.vector
    return [others[int(at)][0] for at in np.argsort(-cosines, kind="stable")[:_LOOKED_AT]]


def _texts(objective: Objective, *, own: bool) -> list[str]:
    return [objective.title, *(kr.title for kr in objective.key_results)] if own else [objective.title]


def parents_of(okr_set: OkrSet) -> dict[int, set[int]]:
    """The objectives that each one contributes to by a shorthand or a link, all by their places."""
    places = dict(_places(okr_set))
    found: dict[int, set[int]] = {at: set() for at in range(len(okr_set.objectives))}
    for at, objective in enumerate(okr_set.objectives):
        found[at] |= {places[name] for name in objective.contributes_to if name in places}
    for link in okr_set.links:
        if link.from_ in places and link.to in places:
            found[places[link.from_]].add(places[link.to])
    return {at: above - {at} for at, above in found.items()}


def _places(okr_set: OkrSet) -> Iterator[tuple[str, int]]:
    """Yield every id of an objective or key result, and the objective it belongs to."""
    for at, objective in enumerate(okr_set.objectives):
        for kr in objective.key_results:
            if kr.id:
                yield kr.id, at
    for at, objective in enumerate(okr_set.objectives):
        if objective.id:
            yield objective.id, at
