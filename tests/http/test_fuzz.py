"""Whatever the description of the API allows, and much that it does not, is answered without a fault of the coach."""

from __future__ import annotations

import os
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error

from coach.http.app import create_app
from coach.rubric.library import Library
from coach.settings import Settings
from coach.storage import schema
from coach.storage.store import Store
from tests.http.kept import fill

EXAMPLES = int(os.environ.get("COACH_FUZZ_EXAMPLES", "4"))


def test_nothing_that_is_sent_is_answered_with_a_fault(library: Library, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'coach.sqlite'}")
    schema.upgrade(store.engine)
    fill(store)
    app = create_app(library, Settings(rate_limit=0, max_body_bytes=200_000), store=store)
    described = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    tried = set()
    for found in described.get_all_operations():
        operation = found.ok()
        if operation.path.endswith("/events"):
            continue  # a stream; it has its own test
        tried.add(operation.label)
        _try(operation)
    store.close()
    assert len(tried) > 25


def _try(operation: schemathesis.schemas.APIOperation) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: schemathesis.Case) -> None:
        answer = case.call(headers={"Host": "localhost"})
        case.validate_response(answer, checks=[not_a_server_error])
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == ["application/problem+json"], answer.text

    send()
