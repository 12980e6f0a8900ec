"""`okr-coach cycle review`: everything in a cycle, circle by circle."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from coach.cli.common import language_option, reader_language, the_library, the_store
from coach.cli.db import the_organisation
from coach.domain.language import Language
from coach.domain.language import known as known_language
from coach.errors import InputError
from coach.settings import settings

if TYPE_CHECKING:
    from coach.review.jobs import Jobs
    from coach.review.kindred import Kindred
    from coach.storage.repositories.cycle_reviews import CycleReview
    from coach.storage.store import Store

cycle = typer.Typer(help="Review everything in a cycle.", no_args_is_help=True)
_LOOK_S = 0.1
_MOST_RULES = 8
_Organisation = Annotated[str | None, typer.Option(help="Its id; not needed where there is only one.")]


@cycle.command()
def review(
    name: Annotated[str, typer.Argument(metavar="CYCLE", help="Id of the cycle, such as 2027-C1.")],
    organisation: _Organisation = None,
    language: Annotated[
        str | None, typer.Option(help="Of the remarks. Default: yours, then the organisation's.")
    ] = None,
    profile: Annotated[str | None, typer.Option(help="Profile that judges.")] = None,
) -> None:
    """Review a cycle: only what changed since last time. Interrupted or killed, the same command goes on where it stopped."""
    from coach.review.jobs import Jobs
    from coach.review.kindred import Kindred

    store = the_store()
    owner = the_organisation(store, organisation)
    library = the_library()
    chosen = library.engine(profile or settings().profile).profile.name
    with store.read(owner) as unit:
        kept = unit.organisation.get()
        known = [entry.id for entry in unit.cycles.all()]
    if name not in known:
        raise InputError(f"There is no cycle {name!r}.", hint=f"Known: {', '.join(known) or 'none'}.")
    spoken = language_option(language, "--language") or reader_language() or (kept and kept.value.language) or "en"
    kindred = Kindred(store, settings())
    jobs = Jobs(store, library.engine, kindred=kindred)
    try:
        jobs.watch()  # a job whose process dies while it is followed goes on here
        job = _followed(jobs, owner, jobs.start(owner, name, profile=chosen, language=spoken))
    finally:
        jobs.close()
    _show(store, owner, job)
    if job.state == "done":
        _between(store, owner, kindred, name, known_language(spoken) or "en")
    raise typer.Exit(0 if job.state == "done" and not job.failed else 2)


@cycle.command()
def cancel(
    name: Annotated[str, typer.Argument(metavar="CYCLE", help="Id of the cycle.")], organisation: _Organisation = None
) -> None:
    """Stop the review of a cycle; what was reviewed stays."""
    store = the_store()
    owner = the_organisation(store, organisation)
    with store.write(owner) as unit:
        job = unit.cycle_reviews.last(name, finished=False)
        stopped = job is not None and unit.cycle_reviews.finish(job.id, "cancelled")
    typer.echo(f"{name}: {'stopped' if stopped else 'no review is under way'}")


def _followed(jobs: Jobs, organisation: str, job: CycleReview) -> CycleReview:
    live = sys.stderr.isatty()
    said = -1
    while job.under_way:
        if job.done != said and job.total:
            said = job.done
            print(f"{job.done} / {job.total}", end="\r" if live else "\n", file=sys.stderr, flush=True)
        time.sleep(_LOOK_S)
        job = jobs.get(organisation, job.id)
    return job


def _show(store: Store, organisation: str, job: CycleReview) -> None:
    if job.state != "done":
        print(f"{job.cycle}: {job.state}{f': {job.error}' if job.error else ''}", file=sys.stderr)
        return
    changed = job.done - job.reused
    typer.echo(f"{job.cycle}: {job.done} circles, {changed} of them changed since last time")
    if job.failed:
        typer.echo(f"{job.failed} could not be reviewed; the log says why")
    with store.read(organisation) as unit:
        parts = unit.cycle_reviews.parts(job.id)
        counts = unit.reviews.counts([part.review_id for part in parts])
    by_review = {part.review_id: part.circle for part in parts}
    circles: dict[str, dict[str, int]] = {}
    for review_id, code, count in counts:
        circles.setdefault(by_review[review_id], {})[code] = count
    width = max((len(circle) for circle in circles), default=0)
    for circle, found in sorted(circles.items(), key=lambda pair: (-sum(pair[1].values()), pair[0])):
        rules = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        shown = ", ".join(f"{code} {count}" for code, count in rules[:_MOST_RULES])
        typer.echo(f"{circle:<{width}}  {sum(found.values()):>4}  {shown}{', …' if len(rules) > _MOST_RULES else ''}")
    typer.echo("Where they stand: okr-coach serve, then /cycles")


def _between(store: Store, organisation: str, kindred: Kindred, name: str, language: Language) -> None:
    """Show who does the same or the opposite, and what carries the objectives of the organisation."""
    from coach.cli.duplicates import Page
    from coach.review.coverage import CLEAR

    with store.read(organisation) as unit:
        known = kindred.in_cycle(unit, name)
    if known is None:
        return
    typer.echo("")
    page = Page(known.okr_set, known.entries, known.found, language)
    page.show(related=False, degraded=None, hint=False)
    typer.echo("")
    for one in known.coverage:
        clear = sum(entry.strength >= CLEAR for entry in one.contributors)
        title = known.okr_set.objectives[int(one.pointer.rsplit("/", 1)[1])].title
        page.carried(title, len(one.contributors), clear)
