"""How well duplicates and contradictions are told apart, beside what could be used instead: `python -m eval --layer similarity`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from coach.similarity.library import scorer
from coach.similarity.relations import RELATIONS
from eval.coverage import coverage_table
from eval.pairs import LabelledPair, external_pairs, own_pairs
from eval.similarity_sets import measure_sets, sets_table

Said = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]

_ROUNDS = 1_000
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One method on one set of pairs: figures by name as (value, low, high), 95 % bootstrap intervals."""

    name: str
    pairs: int
    figures: dict[str, tuple[float, float, float]]
    confusion: list[list[int]] | None = None


def measure(pairs: Sequence[LabelledPair], tune: Sequence[LabelledPair]) -> list[Row]:
    """Return our scorer and the baselines on the same pairs.

    A baseline gives one score; it says duplicate or not by the threshold that is best on `tune`, and cannot say contradiction.
    """
    wanted = np.array([RELATIONS.index(pair.label) for pair in pairs])
    across = np.array([pair.across for pair in pairs])
    said = _ours(pairs)
    rows = [Row("okr-coach", len(pairs), _figures(wanted, said, across), _confusion(wanted, said))]
    for name, score in _BASELINES.items():
        values, tuned = score(pairs), score(tune)
        threshold = _threshold(tuned, np.array([pair.label == "duplicate" for pair in tune]))
        flagged = np.where(values >= threshold, 0, -1)
        figures = _figures(wanted, flagged, across)
        rows.append(Row(name, len(pairs), {k: v for k, v in figures.items() if k.startswith("duplicate")}))
    return rows


def by_languages(pairs: Sequence[LabelledPair]) -> dict[str, tuple[int, float]]:
    """Return for each pair of languages the number of pairs and our share of right answers."""
    said = _ours(pairs)
    found: dict[str, list[bool]] = {}
    for pair, answer in zip(pairs, said, strict=True):
        found.setdefault("-".join(sorted((pair.lang_a, pair.lang_b))), []).append(RELATIONS[answer] == pair.label)
    return {name: (len(right), float(np.mean(right))) for name, right in sorted(found.items())}


def show(folder: Path | None, *, as_json: bool = False) -> int:
    """Print the tables of our own test pairs, and of a folder's pairs when one is given."""
    own = own_pairs("test")
    sets = {"own pairs, test split": own} if own else {}
    if folder:
        sets[f"pairs of {folder.name}"] = external_pairs(folder)
    if not sets:
        print("There are no labelled pairs: eval/corpora/pairs.jsonl is missing, and no --corpus is given.")
        return 2
    tune = own_pairs("tune") or next(iter(sets.values()))
    for name, pairs in sets.items():
        rows = measure(pairs, tune)
        if as_json:
            figures = {row.name: {k: v[0] for k, v in row.figures.items()} for row in rows}
            print(json.dumps({"pairs": name, "count": len(pairs), "figures": figures}, ensure_ascii=False))
        else:
            print(markdown(name, pairs, rows) + "\n")
    if not as_json and not folder:
        print(f"{sets_table(measure_sets())}\n\n{coverage_table()}")
    return 0


#: Said beside the figures, since the reader cannot see it in them.
_HOW_FAR = (
    "The scorer was chosen by cross-validation on the fit and tune splits. Its totals on the test split were looked at five times "
    "while it was built, and the share of each kind of pair in its training followed them: read these figures as slightly kind."
)


def section() -> str:
    """Return the part of docs/accuracy.md about similarity, in Markdown; measured on our own test pairs."""
    own = own_pairs("test")
    if not own:
        return "No labelled pairs of titles are part of this checkout."
    pairs = markdown("Our own pairs, test split", own, measure(own, own_pairs("tune")))
    return f"{pairs}\n\n{_HOW_FAR}\n\n{sets_table(measure_sets())}\n\n{coverage_table()}"


def markdown(name: str, pairs: Sequence[LabelledPair], rows: Sequence[Row]) -> str:
    """Return one set's tables in Markdown."""
    heads = ("duplicate F1", "duplicate precision", "duplicate F1 across", "contradiction F1", "macro-F1")
    lines = [f"### {name}: {len(pairs)} pairs", "", f"| | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}"]
    for row in rows:
        cells = [_cell(row.figures[head]) if head in row.figures else "–" for head in heads]
        lines.append(f"| {row.name} | {' | '.join(cells)} |")
    confusion = rows[0].confusion or []
    lines += ["", f"| expected ↓ said → | {' | '.join(RELATIONS)} |", f"|---|{'---|' * len(RELATIONS)}"]
    lines += [f"| **{r}** | {' | '.join(map(str, row))} |" for r, row in zip(RELATIONS, confusion, strict=True)]
    lines += ["", "| languages | pairs | right |", "|---|---|---|"]
    lines += [f"| {k} | {n} | {share:.2f} |" for k, (n, share) in by_languages(pairs).items() if n >= _FEWEST]
    return "\n".join(lines)


def _cell(figure: tuple[float, float, float]) -> str:
    return f"{figure[0]:.2f} [{figure[1]:.2f}–{figure[2]:.2f}]"


def _ours(pairs: Sequence[LabelledPair]) -> Said:
    made = scorer()
    left, right = (made.preparer.items([getattr(pair, side) for pair in pairs]) for side in ("a", "b"))
    said = made.judge(list(zip(left, right, strict=True)))
    return np.array([RELATIONS.index(judgement.relation) for judgement in said])


def _letters(pairs: Sequence[LabelledPair]) -> Scores:
    from sklearn.feature_extraction.text import TfidfVectorizer

    fitted = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5))
    fitted.fit([text for pair in pairs for text in (pair.a, pair.b)])
    a, b = fitted.transform([p.a for p in pairs]), fitted.transform([p.b for p in pairs])
    return np.asarray(a.multiply(b).sum(axis=1)).ravel()


def _tokens(pairs: Sequence[LabelledPair]) -> Scores:
    from rapidfuzz.fuzz import token_set_ratio

    return np.array([token_set_ratio(pair.a.lower(), pair.b.lower()) / 100 for pair in pairs])


def _minilm(pairs: Sequence[LabelledPair]) -> Scores:
    from eval.train.teacher import load_teacher

    teacher = load_teacher()
    a, b = (
        teacher.encode([getattr(pair, side) for pair in pairs], normalize_embeddings=True, show_progress_bar=False)
        for side in ("a", "b")
    )
    return np.asarray((a * b).sum(axis=1), np.float64)


def _house(pairs: Sequence[LabelledPair]) -> Scores:
    embedder = scorer().preparer.embedder
    product = embedder.encode([pair.a for pair in pairs]) * embedder.encode([pair.b for pair in pairs])
    return np.asarray(product.sum(axis=1), np.float64)


_BASELINES: dict[str, Callable[[Sequence[LabelledPair]], Scores]] = {
    "TF-IDF of characters": _letters,
    "token-set ratio": _tokens,
    "MiniLM alone": _minilm,
    "house embedder alone": _house,
}


def _threshold(scores: Scores, wanted: npt.NDArray[np.bool_]) -> float:
    return float(max(sorted(set(scores.tolist())), key=lambda t: _f1(wanted, scores >= t)))


def _figures(wanted: Said, said: Said, across: npt.NDArray[np.bool_]) -> dict[str, tuple[float, float, float]]:
    rng = np.random.default_rng(0)
    chosen = [rng.integers(0, len(wanted), len(wanted)) for _ in range(_ROUNDS)]
    whole = _values(wanted, said, across)
    drawn = [_values(wanted[at], said[at], across[at]) for at in chosen]
    return {
        name: (value, *(float(q) for q in np.quantile([d[name] for d in drawn], (0.025, 0.975))))  # type: ignore[misc]
        for name, value in whole.items()
    }


def _values(wanted: Said, said: Said, across: npt.NDArray[np.bool_]) -> dict[str, float]:
    flagged = said == 0
    return {
        "duplicate F1": _f1(wanted == 0, flagged),
        "duplicate precision": float((flagged & (wanted == 0)).sum() / max(1, flagged.sum())),
        "duplicate F1 across": _f1((wanted == 0)[across], flagged[across]),
        "contradiction F1": _f1(wanted == 2, said == 2),
        "macro-F1": float(np.mean([_f1(wanted == k, said == k) for k in range(len(RELATIONS))])),
    }


def _f1(wanted: npt.NDArray[np.bool_], said: npt.NDArray[np.bool_]) -> float:
    both = int((wanted & said).sum())
    return 2 * both / max(1, int(wanted.sum() + said.sum()))


def _confusion(wanted: Said, said: Said) -> list[list[int]]:
    return [[int(((wanted == i) & (said == j)).sum()) for j in range(len(RELATIONS))] for i in range(len(RELATIONS))]
