"""The application: middleware, API, pages, static files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

import coach
from coach.critique.switch import critic_of
from coach.domain.reading import read_okr_set
from coach.http.access import caller
from coach.http.api import health, reviews, rules, similarity
from coach.http.api.kept import add_kept, add_pages
from coach.http.api.openapi import describe
from coach.http.limits import RateLimit
from coach.http.opinions import Opinions
from coach.http.pages import routes as pages
from coach.http.problems import install
from coach.http.security import CrossOriginProtection, LocalHosts, SecurityHeaders
from coach.http.state import Service
from coach.resources import EXAMPLES, WEB
from coach.rubric.library import Library
from coach.settings import Settings

if TYPE_CHECKING:
    from coach.domain.okr_set import OkrSet
    from coach.storage.store import Store

API = "/api/v1"


def create_app(
    library: Library,
    settings: Settings,
    *,
    demo: bool = False,
    store: Store | None = None,
    keys_required: bool = False,
) -> FastAPI:
    """Return the service.

    Args:
        library: the rubric.
        settings: what the installation chose.
        demo: offer the demo organisation's circles on the drafting page, and keep it where there is a store.
        store: where organisations and reviews are kept; None: nothing is, and the API only reviews.
        keys_required: answer nobody without an API key, under any name of the machine.
    """
    app = FastAPI(
        title="okr-coach",
        version=coach.__version__,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        openapi_url=f"{API}/openapi.json",
        middleware=[
            Middleware(SecurityHeaders),
            *([] if keys_required else [Middleware(LocalHosts)]),
            Middleware(CrossOriginProtection),
            Middleware(RateLimit, limit=settings.rate_limit),
        ],
    )
    organisation = read_okr_set((EXAMPLES / "demo.okr-set.json").read_bytes()) if demo else None
    service = _service(library, settings, organisation, store, keys_required=keys_required)
    service.engine().reader  # noqa: B018 - compiled before the first request, not during it
    app.state.service = service
    install(app)
    app.include_router(reviews.router, prefix=API)
    if store is not None:
        add_kept(app, API)
        add_pages(app)
    app.include_router(rules.router, prefix=API)
    app.include_router(similarity.router, prefix=API)
    app.include_router(health.router)
    app.include_router(pages.router, dependencies=[Depends(caller)] if keys_required else [])
    app.mount("/static", StaticFiles(directory=WEB / "static"), "static")
    describe(app)
    return app


def _service(
    library: Library, settings: Settings, organisation: OkrSet | None, store: Store | None, *, keys_required: bool
) -> Service:
    critic = critic_of(settings)
    opinions = Opinions(critic) if critic else None
    if store is None:
        return Service(library, settings, organisation, opinions, keys_required=keys_required)
    from coach.review.jobs import Jobs
    from coach.review.kindred import Kindred
    from coach.review.rest import Rest
    from coach.review.saved import Reviewer
    from coach.storage.okr_sets import keep

    if organisation is not None and organisation.organisation is not None and organisation.organisation.id:
        with store.write(organisation.organisation.id) as unit:
            keep(unit, organisation)
    kindred = Kindred(store, settings)
    reviewer = Reviewer(store, kindred, asks=critic is not None)
    rest = Rest(store, library.engine, reviewer, lambda: critic_of(settings, critic.breaker if critic else None))
    return Service(
        library,
        settings,
        organisation,
        opinions,
        store,
        reviewer,
        Jobs(store, library.engine, [rest], kindred),
        rest,
        keys_required=keys_required,
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Take over jobs that a killed process left behind, load the language model's client; end both with the service."""
    service: Service = app.state.service
    if service.jobs is not None:
        service.jobs.watch()
    if service.opinions is not None:
        await service.opinions.critic.prepare()
    yield
    if service.opinions is not None:
        await service.opinions.close()
    if service.jobs is not None:
        await run_in_threadpool(service.jobs.close)
