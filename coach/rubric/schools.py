"""Where the schools of OKR disagree about a line as a whole, the profile decides: guardrails, and the way in an objective."""

from __future__ import annotations

import re
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
_HALF_MISSING = frozenset({"O103", "O104", "O107"})
#: What parts a sentence into a what and a why without a word that says so: a colon, a dash, a full stop, a comma.
_PARTED = re.compile(r"\s*(?:[:;.!?](?=\s)|\s[-–—]{1,2}(?=\s)|->|→|,(?=\s))\s*")
_LEAST_WORDS = 3
_SAYS_WHY, _SAYS_WHAT = "says-why", "a-what"
_CONFIDENCE = 0.7


class School:
    """The profile's school, applied to what the rules found.

    Args:
        profile: `ranges` and `form` decide.
        rules: the rules in force.
        labels: sentences in four languages.
        space: the features, and the signals that the rubric knows.
        speaker: puts remarks into words.
    """

    def __init__(
        self,
        profile: Profile,
        rules: Mapping[str, Rule],
        labels: Mapping[str, Mapping[Language, str]],
        space: FeatureSpace,
        speaker: Speaker,
    ) -> None:
        self._ranges_accepted = profile.ranges == "accepted"
        self._two_halves = profile.form == "what_why"
        self._why, self._what = (space.signal(n) if space.knows_signal(n) else 0 for n in (_SAYS_WHY, _SAYS_WHAT))
        self._rule = rules.get(_CODE) if profile.form == "qualitative" else None
        self._connector = space.lexicon("purpose_connector") if self._rule else 0
        self._labels = labels
        self._space = space
        self._speaker = speaker

    def amend(self, okr: OkrSubject, findings: list[Finding], language: Language) -> list[Finding]:
        """Return the findings of an objective with its key results as this school sees them."""
        if self._ranges_accepted:
            findings = without_guardrails(okr, findings, self._space)
        return self.amend_objective(okr.objective, findings, language)

    def amend_objective(self, objective: LineSubject, findings: list[Finding], language: Language) -> list[Finding]:
        """Return the findings of an objective alone as this school sees them."""
        if self._two_halves and any(f.code in _HALF_MISSING for f in findings) and _parted(objective.line.text):
            spare = _HALF_MISSING - {"O107"} if objective.line.mask & self._why else _HALF_MISSING
            place = objective.title_pointer
            findings = [f for f in findings if not (f.code in spare and f.pointer == place)]
        if any(f.code == _CODE and f.pointer == objective.title_pointer for f in findings):
            return findings
        return [*findings, *self.way_in(objective, language)]

    def way_in(self, objective: LineSubject, language: Language) -> list[Finding]:
        """Return P705, as a hint, for a way followed by its benefit where an objective is to name the benefit alone."""
        if not self._rule or objective.type != "transformational":
            return []
        mask = objective.line.mask
        if not mask & self._why and not (mask & self._what and _parted(objective.line.text)):
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


def _parted(text: str) -> bool:
    """Whether a line says two things one after the other; which of them is the why its words need not show."""
    parts = [part for part in _PARTED.split(text.strip()) if len(part.split()) >= _LEAST_WORDS]
    return len(parts) > 1
