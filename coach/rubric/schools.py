"""Where the schools of OKR disagree about a line as a whole, the profile decides: guardrails, and the way in an objective."""

from __future__ import annotations

from collections.abc import Mapping

from coach.domain.language import Language
from coach.domain.review import Evidence, Finding
from coach.rubric.guardrails import without_guardrails
from coach.rubric.line import Line
from coach.rubric.profile import Profile
from coach.rubric.schema import Rule
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import LineSubject, OkrSubject, Remark
from coach.rubric.wording import Speaker

_CODE = "P705"
_TWO_PARTS = "what-then-why"
_CONFIDENCE = 0.7


class School:
    """The profile's school, applied to what the rules found.

    Args:
        profile: `ranges` and `form` decide.
        rules: the rules in force.
        labels: sentences in four languages.
        space: the features.
        signals: names of the signals that the rubric knows.
        speaker: puts remarks into words.
    """

    def __init__(
        self,
        profile: Profile,
        rules: Mapping[str, Rule],
        labels: Mapping[str, Mapping[Language, str]],
        space: FeatureSpace,
        signals: frozenset[str],
        speaker: Speaker,
    ) -> None:
        self._ranges_accepted = profile.ranges == "accepted"
        speaks = profile.form == "qualitative" and _CODE in rules and _TWO_PARTS in signals
        self._two_parts = space.signal(_TWO_PARTS) if speaks else 0
        self._connector = space.lexicon("purpose_connector") if speaks else 0
        self._rule = rules.get(_CODE)
        self._labels = labels
        self._space = space
        self._speaker = speaker

    def amend(self, okr: OkrSubject, findings: list[Finding], language: Language) -> list[Finding]:
        """Return the findings of an objective with its key results as this school sees them."""
        if self._ranges_accepted:
            findings = without_guardrails(okr, findings, self._space)
        return [*findings, *self.way_in(okr.objective, language)]

    def way_in(self, objective: LineSubject, language: Language) -> list[Finding]:
        """Return P705, as a hint, for a way followed by its benefit where an objective is to name the benefit alone."""
        if not self._rule or objective.type != "transformational" or not objective.line.mask & self._two_parts:
            return []
        quote = self._the_what(objective.line)
        remark = Remark(objective.title_pointer, _CONFIDENCE, evidence=(quote,) if quote else ())
        found = self._speaker.finding(self._rule, remark, language, objective.line.text, objective.id)
        words = {"evidence": quote.text if quote else objective.line.text}
        found.severity = "hint"
        found.message = self._speaker.say(self._labels["way-in-objective"][language], language, words)
        found.ask = self._speaker.say(self._labels["way-in-objective-ask"][language], language, words)
        return [found]

    def _the_what(self, line: Line) -> Evidence | None:
        """Quote what stands before the clause that says why; None where the benefit comes first."""
        if not 0 < line.why_at < len(line.words.tokens):
            return None
        opening = [hit.first for hit in line.hits if hit.bits & self._connector and hit.first <= line.why_at]
        end = max(opening, default=line.why_at)
        return line.evidence(line.words.starts[0], line.words.ends[end - 1]) if end else None
