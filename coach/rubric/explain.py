"""One rule's page, in the reader's language, made from the rule file alone."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from coach.domain.language import Language
from coach.errors import NotFoundError
from coach.rubric.engine import Engine
from coach.rubric.schema import Example, Rule


@dataclass(frozen=True, slots=True)
class RulePage:
    """What a person reads about a rule."""

    code: str
    name: str
    title: str
    dimension: str
    severity: str
    severity_label: str
    status: str
    certainty: str
    scope: str
    speaks: bool
    message: str
    ask: str | None
    why: str
    mend: str | None
    not_a_problem: str | None
    bad: tuple[str, ...]
    good: tuple[str, ...]
    borderline: tuple[str, ...]
    signals: tuple[tuple[str, float], ...]
    references: tuple[str, ...]
    labels: dict[str, str]

    def summary(self) -> dict[str, Any]:
        """Return the short form, for lists."""
        keys = ("code", "name", "title", "dimension", "severity", "status", "scope", "speaks")
        return {key: getattr(self, key) for key in keys}

    def as_dict(self) -> dict[str, Any]:
        """Return the whole page, for the API."""
        texts = ("message", "ask", "why", "mend", "not_a_problem", "certainty")
        lists = ("bad", "good", "borderline", "references")
        return {
            **self.summary(),
            **{key: getattr(self, key) for key in texts},
            **{key: list(getattr(self, key)) for key in lists},
            "signals": [{"label": label, "weight": weight} for label, weight in self.signals],
        }

    def sections(self) -> Iterator[tuple[str, list[str]]]:
        """Yield heading and paragraphs, for the terminal."""
        yield self.labels["why-heading"], [self.why]
        for key, text in (("ask", self.ask), ("mend", self.mend), ("not-a-problem", self.not_a_problem)):
            if text:
                yield self.labels[f"{key}-heading"], [text]
        for key, lines in (("bad", self.bad), ("good", self.good), ("borderline", self.borderline)):
            if lines:
                yield self.labels[f"{key}-heading"], [f"– {line}" for line in lines]
        yield self.labels["certainty-heading"], [self.certainty]


def rule_page(engine: Engine, code: str, language: Language) -> RulePage:
    """Return the page of a rule, by its code or its name.

    Raises:
        NotFoundError: there is no such rule; the nearest one is named.
    """
    rule = find_rule(engine, code)
    texts = rule.texts[language]
    examples = rule.examples.get(language)
    values = {"evidence": "…"}

    def say(sentence: Any) -> str:
        return engine.speaker.say(sentence, language, values)

    severity = engine.profile.severity.get(rule.code, rule.severity)
    return RulePage(
        code=rule.code,
        name=rule.name,
        title=say(texts.title),
        dimension=rule.dimension,
        severity=severity,
        severity_label=engine.source.labels[f"severity-{severity}"][language],
        status=rule.status,
        certainty=_certainty(engine, rule, language),
        scope=rule.scope,
        speaks=rule.code in engine.rules,
        message=say(texts.message),
        ask=say(texts.ask) if texts.ask else None,
        why=say(texts.why),
        mend=say(texts.mend) if texts.mend else None,
        not_a_problem=say(texts.not_a_problem) if texts.not_a_problem else None,
        bad=_lines(examples.bad) if examples else (),
        good=_lines(examples.good) if examples else (),
        borderline=_lines(examples.borderline) if examples else (),
        signals=_signals(engine, rule, language),
        references=tuple(rule.references),
        labels={name: labels[language] for name, labels in engine.source.labels.items()},
    )


def find_rule(engine: Engine, code: str) -> Rule:
    """Return a rule by code or name; NotFoundError names the nearest one."""
    wanted = code.strip()
    for rule in engine.source.rules.values():
        if wanted.upper() == rule.code or wanted.lower() == rule.name:
            return rule
    names = [name for rule in engine.source.rules.values() for name in (rule.code, rule.name)]
    near = difflib.get_close_matches(wanted.upper(), names, n=1) or difflib.get_close_matches(
        wanted.lower(), names, n=1
    )
    raise NotFoundError(
        f"There is no rule {code!r}.", hint=f"Did you mean {near[0]}?" if near else "See okr-coach rules."
    )


def _certainty(engine: Engine, rule: Rule, language: Language) -> str:
    """How far the rule can be trusted, in a sentence: what was measured, or that it counts and compares."""
    labels = engine.source.labels
    if not rule.judgement:
        return labels["certainty-structure"][language]
    trial = "" if rule.status == "stable" else " " + labels["certainty-trial"][language]
    found = engine.source.measured.get(rule.code)
    if found is None:
        return labels["certainty-unknown"][language] + trial
    values = {
        "said": str(found["said"]),
        "lines": str(sum(found["positives"].values())),
        **{name: str(round(100 * found[name])) for name in ("precision", "low", "high")},
    }
    return engine.speaker.say(labels[f"certainty-{found['by']}"][language], language, values) + trial


def _lines(examples: list[Example | str]) -> tuple[str, ...]:
    lines = []
    for example in examples:
        if isinstance(example, str):
            lines.append(example)
        elif example.text:
            lines.append(f"{example.text}  (← {example.parent})" if example.parent else example.text)
        elif example.set:
            titles = [objective["title"] for objective in example.set.get("objectives", [])]
            lines.append(" · ".join(titles) or example.note or "…")
    return tuple(lines)


def _signals(engine: Engine, rule: Rule, language: Language) -> tuple[tuple[str, float], ...]:
    weights = getattr(rule.detect, "signals", {}) or {}
    labels = {signal.id: signal.label for signal in engine.source.signals}
    named = [(labels[name][language], weight) for name, weight in weights.items() if name in labels]
    return tuple(sorted(named, key=lambda pair: -abs(pair[1])))
