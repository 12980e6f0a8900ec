"""Tests of how objectives hang together with what stands above them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from coach.domain.okr_set import Cycle
from coach.rubric.checks.completeness import cycle_of
from coach.rubric.checks.stems import Stems, jaccard, stemmer
from coach.rubric.profile import Profile
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import LineSubject, OkrSubject, Remark, SetSubject

_COPIED = 0.8
_RUNNING = ("planned", "active", "waiting")


def no_company_okr(subject: SetSubject, profile: Profile, space: FeatureSpace) -> Iterable[Remark]:
    """A402: said once for the organisation, and only when its anchor circle was sent."""
    if subject.knows_the_organisation and not subject.company_okrs and subject.okrs:
        yield Remark("/objectives")


def no_parent(subject: SetSubject, profile: Profile, space: FeatureSpace) -> Iterable[Remark]:
    """A401: an objective below the anchor circle that contributes to nothing, while there is something to contribute to."""
    if not (profile.parent_required and subject.knows_the_organisation and subject.company_okrs):
        return
    for okr in subject.okrs:
        if _needs_parent(okr, space) and not subject.parents.get(okr.pointer):
            yield Remark(f"{okr.pointer}/contributes_to")


def dangling_parent(subject: SetSubject, profile: Profile, space: FeatureSpace) -> Iterable[Remark]:
    """A403: an id that names nothing in what was sent, though the organisation was sent."""
    if not subject.knows_the_organisation:
        return
    known = subject.objectives_by_id.keys() | subject.key_results_by_id.keys() | subject.strategy_ids
    circles = {circle.id for circle in subject.okr_set.circles}
    for okr in subject.okrs:
        for index, parent in enumerate(okr.record.contributes_to):
            if parent not in known:
                yield Remark(f"{okr.pointer}/contributes_to/{index}", values={"parent": parent})
        if okr.record.circle and okr.record.circle not in circles:
            yield Remark(f"{okr.pointer}/circle", values={"parent": okr.record.circle})
        if subject.cycles_by_id and okr.record.cycle and okr.record.cycle not in subject.cycles_by_id:
            yield Remark(f"{okr.pointer}/cycle", values={"parent": okr.record.cycle})
    for index, link in enumerate(subject.okr_set.links):
        for end, name in (("from", link.from_), ("to", link.to)):
            if name not in known:
                yield Remark(f"/links/{index}/{end}", values={"parent": name})
    for index, project in enumerate(subject.okr_set.projects):
        for at, name in enumerate(project.delivers):
            if name not in known:
                yield Remark(f"/projects/{index}/delivers/{at}", values={"parent": name})


def copied_cascade(subject: SetSubject, profile: Profile, space: FeatureSpace) -> Iterable[Remark]:
    """A404: the parent's words, or one of its key results, copied down."""
    stems = stemmer(space)
    for okr in subject.okrs:
        parents = _parents(subject, okr)
        own = stems(okr.objective.line) if parents else frozenset()
        if len(own) < 3:
            continue
        for parent in parents:
            for above in (parent.objective, *parent.key_results):
                if jaccard(own, stems(above.line)) >= _COPIED:
                    yield Remark(okr.objective.title_pointer, values={"parent": above.line.text})
                    break
            else:
                continue
            break


def weak_contribution(subject: SetSubject, profile: Profile, space: FeatureSpace) -> Iterable[Remark]:
    """A405: no word in common between an objective with its key results and the parent it claims, in one language.

    Words are weak evidence, so this only asks; the similarity layer knows better and speaks where it is present. Where the link
    itself says how it contributes, there is nothing to ask.
    """
    stems = stemmer(space)
    explained = {link.from_ for link in subject.okr_set.links if (link.rationale or "").strip()}
    for okr in subject.okrs:
        parents = _parents(subject, okr)
        if len(parents) != 1 or parents[0].language != okr.language or okr.record.id in explained:
            continue
        if not _words(okr, stems) & _words(parents[0], stems):
            yield Remark(f"{okr.pointer}/contributes_to", 0.4, "review", values={"parent": parents[0].record.title})


def without_contributor(subject: SetSubject, profile: Profile, space: FeatureSpace) -> Iterable[Remark]:
    """A406: a company objective that no circle contributes to, once circles have objectives at all."""
    company = subject.company_okrs
    if not company or len(company) == len(subject.okrs):
        return
    above: set[str] = set()
    for okr in subject.okrs:
        above.update(subject.parents.get(okr.pointer, ()))
    for okr in company:
        ids = {okr.record.id, *(kr.id for kr in okr.key_results)} - {None}
        if ids and not ids & above:
            yield Remark(f"{okr.pointer}/title", values={"evidence": okr.record.title})


def parent_cycle_ended(subject: SetSubject, profile: Profile, space: FeatureSpace) -> Iterable[Remark]:
    """A407: the parent's cycle was over before the child's began."""
    for okr in subject.okrs:
        cycle = cycle_of(subject, okr)
        for parent in _parents(subject, okr):
            above = cycle_of(subject, parent)
            if _over(above, cycle) and above is not None and above.end is not None:
                values = {"parent": parent.record.title, "date": above.end.isoformat()}
                yield Remark(f"{okr.pointer}/contributes_to", values=values)


def circular_links(subject: SetSubject, profile: Profile, space: FeatureSpace) -> Iterable[Remark]:
    """A408: following the links leads back to where one began; said once a ring."""
    above = {
        okr.record.id: [p for p in subject.parents.get(okr.pointer, ()) if p in subject.objectives_by_id]
        for okr in subject.okrs
        if okr.record.id
    }
    told: set[str] = set()
    for start in above:
        ring = _ring(start, above)
        if ring and not told & set(ring):
            told.update(ring)
            pointer = subject.objectives_by_id[start].pointer
            yield Remark(f"{pointer}/contributes_to", values={"list": " → ".join([*ring, ring[0]])})


def project_without_key_result(subject: SetSubject, profile: Profile, space: FeatureSpace) -> Iterable[Remark]:
    """A409: a running project that delivers towards nothing, in a circle whose key results can be named."""
    linkable = {okr.record.circle for okr in subject.okrs if any(kr.id for kr in okr.key_results)}
    for index, project in enumerate(subject.okr_set.projects):
        if not project.delivers and project.status in _RUNNING and project.circle in linkable:
            yield Remark(f"/projects/{index}/delivers", values={"evidence": project.title})


def _needs_parent(okr: OkrSubject, space: FeatureSpace) -> bool:
    """Company objectives have nothing above them; a corrective one answers to its metric."""
    if okr.circle is not None and okr.circle.kind == "anchor":
        return False
    return okr.record.change != "correct" and not okr.objective.line.mask & space.flag("metric-off-band")


def _parents(subject: SetSubject, okr: OkrSubject) -> list[OkrSubject]:
    found = []
    for name in subject.parents.get(okr.pointer, ()):
        if name in subject.objectives_by_id:
            found.append(subject.objectives_by_id[name])
        elif name in subject.key_results_by_id:
            kr: LineSubject = subject.key_results_by_id[name]
            pointer = kr.pointer.split("/key_results")[0]
            found += [o for o in subject.okrs if o.pointer == pointer]
    return [parent for parent in found if parent is not okr]


def _words(okr: OkrSubject, stems: Stems) -> frozenset[str]:
    return stems(okr.objective.line).union(*(stems(kr.line) for kr in okr.key_results))


def _over(parent: Cycle | None, child: Cycle | None) -> bool:
    return bool(parent and child and parent.end and child.start and parent.end < child.start)


def _ring(start: str, above: dict[str, list[str]]) -> list[str]:
    """Return the ids of a ring through `start`, or nothing."""
    stack: list[tuple[str, list[str]]] = [(start, [start])]
    seen = {start}
    while stack:
        at, path = stack.pop()
        for name in above.get(at, ()):
            if name == start:
                return path
            if name not in seen:
                seen.add(name)
                stack.append((name, [*path, name]))
    return []


Test = Callable[[SetSubject, Profile, FeatureSpace], Iterable[Remark]]
TESTS: dict[str, Test] = {
    "no-company-okr": no_company_okr,
    "no-parent": no_parent,
    "dangling-parent": dangling_parent,
    "copied-cascade": copied_cascade,
    "weak-contribution": weak_contribution,
    "without-contributor": without_contributor,
    "parent-cycle-ended": parent_cycle_ended,
    "circular-links": circular_links,
    "project-without-key-result": project_without_key_result,
}
