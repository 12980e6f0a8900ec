"""Organisations as okr-sets: keeping one, giving it out, and what stands around a part of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from coach.domain.okr_set import Cycle, Link, Objective, OkrSet
from coach.errors import InputError
from coach.storage.unit import Unit


def keep(unit: Unit, okr_set: OkrSet) -> int:
    """Keep everything an okr-set says; what it does not name stays as it is.

    Args:
        unit: of the organisation.
        okr_set: its objectives and projects need ids.

    Returns:
        How many things changed.

    Raises:
        InputError: an objective or project has no id.
    """
    nameless = [o.title for o in okr_set.objectives if o.id is None] + [
        p.title for p in okr_set.projects if p.id is None
    ]
    if nameless:
        raise InputError(f"To be kept, every objective and project needs an id; {nameless[0][:60]!r} has none.")
    before = unit.organisation.get()
    if okr_set.organisation is not None and (before is None or before.value != okr_set.organisation):
        unit.organisation.put(okr_set.organisation)
    changed = sum(unit.cycles.put(cycle)[1] for cycle in okr_set.cycles)
    changed += sum(unit.circles.put(circle)[1] for circle in okr_set.circles)
    changed += sum(unit.objectives.put(objective, stage=okr_set.stage)[1] for objective in okr_set.objectives)
    changed += sum(unit.projects.put(project)[1] for project in okr_set.projects)
    changed += sum(unit.links.put(link, position=at)[1] for at, link in enumerate(okr_set.links))
    if okr_set.waivers and unit.organisation.waivers() != okr_set.waivers:
        unit.organisation.put_waivers(okr_set.waivers)
    if changed:
        unit.organisation.touch()
    return changed


def whole(unit: Unit, *, cycle: str | None = None) -> OkrSet:
    """Return the organisation as an okr-set: everything, or what is read with one cycle.

    Args:
        unit: of the organisation.
        cycle: keep only its objectives and those of the longer cycles around it.
    """
    cycles = unit.cycles.all()
    periods = around_cycle(cycle, cycles) if cycle else None
    organisation = unit.organisation.get()
    return OkrSet.model_construct(
        schema_="okr-set/1",
        stage="ready",
        organisation=organisation.value if organisation else None,
        cycles=cycles,
        cycle=cycle,
        circles=unit.circles.all(),
        objectives=_distinct(unit.objectives.of_cycles(periods)),
        projects=unit.projects.of_circles(),
        links=unit.links.stated(),
        waivers=unit.organisation.waivers(),
    )


def surroundings(unit: Unit, okr_set: OkrSet) -> OkrSet:
    """Return what is kept around a set: its circles and the anchor circles with what they want, cycles, strategy.

    Args:
        unit: of the organisation.
        okr_set: the set; its `cycle` or its objectives' decide which objectives are its neighbours.
    """
    names = {o.circle for o in okr_set.objectives if o.circle} | {p.circle for p in okr_set.projects if p.circle}
    cycles = unit.cycles.all()
    named = okr_set.cycle or next((o.cycle for o in okr_set.objectives if o.cycle), None)
    circles = unit.circles.around(names)
    anchors = [circle.id for circle in circles if circle.kind == "anchor"]
    above = {parent for o in okr_set.objectives for parent in o.contributes_to} | {link.to for link in okr_set.links}
    sent = {o.id for o in okr_set.objectives if o.id}
    above |= unit.links.contributors([*sent, *(kr.id for o in okr_set.objectives for kr in o.key_results if kr.id)])
    periods = around_cycle(named, cycles) if named else []
    objectives = [o for o in unit.objectives.around(names, anchors, periods, above) if o.id not in sent]
    organisation = unit.organisation.get()
    return OkrSet.model_construct(
        schema_="okr-set/1",
        stage=okr_set.stage,
        organisation=organisation.value if organisation else None,
        cycles=cycles,
        cycle=named,
        circles=circles,
        objectives=objectives,
        projects=unit.projects.of_circles(names),
        links=_stated(unit, [*sent, *(o.id for o in objectives if o.id)]),
        waivers=unit.organisation.waivers(),
    )


def around_cycle(name: str, cycles: Iterable[Cycle]) -> list[str]:
    """Return a cycle and the longer ones around it, the shortest first."""
    parents = {cycle.id: cycle.parent for cycle in cycles}
    found = [name]
    above = parents.get(name)
    while above is not None and above not in found:
        found.append(above)
        above = parents.get(above)
    return found


def _stated(unit: Unit, names: list[str]) -> list[Link]:
    return unit.links.stated(names) if names else []


def _distinct(objectives: list[Objective]) -> list[Objective]:
    """Tell key results of different objectives apart where tools number them alike."""
    seen = Counter(kr.id for o in objectives for kr in o.key_results if kr.id)
    if all(count == 1 for count in seen.values()):
        return objectives
    found = []
    for objective in objectives:
        key_results = [
            kr.model_copy(update={"id": f"{objective.id}.{kr.id}"}) if kr.id and seen[kr.id] > 1 else kr
            for kr in objective.key_results
        ]
        found.append(objective.model_copy(update={"key_results": key_results}))
    return found
