"""The application: middleware, API, pages, static files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

import coach
from coach.critique.switch import critic_of
from coach.domain.reading import read_okr_set
from coach.http.api import health, reviews, rules, similarity
from coach.http.api.openapi import describe
from coach.http.opinions import Opinions
from coach.http.pages import routes as pages
from coach.http.problems import install
from coach.http.security import CrossOriginProtection, LocalHosts, SecurityHeaders
from coach.http.state import Service
from coach.resources import EXAMPLES, WEB
from coach.rubric.library import Library
from coach.settings import Settings

API = "/api/v1"


def create_app(library: Library, settings: Settings, *, demo: bool = False) -> FastAPI:
    """Return the service.

    Args:
        library: the rubric.
        settings: what the installation chose.
        demo: offer the demo organisation's circles on the drafting page.
    """
    app = FastAPI(
        title="okr-coach",
        version=coach.__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}/openapi.json",
        lifespan=_lifespan,
        middleware=[Middleware(SecurityHeaders), Middleware(LocalHosts), Middleware(CrossOriginProtection)],
    )
    organisation = read_okr_set((EXAMPLES / "demo.okr-set.json").read_bytes()) if demo else None
    critic = critic_of(settings)
    service = Service(library, settings, organisation, Opinions(critic) if critic else None)
    service.engine().reader  # noqa: B018 - compiled before the first request, not during it
    app.state.service = service
    install(app)
    app.include_router(reviews.router, prefix=API)
    app.include_router(rules.router, prefix=API)
    app.include_router(similarity.router, prefix=API)
    app.include_router(health.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=WEB / "static"), "static")
    describe(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Load the language model's client before the first request, and close its connections after the last."""
    opinions = app.state.service.opinions
    if opinions is not None:
        await opinions.critic.prepare()
    yield
    if opinions is not None:
        await opinions.close()
