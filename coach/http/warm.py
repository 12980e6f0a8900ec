"""Reading a line in every language before anybody asks: what is loaded at the first use is then shared by all workers."""

from __future__ import annotations

from coach.domain.language import LANGUAGES
from coach.domain.okr_set import Circle, KeyResult, Objective, OkrSet
from coach.domain.review import REVIEW
from coach.http.pages.texts import example
from coach.http.state import Service
from coach.review.draft import review_set


def warm(service: Service) -> None:
    """Review an example of every language, by words and by meaning."""
    for language in LANGUAGES:
        objectives = [
            Objective(
                title=objective.title,
                circle=f"c{at}",
                key_results=[KeyResult(title=line.title) for line in objective.key_results if line.title],
            )
            for at, objective in enumerate((*example("first", language), *example("good", language)))
        ]
        circles = [Circle(id=f"c{at}", accountabilities=[one.title]) for at, one in enumerate(reversed(objectives))]
        okr_set = OkrSet(stage="ready", circles=circles, objectives=objectives)
        REVIEW.dump_json(review_set(okr_set, service.engine(), language=language, similarity=service.similarity))
