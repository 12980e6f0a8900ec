"""What the similarity layer adds to a review: relations between circles, parents, and what a circle does anyway.

The rubric knows nothing of this layer; here its findings are put into the rubric's own words (D601, D602, A404, A405).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from coach.domain.language import Language
from coach.domain.okr_set import Circle
from coach.domain.review import Alignment, Evidence, Finding, ParentSuggestion, Relation, StageState, State
from coach.review.cascade import Cascade
from coach.review.relatives import Near, circles_in
from coach.review.similarity import Similarity, entries_of
from coach.rubric.engine import Engine, Verdict
from coach.rubric.subjects import OkrSubject, Remark
from coach.similarity.items import Item
from coach.similarity.parents import ranked
from coach.similarity.sets import Entry, Found

_CODES = {"duplicate": "D601", "contradiction": "D602"}
_SUGGESTED = 0.15
_METRIC = 0.45  # the loudest that the name of a metric may be: people also name what they move


class CircleEchoes:
    """Compares lines with the duties of their circle by meaning; see `coach.rubric.evidence.Echoes`."""

    def __init__(self, similarity: Similarity) -> None:
        self._similarity = similarity

    def loudest(self, circle: Circle, text: str) -> tuple[float, Evidence] | None:
        """Return the loudest echo of a line among the accountabilities, the purpose and the metrics of its circle."""
        duties = [("accountability", duty) for duty in circle.accountabilities if duty.strip()]
        duties += [("purpose", circle.purpose)] if circle.purpose and circle.purpose.strip() else []
        metrics = [("metric", metric.name) for metric in circle.metrics if metric.name.strip()]
        found = [
            heard
            for heard in (self._heard(text, duties, 1.0, still=False), self._heard(text, metrics, _METRIC, still=True))
            if heard is not None
        ]
        return max(found, key=lambda heard: heard[0], default=None)

    def _heard(
        self, text: str, named: Sequence[tuple[str, str]], most: float, *, still: bool
    ) -> tuple[float, Evidence] | None:
        heard = self._similarity.echo(text, tuple(duty for _, duty in named), still=still) if named else None
        if heard is None:
            return None
        name, duty = named[heard.at]
        return min(heard.loudness, most), Evidence(0, len(duty), duty, of=name)


@dataclass(frozen=True, slots=True)
class Kinship:
    """What was found.

    Attributes:
        relations: between circles, the surest first.
        findings: D601, D602, A404, A405.
        state: of the stage.
        withdrawn: code and pointer of what the rubric asked and this layer knows better.
    """

    relations: tuple[Relation, ...]
    findings: tuple[Finding, ...]
    state: StageState
    withdrawn: frozenset[tuple[str, str]]


class Relatives:
    """Finds relations and parents of one judged set.

    Args:
        similarity: the layer.
        engine: its rules and its way of saying things.
        verdict: its lines and what the rubric says of them.
        language: the reader's.
    """

    def __init__(self, similarity: Similarity, engine: Engine, verdict: Verdict, language: Language) -> None:
        self._similarity = similarity
        self._engine = engine
        self._subject = verdict.subject
        self._verdict = verdict
        self._language = language

    def kinship(self, near: Near | None = None) -> Kinship:
        """Return the relations of the set and the findings they give rise to.

        Args:
            near: relations to what stands outside the set, found beforehand; None: they are looked for within the set.
        """
        findings = [finding for said in self._cascade.remarks() for finding in self._spoken(*said)]
        if near is not None:
            tied = self._tied()
            outside = [r for r in near.relations if r.other is None or (r.a, r.other.id) not in tied]
            findings += [finding for relation in outside if (finding := self._outside(relation))]
            return Kinship(tuple(outside), tuple(findings), near.state, self._cascade.withdrawn())
        if len(circles_in(self._subject.okr_set)) < 2:
            return Kinship((), tuple(findings), "done", self._cascade.withdrawn())
        entries, found, state = self._similarity.relations(self._subject.okr_set)
        linked = self._linked()
        kept = [f for f in found.found if frozenset((entries[f.a].pointer, entries[f.b].pointer)) not in linked]
        relations = tuple(_relation(entries, f) for f in kept)
        findings += [finding for f in kept if (finding := self._finding(entries, f))]
        return Kinship(relations, tuple(findings), state, self._cascade.withdrawn())

    def with_parents(self, alignment: Sequence[Alignment]) -> tuple[Alignment, ...]:
        """Return the alignment with suggestions where a parent is missing, dangling or weak."""
        by_pointer = {okr.pointer: okr for okr in self._subject.okrs}
        return tuple(
            Alignment(a.pointer, a.state, self._suggested(by_pointer[a.pointer]))
            if a.state in ("missing", "dangling", "weak")
            else a
            for a in alignment
        )

    @cached_property
    def _cascade(self) -> Cascade:
        types = {item.pointer: item.type for item in self._verdict.items}
        said = {(finding.code, finding.pointer) for finding in self._verdict.findings}
        return Cascade(self._similarity, self._subject, self._items, types, said)

    @cached_property
    def _items(self) -> dict[str, Item]:
        """Every objective and key result, ready to be compared, by pointer."""
        lines = [line for okr in self._subject.okrs for line in (okr.objective, *okr.key_results)]
        made = self._similarity.items([x.line.text for x in lines], [x.line.language for x in lines])
        return {line.pointer: item for line, item in zip(lines, made, strict=True)}

    @cached_property
    def _strategy(self) -> list[tuple[str, Item]]:
        organisation = self._subject.okr_set.organisation
        texts = [entry.text for entry in organisation.strategy] if organisation else []
        made = self._similarity.items(texts) if texts else []
        return [(f"/organisation/strategy/{at}", item) for at, item in enumerate(made)]

    def _suggested(self, okr: OkrSubject) -> tuple[ParentSuggestion, ...]:
        above = self._above(okr)
        found = ranked(self._items[okr.pointer], [item for _, item in above], least=_SUGGESTED)
        return tuple(ParentSuggestion(above[parent.at][0], parent.similarity) for parent in found)

    def _above(self, okr: OkrSubject) -> list[tuple[str, Item]]:
        """The objectives of the circles above, and the strategy."""
        circles = {circle.id: circle for circle in self._subject.okr_set.circles}
        higher = {circle.id for circle in circles.values() if circle.kind == "anchor"}
        at = okr.circle
        while at is not None and at.parent in circles and at.parent not in higher:
            higher.add(at.parent)
            at = circles[at.parent]
        own = okr.circle.id if okr.circle else None
        found = [
            (o.pointer, self._items[o.pointer])
            for o in self._subject.okrs
            if o.record.circle in higher - {own} and o is not okr
        ]
        return [*found, *self._strategy]

    def _linked(self) -> set[frozenset[str]]:
        """Lines tied by a link: what is alike there is a cascade, not a duplicate."""
        found = set()
        for okr in self._subject.okrs:
            for parent in self._cascade.parents(okr):
                mine = (okr.objective, *okr.key_results)
                found |= {
                    frozenset((a.pointer, b.pointer)) for a in mine for b in (parent.objective, *parent.key_results)
                }
        return found

    def _tied(self) -> set[tuple[str, str]]:
        """The same for objectives outside the set: pointer of ours and name of theirs."""
        pairs = [(okr, parent) for okr in self._subject.okrs for parent in self._cascade.parents(okr)]
        pairs += [(parent, okr) for okr, parent in pairs]
        return {(own.pointer, f"objective:{other.record.id}") for own, other in pairs}

    def _spoken(self, code: str, remark: Remark, okr: OkrSubject) -> Iterator[Finding]:
        if code in self._engine.rules:
            finding = self._engine.speaker.finding(
                self._engine.rules[code], remark, self._language, okr.record.title, okr.record.id
            )
            finding.source = "similarity"
            yield finding

    def _finding(self, entries: Sequence[Entry], found: Found) -> Finding | None:
        a, b = entries[found.a], entries[found.b]
        said = found.judgement
        return self._told(said.relation, said.band, said.probability, (a.pointer, a.text), (b.pointer, b.text))

    def _outside(self, relation: Relation) -> Finding | None:
        """The remark about a relation to a line outside the set."""
        titles = {entry.pointer: entry.text for entry in entries_of(self._subject.okr_set)}
        other = relation.other
        if other is None or relation.a not in titles:
            return None
        mine = (relation.a, titles[relation.a])
        return self._told(relation.relation, relation.band, relation.probability or 0.0, mine, (other.id, other.title))

    def _told(
        self, relation: str, band: str, probability: float, a: tuple[str, str], b: tuple[str, str]
    ) -> Finding | None:
        """D601 or D602 at the first of two lines, each given by its place and its words."""
        code = _CODES.get(relation)
        if code is None or code not in self._engine.rules:
            return None
        state: State = "open" if band == "likely" else "review"
        quote = (Evidence(0, len(a[1]), a[1]),)
        remark = Remark(f"{a[0]}/title", probability, state, quote, values={"evidence": a[1], "other": b[1]})
        finding = self._engine.speaker.finding(self._engine.rules[code], remark, self._language, a[1], b[0])
        finding.source = "similarity"
        return finding


def _relation(entries: Sequence[Entry], found: Found) -> Relation:
    said = found.judgement
    relation = said.relation
    assert relation != "unrelated"
    places = entries[found.a].pointer, entries[found.b].pointer
    return Relation(relation, *places, said.similarity, said.band, said.reasons(), said.probability, said.decided)
