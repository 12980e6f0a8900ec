"""What the engine is seen beside: the majority class, a naive keyword rule, and TF-IDF with logistic regression."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from eval.corpus import Case

Baseline = Callable[[Case], str]

_TASK = re.compile(
    r"\b(launch|build|create|deliver|implement|write|organi[sz]e|hire|train|develop|complete|run|publish|"
    r"lancer|livrer|créer|rédiger|organiser|recruter|former|déployer|mettre en place|"
    r"lanceren|opleveren|opstellen|organiseren|aanwerven|uitrollen|implementeren|"
    r"einführen|erstellen|liefern|organisieren|einstellen|schulen|umsetzen)\w*",
    re.IGNORECASE,
)
_HOLD = re.compile(
    r"\b(maintain|keep|ensure|manage|maintenir|garder|assurer|gérer|behouden|handhaven|garanderen|beheren|halten|sichern|sicherstellen)\w*",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")


def naive(case: Case) -> str:
    """Read a line by three keywords: a task verb, "maintain", a digit."""
    output, kpi, other = (
        ("output", "kpi_bau", "outcome") if case.kind == "key_result" else ("project", "bau", "transformational")
    )
    if _TASK.search(case.text):
        return output
    if _HOLD.search(case.text):
        return kpi
    if case.kind == "objective":
        return "kpi" if _DIGIT.search(case.text) else other
    return other if _DIGIT.search(case.text) else "vague"


def majority(cases: Sequence[Case]) -> Baseline:
    """Return a baseline that always says the commonest type of the cases it was fitted on."""
    common = {
        kind: Counter(c.type for c in cases if c.kind == kind).most_common(1)[0][0]
        for kind in {case.kind for case in cases}
    }
    return lambda case: common.get(case.kind, "")


def tfidf(cases: Sequence[Case]) -> Baseline:
    """Return TF-IDF (words and pieces of words) with logistic regression, one for each kind, fitted on these cases."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    models = {}
    for kind in {case.kind for case in cases}:
        own = [case for case in cases if case.kind == kind]
        words = TfidfVectorizer(analyzer="word", ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)
        model = make_pipeline(make_union(words, pieces), LogisticRegression(C=10, max_iter=1000))
        models[kind] = model.fit([case.text for case in own], [case.type for case in own])
    return lambda case: str(models[case.kind].predict([case.text])[0])
