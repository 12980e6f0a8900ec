"""The rules as a model reads them: all of it from the rule files, in the language of the draft."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from coach.domain.language import Language
from coach.rubric.engine import Engine
from coach.rubric.schema import Example, Rule, SignalsDetect

INJECTION = "X801"
_LINES = ("objective", "key_result", "okr")


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule in the prompt."""

    code: str
    title: str
    question: str
    passes: str
    fails: str
    not_a_problem: str


def open_codes(engine: Engine) -> tuple[str, ...]:
    """Return the rules that a model may raise by itself: those that are a matter of judgement, and no mere count."""
    return tuple(sorted(code for code, rule in engine.rules.items() if _judgement(rule) or code == INJECTION))


def rule_lines(engine: Engine, codes: Iterable[str], language: Language) -> list[RuleLine]:
    """Return what the prompt says of the rules a model may raise and of those that have spoken (`codes`)."""
    wanted = sorted({*open_codes(engine), *codes} & set(engine.rules))
    return [_line(engine, engine.rules[code], language) for code in wanted]


def profile_facts(engine: Engine) -> dict[str, Any]:
    """Return the choices of the profile that a prompt states."""
    profile = engine.profile
    return {
        "form": profile.form,
        "milestones": profile.milestones,
        "ranges": profile.ranges,
        "objectives": profile.limits.objectives_per_circle,
        "key_results_min": profile.limits.key_results_min,
        "key_results_max": profile.limits.key_results_max,
    }


def _judgement(rule: Rule) -> bool:
    judged = rule.detect is None or isinstance(rule.detect, SignalsDetect)
    return bool(rule.critique) and rule.scope in _LINES and judged


def _line(engine: Engine, rule: Rule, language: Language) -> RuleLine:
    texts = rule.texts[language]
    examples = rule.examples.get(language)

    def say(sentence: Any) -> str:
        return engine.speaker.say(sentence, language, {"evidence": "…"}) if sentence else ""

    return RuleLine(
        code=rule.code,
        title=say(texts.title),
        question=rule.critique or "",
        passes=_first(examples.good) if examples else "",
        fails=_first(examples.bad) if examples else "",
        not_a_problem=say(texts.not_a_problem),
    )


def _first(examples: list[Example | str]) -> str:
    for example in examples:
        if isinstance(example, str):
            return example
        if example.text:
            return example.text
        for objective in (example.set or {}).get("objectives", []):
            below = " · ".join(str(key_result["title"]) for key_result in objective.get("key_results", []))
            return f"{objective['title']} ({below})" if below else str(objective["title"])
    return ""
