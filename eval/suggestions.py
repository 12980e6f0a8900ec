"""How many lines that need another wording get one, and how many of those wordings the rubric read without a remark."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence

from coach.domain.okr_set import KeyResult, Objective, OkrSet
from coach.domain.review import Finding
from coach.review.draft import review_set
from coach.rubric.engine import Engine
from coach.rubric.manners import line_of
from eval.corpus import Case

_GOOD = ("outcome", "transformational")
Answer = tuple[Case, Finding | None]


def answers(engine: Engine, cases: Sequence[Case]) -> Iterator[Answer]:
    """Yield every line that is no outcome and no objective, with its main remark."""
    for case in cases:
        if case.type in _GOOD:
            continue
        objective = case.text if case.kind == "objective" else (case.parent or "⟨…⟩")
        lines = [KeyResult(title=case.text)] if case.kind == "key_result" else []
        okr_set = OkrSet(objectives=[Objective(title=objective, key_results=lines)])
        place = "/objectives/0/key_results/0" if lines else "/objectives/0"
        review = review_set(okr_set, engine, language=case.lang, input_language=case.lang)
        yield case, next((f for f in review.findings if f.main and line_of(f) == place), None)


def table(found: Sequence[Answer]) -> str:
    """Return the shares by language and type as text."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for case, finding in found:
        key = (case.lang, case.kind, case.type)
        counts[*key, "lines"] += 1
        if finding is not None:
            counts[*key, "remarks"] += 1
            counts[*key, "answered"] += bool(finding.suggestions)
            counts[*key, "wordings"] += len(finding.suggestions)
            counts[*key, "checked"] += sum(wording.checked for wording in finding.suggestions)
    rows = [f"{'':38}{'lines':>7}{'remark':>8}{'answered':>10}{'wordings':>10}{'checked':>9}"]
    for lang, kind, name in sorted({key[:3] for key in counts}):

        def n(what: str, key: tuple[str, str, str] = (lang, kind, name)) -> int:
            return counts[*key, what]

        shares = (n("remarks") / n("lines"), n("answered") / n("lines"), n("checked") / (n("wordings") or 1))
        rows.append(
            f"{lang} {kind:<12}{name:<23}{n('lines'):>7}{shares[0]:>8.0%}{shares[1]:>10.0%}{n('wordings'):>10}{shares[2]:>9.0%}"
        )
    return "\n".join(rows)


def sample(found: Sequence[Answer], count: int, seed: int) -> str:
    """Return some lines of each language with their wordings, for a critical reader."""
    chosen = random.Random(seed)
    rows = []
    for lang in sorted({case.lang for case, _ in found}):
        own = [(case, finding) for case, finding in found if case.lang == lang and finding is not None]
        for case, finding in chosen.sample(own, min(count, len(own))):
            rows.append(f"{lang} {case.kind} {finding.code}  {case.text}")
            rows += [f"      {'✓' if w.checked else '·'} {w.kind or ''} {w.text}" for w in finding.suggestions]
    return "\n".join(rows)
