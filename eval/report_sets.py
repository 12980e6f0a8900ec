"""The part of the report about whole circle sets."""

from __future__ import annotations

from coach.rubric.engine import Engine
from eval.sets import judge_sets


def sets_section(engine: Engine) -> str:
    """Return the section as Markdown."""
    found = judge_sets(engine)
    missed: dict[str, int] = {}
    for *_, code in found.missed:
        missed[code] = missed.get(code, 0) + 1
    listed = ", ".join(f"{code} ({n})" if n > 1 else code for code, n in sorted(missed.items()))
    wrong: dict[str, int] = {}
    for *_, code in found.remarked:
        wrong[code] = wrong.get(code, 0) + 1
    on_clean = ", ".join(f"{code} ({n})" if n > 1 else code for code, n in sorted(wrong.items(), key=lambda i: -i[1]))
    return (
        f"24 circles of four invented organisations, {found.planted.total()} defects planted over {len(found.planted)} rules, reviewed "
        f"under `chicc`: {found.recall:.0%} found ({found.found.total()} open, {found.doubted.total()} as a question). "
        f"Of {found.clean} lines written to be clean, {found.silence:.0%} drew no open finding.\n\n"
        f"- Missed: {listed or 'nothing'}.\n- Open findings on clean lines: {on_clean or 'none'}."
    )
