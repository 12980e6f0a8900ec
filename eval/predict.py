"""What the engine says of every labelled line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coach.domain.review import Finding
from coach.rubric.engine import Engine
from coach.rubric.evidence import Echoes
from eval.corpus import Case


@dataclass(frozen=True, slots=True)
class Prediction:
    """The engine's answer for one case.

    Attributes:
        shares: confidence of every type; they add up to one.
        codes: open findings.
        review: findings in the state `review`.
        evidence: the words quoted by the main finding.
    """

    case: Case
    type: str
    confidence: float
    shares: dict[str, float]
    codes: frozenset[str]
    review: frozenset[str]
    evidence: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether the type is the agreed one, or one that counts as right."""
        return self.type == self.case.type or self.type in self.case.also_ok


def predict(
    engine: Engine, cases: Iterable[Case], *, detect_language: bool = False, echoes: Echoes | None = None
) -> list[Prediction]:
    """Judge every case by itself, with its parent and its circle, as `okr-coach classify` does.

    Args:
        engine: what judges.
        cases: what is judged.
        detect_language: find the language out instead of taking the case's.
        echoes: compares lines with their circle's duties by meaning, as a review does; None: words have to do.
    """
    return [predict_one(engine, case, case.text, detect_language=detect_language, echoes=echoes) for case in cases]


def predict_one(
    engine: Engine, case: Case, text: str, *, detect_language: bool = False, echoes: Echoes | None = None
) -> Prediction:
    """Judge one case, with a text that may differ from its own (see `stability`)."""
    line, findings = engine.line(
        case.kind,
        text,
        language=None if detect_language else case.lang,
        parent=case.parent,
        circle=case.circle,
        echoes=echoes,
    )
    return Prediction(
        case,
        line.type or "",
        line.confidence,
        line.shares,
        frozenset(f.code for f in findings if f.state == "open" and not _is_the_school(f)),
        frozenset(f.code for f in findings if f.state == "review"),
        tuple(e.text for f in findings[:1] for e in f.evidence),
    )


def _is_the_school(finding: Finding) -> bool:
    """Whether a remark says only how a school words an objective; `schools` measures those beside each other."""
    return finding.code == "P705" and finding.severity == "hint"
