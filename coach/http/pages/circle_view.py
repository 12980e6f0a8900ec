"""The chosen circle beside the form: its purpose, accountabilities and metrics, those met in the draft marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from babel.numbers import format_decimal

from coach.domain.language import Language
from coach.domain.okr_set import Circle, Metric
from coach.domain.review import Finding
from coach.http.pages.remarks import tone_of
from coach.rubric.engine import Engine


@dataclass(frozen=True, slots=True)
class Duty:
    """A text of the circle; `tone` is the colour of the remark that quotes it, empty where none does."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class MetricView:
    """A running metric: its name, where it is now, and its usual band, in the reader's numerals."""

    name: Duty
    now: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class CircleView:
    """What a circle says about itself."""

    name: str
    language: str
    purpose: Duty | None
    accountabilities: tuple[Duty, ...]
    metrics: tuple[MetricView, ...]


def circle_view(
    circle: Circle | None, findings: Iterable[Finding], engine: Engine, language: Language
) -> CircleView | None:
    """Return the view of a circle.

    Args:
        circle: the chosen one, if any.
        findings: of the draft, whose quotations of the circle are marked there.
        engine: gives the colours.
        language: of the numerals.
    """
    if circle is None:
        return None
    tones = {e.text: tone_of(engine, finding.code) for finding in findings for e in finding.evidence if e.of}

    def duty(text: str) -> Duty:
        return Duty(text, tones.get(text, ""))

    return CircleView(
        name=circle.name or circle.id,
        language=circle.language or "",
        purpose=duty(circle.purpose) if circle.purpose else None,
        accountabilities=tuple(duty(text) for text in circle.accountabilities),
        metrics=tuple(_metric(metric, duty(metric.name), language) for metric in circle.metrics),
    )


def _metric(metric: Metric, name: Duty, language: Language) -> MetricView:
    def figure(value: float | None) -> str:
        return format_decimal(value, locale=language) if value is not None else ""

    now = figure(metric.current)
    unit = f"\u202f{metric.unit}" if metric.unit == "%" else f" {metric.unit}" if metric.unit else ""
    return MetricView(name, now + unit if now else "", figure(metric.low), figure(metric.high))
