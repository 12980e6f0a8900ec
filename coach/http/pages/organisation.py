"""What stands around a draft: the circles to choose from, and what an objective may contribute to."""

from __future__ import annotations

from dataclasses import dataclass

from coach.domain.okr_set import Circle, Objective, OkrSet, Stage

OWN_CIRCLE = "own-circle"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select.

    Attributes:
        language: of its label, where it is known.
        group: `objectives` or `strategy` for something above; empty for circles.
    """

    value: str
    label: str
    language: str = ""
    group: str = ""


class Surroundings:
    """The organisation of the service, as the drafting page needs it; without one, everything here is empty.

    Args:
        organisation: the okr-set of the organisation, or None.
    """

    def __init__(self, organisation: OkrSet | None) -> None:
        self._set = organisation
        circles = organisation.circles if organisation else []
        self._circles = {circle.id: circle for circle in circles}
        anchors = {circle.id for circle in circles if circle.kind == "anchor"}
        objectives = organisation.objectives if organisation else []
        self._company = [o for o in objectives if o.circle in anchors and o.id]
        self.known = bool(circles)
        self.circles = self._circle_choices(circles)
        self.parents = self._parent_choices()
        self._company_ids = {choice.value for choice in self.parents if choice.group == "objectives"}
        self._parent_ids = {choice.value for choice in self.parents}

    def circle(self, name: str) -> Circle | None:
        """Return a circle by its id."""
        return self._circles.get(name)

    def offers(self, parent: str, circle: Circle | None) -> bool:
        """Tell whether an objective of a circle may contribute to something; the anchor circle has no objective above it."""
        if circle is not None and circle.kind == "anchor" and parent in self._company_ids:
            return False
        return parent in self._parent_ids

    def around(self, objectives: list[Objective], circle: Circle | None, *, stage: Stage, alone: bool) -> OkrSet:
        """Return an okr-set with the draft's objectives first and what is known around them after.

        Args:
            objectives: the draft's.
            circle: the circle they belong to, one of the organisation's or one that the writer described.
            stage: of the draft.
            alone: leave the organisation out.
        """
        if self._set is None or alone:
            return OkrSet(stage=stage, circles=[circle] if circle else [], objectives=objectives)
        company = [] if circle is not None and circle.kind == "anchor" else self._company
        mine = circle is None or circle.id in self._circles
        return OkrSet(
            stage=stage,
            organisation=self._set.organisation,
            cycles=self._set.cycles,
            cycle=self._set.cycle,
            circles=self._set.circles if mine or circle is None else [*self._set.circles, circle],
            objectives=[*objectives, *company],
        )

    def _circle_choices(self, circles: list[Circle]) -> tuple[Choice, ...]:
        ordered = sorted(circles, key=lambda circle: (circle.kind != "anchor", (circle.name or circle.id).casefold()))
        return tuple(Choice(circle.id, circle.name or circle.id, circle.language or "") for circle in ordered)

    def _parent_choices(self) -> tuple[Choice, ...]:
        organisation = self._set.organisation if self._set else None
        language = (organisation.language if organisation else None) or ""
        above = [Choice(o.id or "", o.title, self._language_of(o) or language, "objectives") for o in self._company]
        strategy = organisation.strategy if organisation else []
        # Strategy is written in the languages of those who made it; which one, nobody says.
        above += [Choice(entry.id, entry.text, "", "strategy") for entry in strategy if entry.id]
        return tuple(above)

    def _language_of(self, objective: Objective) -> str:
        circle = self._circles.get(objective.circle or "")
        return (circle.language if circle else None) or ""
