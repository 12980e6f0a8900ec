"""One scripted endpoint for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from coach.domain.okr_set import OkrSet
from coach.domain.review import Review
from coach.review.draft import review_set
from coach.rubric.engine import Engine
from tests.critique.endpoint import Running, draft, running


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Running]:
    with running() as started:
        yield started


@pytest.fixture(scope="module")
def okr_set() -> OkrSet:
    return draft()


@pytest.fixture(scope="module")
def review(okr_set: OkrSet, engine: Engine) -> Review:
    return review_set(okr_set, engine)
