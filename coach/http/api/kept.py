"""The endpoints that need a store."""

from __future__ import annotations

from fastapi import FastAPI

from coach.http.api import duplicates, findings, glossary, jobs, links, objectives, organisations, verdicts
from coach.http.api.resources import KINDS, resource_router
from coach.http.pages import cycle_set, cycles


def add_pages(app: FastAPI) -> None:
    """Add the pages of a coach that keeps something."""
    app.include_router(cycles.router)
    app.include_router(cycle_set.router)


def add_kept(app: FastAPI, prefix: str) -> None:
    """Add what can be asked of a coach that keeps something."""
    app.include_router(jobs.router, prefix=prefix)
    app.include_router(duplicates.router, prefix=prefix)  # before the cycles by their own ids
    app.include_router(objectives.router, prefix=prefix)  # before the objectives by their own ids
    for kind in KINDS:
        app.include_router(resource_router(kind), prefix=prefix)
    app.include_router(organisations.router, prefix=prefix)
    app.include_router(links.router, prefix=prefix)
    app.include_router(findings.router, prefix=prefix)
    app.include_router(verdicts.router, prefix=prefix)
    app.include_router(glossary.router, prefix=prefix)
