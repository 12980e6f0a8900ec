"""The results as one HTML page that needs nothing else: tables, bars with intervals, reliability plots."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from eval.metrics import Figure, reliability
from eval.results import JUDGED, Results

_STYLE = """
:root{color-scheme:light dark;--ink:light-dark(#1d1b20,#e9e6ee);--page:light-dark(#fbfaf7,#17161b);--line:light-dark(#d5d0c5,#444050);--bar:light-dark(#0b5d56,#6fd3c7)}
body{margin:2rem auto;max-width:70rem;padding:0 1rem;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1,h2{font-family:Charter,Georgia,serif}table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem .7rem;border-bottom:1px solid var(--line);text-align:right}
th:first-child,td:first-child{text-align:left}svg{max-width:100%}text{fill:var(--ink);font:12px system-ui,sans-serif}
"""


def as_html(runs: Sequence[Results], heading: str, facts: Sequence[str]) -> str:
    """Return the page.

    Args:
        runs: the runs to show; texts of lines never appear on it.
        heading: its title.
        facts: date, rubric version, digest of the data.
    """
    body = [f"<h1>{escape(heading)}</h1>", "<ul>", *(f"<li>{escape(fact)}</li>" for fact in facts), "</ul>"]
    for kind in ("key_result", "objective"):
        title = kind.replace("_", " ").capitalize()
        body.append(f"<h2>{title}s: accuracy and macro-F1</h2>")
        rows = [
            (f"{run.name} · {name.split('/', 1)[1]}", figure)
            for run in runs
            for name, figure in run.figures.items()
            if name.startswith(f"{kind}/") and name.endswith(("accuracy", "macro-f1")) and "source:" not in name
        ]
        body.append(_bars(rows))
        for run in runs:
            if kind in run.confusion:
                body.append(f"<h3>{escape(run.name)}: expected ↓ said →</h3>" + _matrix(*run.confusion[kind]))
            if kind in run.reliability:
                body.append(f"<h3>{escape(run.name)}: confidence and truth</h3>" + _reliability(run.reliability[kind]))
    body.append("<h2>Rules</h2>")
    for run in runs:
        rows = [
            (f"{run.name} · {code} {part}", run.figures[f"rule/{code}/{part}"])
            for code in JUDGED
            for part in ("precision", "recall")
            if f"rule/{code}/{part}" in run.figures
        ]
        body.append(_bars(rows))
    head = f"<meta charset=utf-8><title>{escape(heading)}</title><style>{_STYLE}</style>"
    return f"<!doctype html><html lang=en><head>{head}</head><body>{''.join(body)}</body></html>\n"


def _bars(rows: Sequence[tuple[str, Figure]]) -> str:
    height = 22 * len(rows) + 10
    parts = []
    for at, (name, figure) in enumerate(rows):
        y = 22 * at + 5
        x, low, high = (330 + 400 * value for value in (figure.value, figure.low, figure.high))
        parts.append(
            f'<text x="0" y="{y + 12}">{escape(name)}</text>'
            f'<rect x="330" y="{y + 3}" width="{x - 330:.1f}" height="10" fill="var(--bar)" opacity=".55"/>'
            f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y + 8}" y2="{y + 8}" stroke="var(--ink)"/>'
            f'<text x="745" y="{y + 12}">{figure.value:.3f} (n={figure.n})</text>'
        )
    return f'<svg viewBox="0 0 860 {height}" role="img" aria-label="figures with intervals">{"".join(parts)}</svg>'


def _matrix(labels: Sequence[str], counts: Sequence[Sequence[int]]) -> str:
    head = "".join(f"<th scope=col>{escape(label)}</th>" for label in labels)
    rows = "".join(
        f"<tr><th scope=row>{escape(label)}</th>{''.join(f'<td>{n}</td>' for n in row)}</tr>"
        for label, row in zip(labels, counts, strict=True)
    )
    return f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _reliability(rows: Sequence[tuple[float, bool]]) -> str:
    points = reliability(rows)
    dots = "".join(
        f'<circle cx="{30 + 200 * sure:.1f}" cy="{210 - 200 * right:.1f}" r="{3 + min(n, 400) / 100:.1f}" fill="var(--bar)"/>'
        for sure, right, n in points
    )
    frame = '<path d="M30 10V210H230" fill="none" stroke="var(--line)"/><path d="M30 210L230 10" stroke="var(--line)" stroke-dasharray="4"/>'
    words = '<text x="60" y="228">how sure it said it was</text>'
    return f'<svg viewBox="0 0 260 235" width="260" role="img" aria-label="reliability">{frame}{dots}{words}</svg>'
