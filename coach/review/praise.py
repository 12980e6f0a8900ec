"""What is good about a line; a coach says it first."""

from __future__ import annotations

from collections.abc import Iterator

from coach.domain.language import Language
from coach.domain.okr_set import KeyResult
from coach.domain.review import Item
from coach.rubric.engine import Engine, Verdict
from coach.rubric.subjects import LineSubject

_GOOD_SCORE = 60
#: Signals of the rubric that are worth a kind word, the first ones matter most; each has a label `praise-…`.
_OBJECTIVE = ("what-then-why", "says-why", "chooses", "people-act", "changes-for-somebody")
_CHANGES = ("people-act", "changes-for-somebody")
_KEY_RESULT = ("from-to", "share-of-people", "people-act", "starting-value")


def praise(verdict: Verdict, engine: Engine, language: Language) -> None:
    """Say of every line the first good thing that was not yet said of a line above it in the same set.

    Args:
        verdict: its items have their scores; their `praise` is filled in.
        engine: knows which signals are worth saying, and the reader's words for them.
        language: the reader's.
    """
    items = {item.pointer: item for item in verdict.items}
    left_out = (
        {"what-then-why"} if engine.profile.form == "qualitative" else set()
    )  # that school asks to leave the way out
    worth = {  # an organisation's rubric may have other signals
        kind: [
            (name, engine.space.signal(name))
            for name in names
            if name not in left_out and engine.space.knows_signal(name)
        ]
        for kind, names in (("objective", _OBJECTIVE), ("key_result", _KEY_RESULT))
    }
    for circle in verdict.subject.circles:
        said: set[str] = set()
        for okr in circle.okrs:
            for line in (okr.objective, *okr.key_results):
                found = list(_good(line, items[line.pointer], worth[line.kind]))
                chosen = next((name for name in found if name not in said), found[0] if found else None)
                if chosen:
                    said.add(chosen)
                    label = engine.source.labels[f"praise-{chosen}"]
                    items[line.pointer].praise = engine.speaker.say(label[language], language, {})


def _good(line: LineSubject, item: Item, worth: list[tuple[str, int]]) -> Iterator[str]:
    """Yield what is good about a line; what matters most comes first."""
    objective = line.kind == "objective"
    if not objective and item.type != "outcome":
        return
    found = [name for name, bit in worth if line.line.mask & bit]
    if "what-then-why" in found and "says-why" in found:
        found.remove("says-why")
    if item.type == "bau":  # the remark beside it says that nothing changes
        found = [name for name in found if name not in _CHANGES]
    if isinstance(line.record, KeyResult) and line.record.baseline and line.record.target and "from-to" not in found:
        yield "both-figures"
    yield from found
    if item.type in ("transformational", "outcome") and (item.score or 0) >= _GOOD_SCORE:
        yield "change" if objective else "effect"
