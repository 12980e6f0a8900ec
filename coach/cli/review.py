"""The command `okr-coach review FILE…`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from coach.cli.common import fail, language_option, read_set, reader_language, the_library
from coach.domain.review import REVIEW, SEVERITIES, Review
from coach.errors import InputError
from coach.settings import settings

if TYPE_CHECKING:
    from coach.cli.opinion import Asking

_QUIET_SECONDS = 1.0


def review(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="okr-set files (JSON); - reads standard input.")],
    profile: Annotated[str | None, typer.Option(help="Profile that judges: chicc, classic, or a file.")] = None,
    language: Annotated[str | None, typer.Option(help="Your language: en, fr, nl, de. Default: the draft's.")] = None,
    input_language: Annotated[str | None, typer.Option(help="The draft's language. Default: detected.")] = None,
    output: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    fail_on: Annotated[
        str | None, typer.Option(help="Exit 1 when an open remark is at least this grave: blocker, major, minor, hint.")
    ] = None,
    critique: Annotated[
        bool, typer.Option("--critique", help="Ask the configured language model for a second opinion.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--all", help="Show the folded remarks too, with the reasons.")] = False,
) -> None:
    """Review OKR sets: what each line is, which words say so, and what to ask yourself."""
    from coach.review.draft import review_set
    from coach.review.relatives import wanted

    _check(output, fail_on)
    spoken = language_option(language, "--language") or reader_language()
    written = language_option(input_language, "--input-language")
    engine = the_library().engine(profile or settings().profile)
    similarity = wanted(settings())
    reviews: list[Review] = []
    critic = _critic() if critique else None
    code = 0
    for path in files:
        try:
            okr_set = read_set(path)
        except InputError as error:
            code = fail(error, path)
            continue
        found = review_set(
            okr_set, engine, language=spoken, input_language=written, progress=_progress(), similarity=similarity
        )
        reviews.append(found)
        if output == "text":
            from coach.cli.show import show_review

            show_review(okr_set, found, engine, heading=path if len(files) > 1 else None, everything=verbose)
        if critic is not None:
            reviews[-1] = critic.opinion(okr_set, found, engine, shown=output == "text")
    if critic is not None:
        critic.close()
    if output == "json":
        sys.stdout.write(_as_json(reviews, several=len(files) > 1) + "\n")
    if code == 0 and fail_on is not None:
        grave = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
        code = int(any(f.state == "open" and f.severity in grave for found in reviews for f in found.findings))
    raise typer.Exit(code)


def _check(output: str, fail_on: str | None) -> None:
    if output not in ("text", "json"):
        raise InputError(f"--format: there is no format {output!r}.", hint="Use text or json.")
    if fail_on is not None and fail_on not in SEVERITIES:
        raise InputError(f"--fail-on: there is no severity {fail_on!r}.", hint=f"Use {', '.join(SEVERITIES)}.")


def _critic() -> Asking:
    from coach.cli.opinion import Asking

    return Asking()


def _as_json(reviews: list[Review], *, several: bool) -> str:
    documents = [json.loads(REVIEW.dump_json(found)) for found in reviews]
    if not several and documents:
        return json.dumps(documents[0], ensure_ascii=False, indent=2)
    return json.dumps(documents, ensure_ascii=False, indent=2)


def _progress() -> Callable[[int, int], None]:
    """Say on standard error how far a long review is; nothing for a short one."""
    begun = last = time.monotonic()
    live = sys.stderr.isatty()
    spoke = False

    def say(done: int, total: int) -> None:
        nonlocal last, spoke
        now = time.monotonic()
        if now - begun < _QUIET_SECONDS or (now - last < (0.1 if live else 2.0) and done < total):
            return
        last = now
        if done < total or spoke:
            end = "\r" if live and done < total else "\n"
            print(f"{done:,} / {total:,}", end=end, file=sys.stderr, flush=True)
        spoke = True

    return say
