"""What is good about a line; a coach says it first."""

from __future__ import annotations

from typing import NamedTuple

from coach.domain.okr_set import Circle, KeyResult, Objective
from coach.domain.review import Item
from coach.http.pages.words import N_
from coach.rubric.engine import Engine


class Praise(NamedTuple):
    """Something good: in English, to be translated, or `spoken` in the reader's language by the engine."""

    text: str
    spoken: bool = False


_GOOD_TYPES = ("transformational", "outcome")
_GOOD_SCORE = 60

#: Signal of the rubric -> what it is worth saying, in English; the template translates it. The first ones matter most.
_OBJECTIVE = {
    "what-then-why": N_("The what and its why stand in one sentence."),
    "says-why": N_("The why is there."),
    "chooses": N_("It makes a choice, and says what comes second."),
    "people-act": N_("One can picture what people will do differently."),
    "changes-for-somebody": N_("One sees for whom something changes."),
}
_KEY_RESULT = {
    "from-to": N_("It goes from a starting value to a target."),
    "share-of-people": N_("It counts people who do something, not things that were made."),
    "people-act": N_("One can picture what people will do differently."),
    "starting-value": N_("The starting value is there."),
}
_FILLED = N_("Starting value and target are both filled in.")
_OUTCOME = N_("It measures an effect, not the effort.")
_CHANGE = N_("It says where you want to be, beyond what the circle does anyway.")


def praise(engine: Engine, item: Item, record: Objective | KeyResult, circle: Circle | None) -> list[Praise]:
    """Return what is good about a line; what matters most comes first.

    Args:
        engine: knows which signals fired.
        item: what the review says the line is.
        record: the line with its fields.
        circle: the circle it belongs to.
    """
    kind = "objective" if isinstance(record, Objective) else "key_result"
    if kind == "key_result" and item.type != "outcome":
        return []
    line, _ = engine.line(item.kind, record.title, language=item.language, circle=circle, record=record)
    worth = _OBJECTIVE if kind == "objective" else _KEY_RESULT
    found = [said for signal, said in worth.items() if line.line.mask & _bit(engine, signal)]
    if kind == "objective" and found[:1] == [_OBJECTIVE["what-then-why"]]:
        found = [said for said in found if said != _OBJECTIVE["says-why"]]
    if isinstance(record, KeyResult) and record.baseline and record.target and _KEY_RESULT["from-to"] not in found:
        found.insert(0, _FILLED)
    if item.type in _GOOD_TYPES and (item.score or 0) >= _GOOD_SCORE:
        found.append(_OUTCOME if kind == "key_result" else _CHANGE)
    return [Praise(said) for said in found]


def without_repeating(found: list[Praise], said: set[Praise]) -> tuple[Praise, ...]:
    """Return the first good thing not yet said in this draft, or the first one again; a coach does not chant.

    Args:
        found: what is good about a line.
        said: what was said of the lines above; the choice is added.
    """
    chosen = next((good for good in found if good not in said), found[0] if found else None)
    if chosen is None:
        return ()
    said.add(chosen)
    return (chosen,)


def _bit(engine: Engine, signal: str) -> int:
    """The signal's bit; 0 where an organisation's rubric has no such signal."""
    known = any(entry.id == signal for entry in engine.source.signals)
    return engine.space.signal(signal) if known else 0
