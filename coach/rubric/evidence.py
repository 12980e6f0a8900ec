"""What the circle says about itself, as evidence: a line that restates an accountability is business as usual.

The comparison here is by words, without their endings. A similarity layer may hand in an `Echoes` that compares by meaning; the
rules see only the numbers and the quotations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from coach.domain.okr_set import Circle, Metric
from coach.domain.review import Evidence
from coach.rubric.annotate import Annotator
from coach.rubric.line import Line
from coach.rubric.space import FeatureSpace
from coach.rubric.text import strip_accents

_STEM = 5
_MATCH = 0.6
_VERB_WEIGHT = 0.5


class Echoes(Protocol):
    """Says how much a line means what a circle does anyway."""

    def loudest(self, circle: Circle, text: str) -> tuple[float, Evidence] | None:
        """Return the loudest echo, 0 to 1, and the duty it echoes; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class _Duty:
    text: str
    weights: dict[str, float]

    def covered_by(self, stems: frozenset[str]) -> float:
        """Return the share of the duty's words that a line has too; 0 when too few to mean anything."""
        shared = [stem for stem in self.weights if stem in stems]
        nouns = [stem for stem in shared if self.weights[stem] == 1.0]
        if not nouns or (len(shared) < 2 and len(self.weights) > 1):
            return 0.0
        return sum(self.weights[stem] for stem in shared) / sum(self.weights.values())


class CircleEvidence:
    """Compares lines with the accountabilities, purpose, checklists and metrics of a circle and the circles around it."""

    def __init__(
        self,
        circle: Circle,
        around: Sequence[Circle],
        annotator: Annotator,
        space: FeatureSpace,
        echoes: Echoes | None = None,
    ) -> None:
        self._space = space
        self._circle = circle
        self._echoes = echoes
        self._stop = space.lexicon("stop_word") | space.lexicon("we")
        self._verbs = space.lexicon("duty_verb") | space.lexicon("deliver_verb") | space.lexicon("hold_verb")
        own = [circle, *around]
        self._accountabilities = [
            self._duty(text, annotator) for c in own for text in c.accountabilities if text.strip()
        ]
        self._checklists = [self._duty(text, annotator) for text in circle.checklists if text.strip()]
        self._purpose = [self._duty(circle.purpose, annotator)] if circle.purpose and circle.purpose.strip() else []
        self._metrics = [(metric, self._duty(metric.name, annotator)) for c in own for metric in c.metrics]
        self.knows_duties = bool(self._accountabilities or self._purpose)

    def apply(self, line: Line) -> None:
        """Add what the circle says to the features of a line."""
        stems = frozenset(self._stems(line))
        self._best(line, stems, self._accountabilities, "accountability", "accountability-match")
        self._best(line, stems, self._checklists, "checklist", "checklist-match")
        self._best(line, stems, self._purpose, "purpose", "purpose-match")
        self._metric(line, stems)
        heard = self._echoes.loudest(self._circle, line.text) if self._echoes else None
        if heard:
            line.numbers["echo"], line.sources["echo"] = heard

    def _best(self, line: Line, stems: frozenset[str], duties: list[_Duty], name: str, flag: str) -> None:
        score, duty = max(((d.covered_by(stems), d) for d in duties), key=lambda pair: pair[0], default=(0.0, None))
        if duty is None or score <= 0:
            return
        line.numbers[name] = score
        if score >= _MATCH:
            bit = self._space.flag(flag)
            line.mask |= bit
            line.quotes[bit] = [Evidence(0, len(duty.text), duty.text, of=name)]

    def _metric(self, line: Line, stems: frozenset[str]) -> None:
        score, metric, duty = max(
            ((d.covered_by(stems), m, d) for m, d in self._metrics),
            key=lambda found: found[0],
            default=(0.0, None, None),
        )
        if metric is None or duty is None or score < _MATCH:
            return
        mask = self._space.flag("metric-match") | self._band(line, metric)
        line.mask |= mask
        line.numbers["metric"] = score
        line.quotes[self._space.flag("metric-match")] = [Evidence(0, len(duty.text), duty.text, of="metric")]

    def _band(self, line: Line, metric: Metric) -> int:
        """Whether the metric is in its usual band now, and whether the line asks for more than that."""
        mask = 0
        low, high, now = metric.low, metric.high, metric.current
        if now is not None and ((low is not None and now < low) or (high is not None and now > high)):
            mask |= self._space.flag("metric-off-band")
        elif now is not None and (low is not None or high is not None):
            mask |= self._space.flag("metric-in-band")
        figures = [q.value for q in line.quantities if q.measures and q.value is not None]
        if figures and (low is not None or high is not None):
            target = figures[-1]
            if (low is None or target >= low) and (high is None or target <= high):
                mask |= self._space.flag("target-in-band")
        return mask

    def _duty(self, text: str, annotator: Annotator) -> _Duty:
        line = annotator.annotate(text)
        return _Duty(text, dict(self._weighted(line)) or {strip_accents(text.lower()): 1.0})

    def _stems(self, line: Line) -> list[str]:
        return [stem for stem, _ in self._weighted(line)]

    def _weighted(self, line: Line) -> list[tuple[str, float]]:
        verbs = {i for hit in line.hits if hit.bits & self._verbs for i in range(hit.first, hit.last + 1)}
        stops = {hit.first for hit in line.hits if hit.bits & self._stop and hit.first == hit.last}
        found = []
        for index, token in enumerate(line.words.tokens):
            if index in stops or len(token) < 3 or token[0].isdigit():
                continue
            stem = strip_accents(token)[:_STEM] if len(token) > _STEM else strip_accents(token)
            found.append((stem, _VERB_WEIGHT if index in verbs else 1.0))
        return found
