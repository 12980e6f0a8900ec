"""`okr-coach demo-llm`: a scripted endpoint, so that the second opinion can be seen without an account."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from coach.errors import SettingsError


def demo_llm(
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes a free one.")] = 8911,
    scenarios: Annotated[bool, typer.Option("--scenarios", help="List the ways it can answer, and stop.")] = False,
) -> None:
    """Start a scripted endpoint on loopback: it answers like a language model and is none."""
    from coach.critique.scripted.scenarios import SCENARIOS
    from coach.critique.scripted.server import ScriptedEndpoint

    if scenarios:
        typer.echo("\n".join(SCENARIOS))
        return

    async def serve() -> None:
        server = await ScriptedEndpoint().serve(port=port)
        at = server.sockets[0].getsockname()[1]
        typer.echo(
            "A scripted demonstration: no language model, nothing leaves this machine. Ctrl+C stops it. To use it:"
        )
        typer.echo(
            f"  COACH_LLM_BASE_URL=http://127.0.0.1:{at}/v1 COACH_LLM_MODEL=good okr-coach review --critique FILE"
        )
        typer.echo("The name of the model chooses what happens (okr-coach demo-llm --scenarios lists the names).")
        async with server:
            await server.serve_forever()

    try:
        asyncio.run(serve())
    except KeyboardInterrupt:
        return
    except OSError as error:
        raise SettingsError(
            f"Cannot listen on port {port}: {error.strerror}.", hint="Another port: okr-coach demo-llm --port 8912."
        ) from None
