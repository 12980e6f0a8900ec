"""`/healthz` and `/readyz`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

import coach
from coach.http.state import TheService

router = APIRouter(tags=["health"])


@router.get("/healthz", operation_id="health", summary="Is the process alive")
async def health() -> dict[str, str]:
    """Return at once."""
    return {"status": "ok", "version": coach.__version__}


@router.get("/readyz", operation_id="ready", summary="Can it review")
def ready(service: TheService) -> dict[str, Any]:
    """Return the rubric in use; it is read before the service answers at all. A database that is away is said as 503."""
    engine = service.engine()
    if service.store is not None:
        service.store.has_keys()
    return {
        "status": "ok",
        "rubric_version": engine.source.version,
        "profile": engine.profile.name,
        "rules": len(engine.rules),
        "critique": service.opinions.critic.breaker.state if service.opinions else "off",
    }
