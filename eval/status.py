"""Which rules that weigh words may count: how often each is right, and the status that follows from it.

A rule is *stable* from 40 lines of the corpus that deserve its remark, 8 in each language, at a precision of 0.85; the rest is
*preview*: shown, never scored. Where the corpus has a label for what a rule says, the test split measures it; elsewhere its remarks
were read one by one (`corpora/remarks.jsonl`). Rules that count and compare are held by their examples.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from coach.domain.language import LANGUAGES, Language
from coach.resources import RUBRICS
from coach.rubric.engine import Engine
from coach.rubric.schema import Measured
from coach.rubric.source import Folders, read_rubric
from eval.corpus import OWN, Case, read_own
from eval.echoes import house_echoes
from eval.metrics import Figure, binary
from eval.predict import Prediction, predict
from eval.results import STANDS_FOR, judged, labelled
from eval.run import engine_for

REMARKS = OWN / "remarks.jsonl"
MEASURED = RUBRICS / "measured.yaml"
#: Measured under the profile that tells milestones from other deliverables.
_UNDER_CHICC = ("K203",)
_STATUS = re.compile(r"^status: .*$", re.MULTILINE)


class Remark(NamedTuple):
    """A remark that was read: of which rule, on which line of the corpus, and whether it is right."""

    code: str
    case: str
    lang: Language
    right: bool


def measured_now() -> dict[str, Measured]:
    """Return the figures of the rubric as it is."""
    cases = [case for case in read_own() if case.split == "test"]
    by_profile = [predict(engine_for(profile), cases, echoes=house_echoes()) for profile in ("classic", "chicc")]
    return measure(*by_profile)


def measure(classic: Sequence[Prediction], chicc: Sequence[Prediction]) -> dict[str, Measured]:
    """Return what is known about every rule that can be measured.

    Args:
        classic: answers on the test split under `classic`.
        chicc: the same under `chicc`.
    """
    everything = [case for case in read_own() if not case.ambiguous]
    found = {code: _by_reading(remarks) for code, remarks in read_remarks().items()}
    wanted = judged(milestones=False) | {code: judged(milestones=True)[code] for code in _UNDER_CHICC}
    for code, (kind, deserves) in wanted.items():
        said = chicc if code in _UNDER_CHICC else classic
        own = [c for c in everything if c.kind == kind and labelled(code, c) and deserves(c)]
        found[code] = _by_labels(code, own, [p for p in said if p.case.kind == kind], deserves)
    return dict(sorted(found.items()))


def read_remarks(path: Path = REMARKS) -> dict[str, list[Remark]]:
    """Return the remarks that were read, by rule."""
    found: dict[str, list[Remark]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found[row["code"]].append(Remark(row["code"], row["case"], row["lang"], row["right"]))
    return dict(found)


def write(measured: Mapping[str, Measured], folder: Path = RUBRICS) -> list[str]:
    """Write the figures, and the status that follows from them into the rule files; return the codes whose status changed."""
    rows = [
        f"  {code}: {json.dumps(figures.model_dump(mode='json'), ensure_ascii=False)}"
        for code, figures in measured.items()
    ]
    head = "# Written by `python -m eval status`: how often the rules that weigh words are right.\nschema: 1\nrules:\n"
    (folder / "measured.yaml").write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    changed = []
    for code, rule in read_rubric(Folders((folder,))).rules.items():
        if not rule.judgement:
            continue
        figures = measured.get(code)
        status = figures.status if figures else "preview"
        if status != rule.status:
            path = next(folder.glob(f"rules/*/{code}-*.yaml"))
            path.write_text(
                _STATUS.sub(f"status: {status}", path.read_text(encoding="utf-8"), count=1), encoding="utf-8"
            )
            changed.append(f"{code} {rule.status} → {status}")
    return changed


def silent_now(engine: Engine, remarks: Iterable[Remark]) -> list[Remark]:
    """Return the remarks that were read but are not made any more: what was said of them says nothing about the rule of today."""
    cases = {case.id: case for case in read_own()}
    return [
        remark for remark in remarks if remark.case in cases and remark.code not in _codes(engine, cases[remark.case])
    ]


def _codes(engine: Engine, case: Case) -> set[str]:
    _, findings = engine.line(case.kind, case.text, language=case.lang, parent=case.parent, circle=case.circle)
    return {finding.code for finding in findings if finding.state == "open"}


def _by_labels(
    code: str, deserving: Sequence[Case], said: Sequence[Prediction], deserves: Callable[[Case], bool]
) -> Measured:
    names = STANDS_FOR.get(code, (code,))
    clear = [p for p in said if not p.case.ambiguous and labelled(code, p.case)]
    rows = [(deserves(p.case), any(name in p.codes for name in names)) for p in clear]
    return _measured(
        "labels", Counter(case.lang for case in deserving), binary(rows)[0], sum(spoke for _, spoke in rows)
    )


def _by_reading(remarks: Sequence[Remark]) -> Measured:
    precision = binary([(remark.right, True) for remark in remarks])[0]
    return _measured("reading", Counter(r.lang for r in remarks if r.right), precision, len(remarks))


def _measured(by: str, positives: Mapping[Language, int], precision: Figure, said: int) -> Measured:
    return Measured(
        by=by,
        positives={language: positives.get(language, 0) for language in LANGUAGES},
        said=said,
        precision=round(precision.value, 3),
        low=round(precision.low, 3),
        high=round(precision.high, 3),
    )
