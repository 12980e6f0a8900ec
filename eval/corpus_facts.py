"""What is known about the corpus itself: its size, how far its two blind labellings agree, how many lines are alike."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from eval.corpus import OWN, PAIR_LABELS, Case, TitlePair, language_files, read_own, types_of
from eval.metrics import Figure, Pair, interval, kappa_of, table

_ALIKE = 85  # token-set ratio over which two lines count as near-duplicates


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts about one language of the corpus.

    Attributes:
        kappa: agreement of the two labellings on the type, by kind of line.
        ambiguous: lines on which they kept different opinions.
        near_duplicates: lines for which another one of the language has a token-set ratio over 85.
    """

    language: str
    lines: int
    with_circle: int
    types: Counter[str]
    domains: int
    what_why: tuple[int, int]
    kappa: dict[str, Figure]
    ambiguous: int
    near_duplicates: int


def corpus_facts(folder: Path = OWN) -> list[Facts]:
    """Return the facts of every language."""
    cases = read_own(folder)
    labels = {row["id"]: (row["label_a"]["type"], row["label_b"]["type"]) for row in _rows(folder)}
    return [
        _facts(language, [c for c in cases if c.lang == language], labels)
        for language in sorted({case.lang for case in cases})
    ]


def _facts(language: str, cases: list[Case], labels: dict[str, tuple[str, str]]) -> Facts:
    objectives = [case for case in cases if case.kind == "objective"]
    return Facts(
        language=language,
        lines=len(cases),
        with_circle=sum(case.circle is not None for case in cases),
        types=Counter(case.type for case in cases),
        domains=len({case.domain for case in cases}),
        what_why=(sum(case.labels.get("form") == "what_why" for case in objectives), len(objectives)),
        kappa={
            kind: interval(
                table([Pair(*labels[c.id]) for c in cases if c.kind == kind], types_of(kind)),
                kappa_of,
            )
            for kind in ("key_result", "objective")
        },
        ambiguous=sum(case.ambiguous for case in cases),
        near_duplicates=near_duplicates([case.text for case in cases]),
    )


@dataclass(frozen=True, slots=True)
class PairFacts:
    """Facts about some of the labelled pairs.

    Attributes:
        labels: pairs of each label.
        kappa: agreement of the two labellings, the first choice of the second one counting.
        strict: the same where a pair on which the second labelling wavered counts as disagreement.
        ambiguous: pairs on which the labellings differ or the second one wavered.
        near_duplicates: titles that are nearly the same as another one.
    """

    name: str
    pairs: int
    labels: Counter[str]
    splits: Counter[str]
    topics: int
    domains: int
    kappa: Figure
    strict: Figure
    ambiguous: int
    near_duplicates: int


def pair_facts(pairs: Sequence[TitlePair]) -> list[PairFacts]:
    """Return the facts of all pairs, of those in one language and in two."""
    groups = {
        "all": list(pairs),
        "one language": [pair for pair in pairs if pair.same_language],
        "two languages": [pair for pair in pairs if not pair.same_language],
    }
    return [_pair_facts(name, members) for name, members in groups.items() if members]


def _pair_facts(name: str, pairs: Sequence[TitlePair]) -> PairFacts:
    first = [Pair(pair.label, pair.second) for pair in pairs]
    strict = [Pair(pair.label, next(iter(pair.also_ok), pair.second)) for pair in pairs]
    return PairFacts(
        name=name,
        pairs=len(pairs),
        labels=Counter(pair.label for pair in pairs),
        splits=Counter(pair.split for pair in pairs),
        topics=len({pair.topic for pair in pairs}),
        domains=len({pair.domain for pair in pairs}),
        kappa=interval(table(first, PAIR_LABELS), kappa_of),
        strict=interval(table(strict, PAIR_LABELS), kappa_of),
        ambiguous=sum(pair.ambiguous for pair in pairs),
        near_duplicates=near_duplicates([title for pair in pairs for title in (pair.a, pair.b)]),
    )


def pairs_table(facts: Sequence[PairFacts]) -> str:
    """Return the facts about pairs as a Markdown table, as `eval/corpora/README.md` shows it."""
    head = ("pairs", "n", *PAIR_LABELS, "ambiguous", "kappa", "kappa, wavering counts against")
    rows = [
        (
            f.name,
            str(f.pairs),
            *(str(f.labels[label]) for label in PAIR_LABELS),
            str(f.ambiguous),
            _shown(f.kappa),
            _shown(f.strict),
        )
        for f in facts
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ("---",) * len(head), *rows))


def _shown(figure: Figure) -> str:
    return f"{figure.value:.2f} [{figure.low:.2f}–{figure.high:.2f}]"


def near_duplicates(texts: list[str]) -> int:
    """Return how many of the texts have another one that is nearly the same."""
    alike = process.cdist(texts, texts, scorer=fuzz.token_set_ratio, score_cutoff=_ALIKE, dtype=np.uint8, workers=-1)
    np.fill_diagonal(alike, 0)
    return int((alike > _ALIKE).any(axis=1).sum())


def _rows(folder: Path) -> Iterator[dict[str, Any]]:
    for path in language_files(folder):
        yield from (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
