"""The commands `okr-coach rules` and `okr-coach explain CODE`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from coach.cli.common import language_option, reader_language, the_library
from coach.errors import InputError
from coach.rubric.explain import RulePage, rule_page
from coach.settings import settings


def rules(
    language: Annotated[str | None, typer.Option(help="en, fr, nl or de.")] = None,
    profile: Annotated[str | None, typer.Option(help="Profile whose choices are shown.")] = None,
    output: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """List the catalogue of rules."""
    spoken = language_option(language, "--language") or reader_language() or "en"
    engine = the_library().engine(profile or settings().profile)
    pages = [rule_page(engine, code, spoken) for code in sorted(engine.source.rules)]
    if output == "json":
        typer.echo(json.dumps([page.summary() for page in pages], ensure_ascii=False, indent=2))
        return
    if output != "text":
        raise InputError(f"--format: there is no format {output!r}.", hint="Use text or json.")
    width = max(len(page.name) for page in pages)
    for page in pages:
        off = "" if page.speaks else f"  ({engine.profile.name}: –)"
        trial = f"  ({page.labels['preview']})" if page.status == "preview" else ""
        typer.echo(f"{page.code}  {page.name:<{width}}  {page.title}{trial}{off}")


def explain(
    code: Annotated[str, typer.Argument(help="A rule's code or name, such as K201.")],
    language: Annotated[str | None, typer.Option(help="en, fr, nl or de.")] = None,
    profile: Annotated[str | None, typer.Option(help="Profile whose choices are shown.")] = None,
) -> None:
    """Explain one rule: what it says, why it matters, what helps, with examples."""
    spoken = language_option(language, "--language") or reader_language() or "en"
    engine = the_library().engine(profile or settings().profile)
    _print(rule_page(engine, code, spoken))


def _print(page: RulePage) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    facts = [page.name, page.severity_label, *([page.labels["preview"]] if page.status == "preview" else [])]
    console.print(Text(f"{page.code} {page.title}", style="bold"), Text(f"({', '.join(facts)})", style="dim"))
    console.print()
    for heading, body in page.sections():
        console.print(Text(heading, style="bold"))
        for line in body:
            console.print(Padding(line, (0, 0, 0, 2)))
        console.print()
