"""What meaning adds about a claimed parent: lines copied down in other words (A404), and parents about something else (A405)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from coach.review.similarity import Similarity
from coach.rubric.subjects import OkrSubject, Remark, SetSubject
from coach.similarity.items import Item
from coach.similarity.parents import copied, elsewhere, for_others

#: Lines that are no objective yet are asked about their nature first.
_OBJECTIVES = frozenset({"transformational"})


class Cascade:
    """Looks at every objective beside the parents that it names.

    Args:
        similarity: the layer.
        subject: the set, read.
        items: its objectives and key results, ready to be compared, by pointer.
        types: type of each line, by pointer.
        said: code and pointer of what the rubric has said already.
    """

    def __init__(
        self,
        similarity: Similarity,
        subject: SetSubject,
        items: Mapping[str, Item],
        types: Mapping[str, str | None],
        said: Collection[tuple[str, str]],
    ) -> None:
        self._similarity = similarity
        self._subject = subject
        self._items = items
        self._types = types
        self._said = said

    def remarks(self) -> Iterator[tuple[str, Remark, OkrSubject]]:
        """Yield the code, the remark and the objective it is about."""
        for okr in self._subject.okrs:
            parents = self.parents(okr)
            copy = self._copy(okr, parents)
            if copy is not None:
                yield "A404", copy, okr
            elif (other := self._stranger(okr, parents)) is not None:
                yield "A405", other, okr

    def parents(self, okr: OkrSubject) -> list[OkrSubject]:
        """Return the objectives of the set that one names as its parents."""
        known = self._subject.objectives_by_id
        names = self._subject.parents.get(okr.pointer, ())
        return [known[name] for name in names if name in known and known[name] is not okr]

    def _copy(self, okr: OkrSubject, parents: Sequence[OkrSubject]) -> Remark | None:
        """A404 where the words differ; the rubric itself compares words of one language."""
        place = okr.objective.title_pointer
        if ("A404", place) in self._said:
            return None
        for parent in parents:
            own, above = self._of(okr), self._of(parent)
            translated = okr.language != parent.language
            at = self._similarity.run(
                lambda scorer, own=own, above=above, translated=translated: copied(  # type: ignore[misc]
                    scorer, own, above, translated=translated
                )
            )
            if at is not None:
                line = (parent.objective, *parent.key_results)[at]
                return Remark(place, values={"parent": line.line.text})
        return None

    def withdrawn(self) -> frozenset[tuple[str, str]]:
        """Return what the rubric asked for want of a common word, code and pointer: meaning decides that here."""
        return frozenset(said for said in self._said if said[0] == "A405")

    def _stranger(self, okr: OkrSubject, parents: Sequence[OkrSubject]) -> Remark | None:
        """A405: only asked, since meaning is weak evidence of what serves what."""
        place = f"{okr.pointer}/contributes_to"
        if not self._elsewhere(okr, parents):
            return None
        if ("A405", place) not in self._said and not for_others(self._of(okr), self._of(parents[0])):
            return None
        return Remark(place, 0.5, "review", values={"parent": parents[0].record.title})

    def _elsewhere(self, okr: OkrSubject, parents: Sequence[OkrSubject]) -> bool:
        if len(parents) != 1 or self._types.get(okr.pointer) not in _OBJECTIVES:
            return False
        company = self._subject.company_okrs
        if any(okr is one for one in company):
            return False
        others = [self._of(other) for other in company if other is not parents[0]]
        return elsewhere(self._of(okr), self._of(parents[0]), others)

    def _of(self, okr: OkrSubject) -> list[Item]:
        return [self._items[line.pointer] for line in (okr.objective, *okr.key_results)]
