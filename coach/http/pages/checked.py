"""From what was typed to an okr-set: faults stay with their field, and everything else is read all the same."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from coach.domain.language import Language, known
from coach.domain.okr_set import Circle, KeyResult, Objective, OkrSet, Stage
from coach.domain.text import TEXT_LIMIT, TITLE_LIMIT, Text
from coach.http.pages.draft_form import FIGURES, Draft, KeyResultDraft, ObjectiveDraft
from coach.http.pages.organisation import OWN_CIRCLE, Surroundings
from coach.http.pages.words import N_

_TEXT: TypeAdapter[str] = TypeAdapter(Text)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
#: What is said at a field, in English; the template translates it.
FAULTS = {
    "string_too_long": N_("This is too long: %(limit)s characters at most, and there are %(count)s."),
    "control_character": N_(
        "An invisible control character has slipped in (%(character)s). Type the words around it anew."
    ),
    "date": N_("This is no date; write year, month and day, such as 2027-04-30."),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field: a key of `FAULTS` and the values its sentence names."""

    code: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence to translate."""
        return FAULTS[self.code]


@dataclass(slots=True)
class Checked:
    """The okr-set of a draft, and where its lines stand in the form.

    Attributes:
        okr_set: the draft's objectives first, then the organisation's; None while no line can be read.
        places: pointer of a line -> id of its form fields, such as `/objectives/0` -> `o1`.
        faults: id of a field -> what is wrong with it.
        waiting: ids of objectives that are still empty while their key results are not.
        circle: pointer of the draft's circle, if there is one.
        alone: whether the organisation was left out, so that the score is the draft's own.
    """

    okr_set: OkrSet | None = None
    places: dict[str, str] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    circle: str = ""
    alone: bool = True


def draft_language(draft: Draft) -> Language | None:
    """Return the language the writer chose for the draft; None: to be detected."""
    return known(draft.language) if draft.language else None


def check(draft: Draft, around: Surroundings) -> Checked:
    """Return the okr-set of a draft with what is known around it."""
    checked = Checked()
    circle = _own_circle(draft, checked) or around.circle(draft.circle)
    objectives: list[Objective] = []
    for index, objective in enumerate(draft.objectives):
        made = _objective(f"o{index}", objective, circle, around, checked, len(objectives))
        if made is not None:
            objectives.append(made)
    if objectives:
        _complete(checked, draft, objectives, circle, around)
    return checked


def _complete(
    checked: Checked, draft: Draft, objectives: list[Objective], circle: Circle | None, around: Surroundings
) -> None:
    outside = circle is None or circle.id == OWN_CIRCLE
    checked.alone = outside and not any(objective.contributes_to for objective in objectives)
    stage: Stage = "ready" if draft.ready else "draft"
    checked.okr_set = around.around(objectives, circle, stage=stage, alone=checked.alone)
    if circle is not None:
        at = next(at for at, other in enumerate(checked.okr_set.circles) if other.id == circle.id)
        checked.circle = f"/circles/{at}"


def _own_circle(draft: Draft, checked: Checked) -> Circle | None:
    """Return the circle that the writer described, for a service without an organisation."""
    purpose = _text(draft.purpose, "purpose", checked.faults)
    duties = _text(draft.accountabilities, "accountabilities", checked.faults)
    if not (purpose or duties):
        return None
    lines = [line.strip() for line in (duties or "").split("\n")]
    return Circle(id=OWN_CIRCLE, purpose=purpose, accountabilities=[line for line in lines if line])


def _objective(
    name: str, typed: ObjectiveDraft, circle: Circle | None, around: Surroundings, checked: Checked, index: int
) -> Objective | None:
    title = _text(typed.title, f"{name}-title", checked.faults, TITLE_LIMIT)
    why = _text(typed.why, f"{name}-why", checked.faults)
    pointer = f"/objectives/{index}"
    key_results: list[KeyResult] = []
    for at, line in enumerate(typed.key_results):
        made = _key_result(f"{name}-kr{at}", line, checked.faults)
        if made is not None and title:
            checked.places[f"{pointer}/key_results/{len(key_results)}"] = f"{name}-kr{at}"
        if made is not None:
            key_results.append(made)
    if not title:
        if key_results and f"{name}-title" not in checked.faults:
            checked.waiting.append(name)
        return None
    checked.places[pointer] = name
    parents = [typed.parent] if around.offers(typed.parent, circle) else []
    return Objective(
        title=title, why=why, circle=circle.id if circle else None, contributes_to=parents, key_results=key_results
    )


def _key_result(name: str, typed: KeyResultDraft, faults: dict[str, Fault]) -> KeyResult | None:
    title = _text(typed.title, f"{name}-title", faults, TITLE_LIMIT)
    figures: dict[str, Any] = {
        part: _text(getattr(typed, part), f"{name}-{part}", faults) for part in FIGURES if part != "due"
    }
    figures["due"] = _date(typed.due, f"{name}-due", faults)
    return KeyResult(title=title, **figures) if title else None


def _text(typed: str, name: str, faults: dict[str, Fault], limit: int = TEXT_LIMIT) -> str | None:
    """Return a text that can be read; None where it is blank or has a fault."""
    if not typed.strip():
        return None
    if len(typed) > limit:
        faults[name] = Fault("string_too_long", {"limit": str(limit), "count": str(len(typed))})
        return None
    try:
        return _TEXT.validate_python(typed)
    except ValidationError as error:
        found = error.errors()[0]
        code = str(found["type"])
        faults[name] = Fault(code, {"character": f"U+{found['ctx']['code']}"} if code == "control_character" else {})
        return None


def _date(typed: str, name: str, faults: dict[str, Fault]) -> date | None:
    text = typed.strip()
    if not text:
        return None
    if _DATE.fullmatch(text):
        with suppress(ValueError):
            return date.fromisoformat(text)
    faults[name] = Fault("date")
    return None
