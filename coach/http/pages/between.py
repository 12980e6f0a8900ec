"""What stands between the circles of a cycle: pairs, groups, how the company's objectives are carried, unknown words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coach.domain.language import Language
from coach.domain.text import text_key
from coach.http.pages.words import Words

if TYPE_CHECKING:
    from coach.domain.review import Coverage
    from coach.review.cycle_relations import CycleRelations
    from coach.similarity.sets import Found
    from coach.similarity.verdicts import Calibration

_ASKED = 3
_GROUP = 3  # two titles that say the same are a pair
_UNKNOWN = 12
_CLEAR = 0.3
_KINDS = ("duplicate", "contradiction", "related")


@dataclass(frozen=True, slots=True)
class Title:
    """A title as it is shown: with its circle, in its language."""

    text: str
    circle: str
    language: Language


@dataclass(frozen=True, slots=True)
class PairView:
    """Two titles of different circles.

    Attributes:
        sure: the word for how sure that is; empty where a champion decided it.
        key: of its place on the page.
    """

    a: Title
    b: Title
    relation: str
    decided: bool
    sure: str
    why: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True)
class Section:
    """The pairs of one relation."""

    kind: str
    title: str
    pairs: tuple[PairView, ...]


@dataclass(frozen=True, slots=True)
class CarriedView:
    """A company objective: how many contribute, how many of them clearly, and the objectives that could."""

    title: Title
    contributors: tuple[tuple[Title, bool], ...]
    could: tuple[Title, ...]

    @property
    def clear(self) -> int:
        """How many contribute clearly."""
        return sum(clear for _, clear in self.contributors)


@dataclass(frozen=True, slots=True)
class Between:
    """What stands between the circles.

    Attributes:
        groups: titles that say the same, the one nearest to all others first.
        asked: pairs whose verdict teaches most.
        unknown: words that the coach does not know, the most frequent first.
        missing: how many more verdicts it takes before they change probabilities; 0: they do.
    """

    sections: tuple[Section, ...] = ()
    groups: tuple[tuple[Title, ...], ...] = ()
    asked: tuple[PairView, ...] = ()
    carried: tuple[CarriedView, ...] = ()
    unknown: tuple[tuple[str, int], ...] = ()
    verdicts: int = 0
    missing: int = 0


def between(known: CycleRelations | None, learnt: Calibration | None, words: Words) -> Between | None:
    """Return the view; None where nothing is compared.

    Args:
        known: the relations of the cycle.
        learnt: what the champions' verdicts have come to.
        words: the reader's.
    """
    if known is None or learnt is None:
        return None
    names = {circle.id: circle.name or circle.id for circle in known.okr_set.circles}
    views = [_pair(known, found, names, words) for found in known.found.found]
    sections = [
        Section(kind, words.label(f"relation-{kind}"), tuple(v for v in views if v.relation == kind)) for kind in _KINDS
    ]
    groups = [group for group in known.found.clusters if len(group.members) >= _GROUP]
    return Between(
        sections=tuple(section for section in sections if section.pairs),
        groups=tuple(tuple(_title(known, at, names) for at in group.members) for group in groups),
        asked=tuple(_pair(known, found, names, words) for found in known.found.to_ask(_ASKED)),
        carried=tuple(_carried(known, one, names) for one in known.coverage),
        unknown=tuple(known.found.unknown.most_common(_UNKNOWN)),
        verdicts=learnt.verdicts,
        missing=learnt.missing,
    )


def _title(known: CycleRelations, at: int, names: dict[str, str]) -> Title:
    line = known.line(at)
    return Title(line.title, names.get(line.circle or "", line.circle or ""), line.language)


def _pair(known: CycleRelations, found: Found, names: dict[str, str], words: Words) -> PairView:
    said = found.judgement
    a, b = _title(known, found.a, names), _title(known, found.b, names)
    return PairView(
        a=a,
        b=b,
        relation=said.relation,
        decided=said.decided,
        sure="" if said.decided else words.label(f"band-{said.band}"),
        why=said.reasons(),
        key=f"p{text_key(a.text)[:8]}{text_key(b.text)[:8]}",
    )


def _carried(known: CycleRelations, one: Coverage, names: dict[str, str]) -> CarriedView:
    places = {entry.pointer: at for at, entry in enumerate(known.entries)}

    def title(pointer: str) -> Title:
        return _title(known, places[pointer], names)

    return CarriedView(
        title=title(one.pointer),
        contributors=tuple((title(c.pointer), c.strength >= _CLEAR) for c in one.contributors),
        could=tuple(title(c.pointer) for c in one.could),
    )
