"""Groups of titles that say the same, without chaining: A like B and B like C does not make A like C."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_TOGETHER = 0.5


@dataclass(frozen=True, slots=True)
class Cluster:
    """Titles that say the same.

    Attributes:
        medoid: the one nearest to all others; its title stands for the group.
        members: all of them, the medoid first.
    """

    medoid: int
    members: tuple[int, ...]


def clusters(alike: Mapping[tuple[int, int], float], least: float = _TOGETHER) -> list[Cluster]:
    """Group items by average link: two groups become one while the mean over all their pairs is high enough.

    Args:
        alike: probability that two items are duplicates, by (lower, higher); a pair that is missing counts as 0.
        least: mean probability two groups need.
    """
    group: dict[int, list[int]] = {item: [item] for pair in alike for item in pair}
    for (a, b), strength in sorted(alike.items(), key=lambda entry: (-entry[1], entry[0])):
        left, right = group[a], group[b]
        if left is right or strength < least:
            continue
        mean = sum(alike.get((min(x, y), max(x, y)), 0.0) for x in left for y in right) / (len(left) * len(right))
        if mean >= least:
            merged = [*left, *right]
            for item in merged:
                group[item] = merged
    seen: set[int] = set()
    found = []
    for members in group.values():
        if len(members) > 1 and members[0] not in seen:
            seen.update(members)
            found.append(_cluster(members, alike))
    return sorted(found, key=lambda cluster: (-len(cluster.members), cluster.medoid))


def _cluster(members: Sequence[int], alike: Mapping[tuple[int, int], float]) -> Cluster:
    def nearness(item: int) -> float:
        return sum(alike.get((min(item, other), max(item, other)), 0.0) for other in members if other != item)

    medoid = max(sorted(members), key=nearness)
    return Cluster(medoid, (medoid, *sorted(item for item in members if item != medoid)))
