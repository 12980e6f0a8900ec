"""What the buttons of the drafting form do: add, remove, load an example, start afresh, take it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from coach.domain.language import Language
from coach.http.pages.draft_form import MOST, Draft, KeyResultDraft, ObjectiveDraft, pairs_of, parse
from coach.http.pages.texts import EXAMPLES, example, is_example


@dataclass(frozen=True, slots=True)
class Edited:
    """The draft after a button was pressed.

    Attributes:
        focus: id of the field to go on from, if any.
        before: the form as it was, when something was taken away; the button "undo" sends it back.
    """

    draft: Draft
    focus: str = ""
    before: str = ""


def fresh(key_results: int) -> ObjectiveDraft:
    """Return an empty objective with as many empty key results as the profile asks for, at least one."""
    return ObjectiveDraft(key_results=(KeyResultDraft(),) * max(key_results, 1))


def edit(draft: Draft, action: str, *, language: Language, key_results: int, before: str = "") -> Edited:
    """Carry out a button; an unknown or impossible one changes nothing.

    Args:
        draft: what was typed.
        action: the button's value, such as `remove-key-result.0.2`.
        language: of the example to load.
        key_results: how many an empty objective starts with.
        before: the form that "undo" goes back to.
    """
    verb, *places = action.split(".")
    numbers = [int(place) for place in places if place.isascii() and place.isdigit()]
    acts: dict[str, Callable[[], Edited | None]] = {
        "add-objective": lambda: _add_objective(draft, key_results),
        "add-key-result": lambda: _add_key_result(draft, *numbers[:1]),
        "remove-objective": lambda: _remove_objective(draft, *numbers[:1]),
        "remove-key-result": lambda: _remove_key_result(draft, *numbers[:2]),
        "example": lambda: _example(draft, places[0] if places else "", language),
        "clear": lambda: _without_text(draft, key_results),
        "undo": lambda: Edited(parse(parse_qsl(before, keep_blank_values=True, max_num_fields=5000)), "o0-title"),
    }
    edited = acts.get(verb, lambda: None)()
    if edited is None:
        return Edited(draft)
    return (
        edited
        if edited.draft.objectives
        else replace(edited, draft=replace(edited.draft, objectives=(fresh(key_results),)))
    )


def _add_objective(draft: Draft, key_results: int) -> Edited | None:
    count = len(draft.objectives)
    if count >= MOST:
        return None
    return Edited(replace(draft, objectives=(*draft.objectives, fresh(key_results))), f"o{count}-title")


def _add_key_result(draft: Draft, at: int = 0) -> Edited | None:
    if at >= len(draft.objectives) or (count := len(draft.objectives[at].key_results)) >= MOST:
        return None
    objective = draft.objectives[at]
    more = replace(objective, key_results=(*objective.key_results, KeyResultDraft()))
    return Edited(draft.with_objective(at, more), f"o{at}-kr{count}-title")


def _remove_objective(draft: Draft, at: int = 0) -> Edited | None:
    if at >= len(draft.objectives):
        return None
    kept = (*draft.objectives[:at], *draft.objectives[at + 1 :])
    before = "" if draft.objectives[at].blank else _as_text(draft)
    return Edited(replace(draft, objectives=kept), f"o{max(at - 1, 0)}-title", before)


def _remove_key_result(draft: Draft, at: int = 0, number: int = 0) -> Edited | None:
    if at >= len(draft.objectives) or number >= len(draft.objectives[at].key_results):
        return None
    objective = draft.objectives[at]
    lines = objective.key_results
    before = "" if lines[number].blank else _as_text(draft)
    kept = replace(objective, key_results=(*lines[:number], *lines[number + 1 :]))
    focus = f"o{at}-kr{max(number - 1, 0)}-title" if kept.key_results else f"o{at}-title"
    return Edited(draft.with_objective(at, kept), focus, before)


def _example(draft: Draft, name: str, language: Language) -> Edited | None:
    """Load an example into an empty form or in place of another example; otherwise below what was written."""
    if name not in EXAMPLES:
        return None
    loaded = example(name, language)
    replaces = draft.blank or is_example(draft.objectives)
    if not replaces and len(draft.objectives) + len(loaded) > MOST:
        return None
    at = 0 if replaces else len(draft.objectives)
    objectives = loaded if replaces else (*draft.objectives, *loaded)
    return Edited(replace(draft, objectives=objectives, language="" if replaces else draft.language), f"o{at}-title")


def _without_text(draft: Draft, key_results: int) -> Edited:
    before = "" if draft.blank else _as_text(draft)
    return Edited(replace(draft, objectives=(fresh(key_results),), ready=False), "o0-title", before)


def _as_text(draft: Draft) -> str:
    return urlencode([*pairs_of(draft)])
