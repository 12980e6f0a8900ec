"""`okr-coach doctor`: what is in use, what is missing, and the command that mends it."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import platformdirs
import typer

import coach
from coach.cli.common import the_library
from coach.domain.language import LANGUAGES
from coach.resources import RUBRICS, WEB
from coach.settings import settings


def doctor() -> None:
    """Say which profile, rubric, embedder, model and database are in use, and what is missing."""
    from coach.cli.doctor_llm import model_rows

    chosen = settings()
    library = the_library()
    engine = library.engine(chosen.profile)
    cache = chosen.cache_dir or Path(platformdirs.user_cache_dir("okr-coach", appauthor=False))
    words = {language: len(library.source.languages[language]["single"]) for language in LANGUAGES}
    preview = sum(rule.status == "preview" for rule in engine.rules.values())
    rows = [
        ("okr-coach", f"{coach.__version__}, Python {platform.python_version()} ({sys.executable})"),
        ("rubric", f"{library.version}: {len(engine.rules)} rules speak, {preview} of them on trial"),
        ("own rubrics", str(chosen.rubrics) if chosen.rubrics else "none (COACH_RUBRICS names a folder)"),
        ("profile", f"{engine.profile.name} (available: {', '.join(sorted(library.profiles()))})"),
        ("words", ", ".join(f"{language} {count:,}" for language, count in words.items())),
        (
            "compiled rubric",
            f"{cache} ({'kept' if any(cache.glob('rubric-*.json')) else 'cannot be written: every start reads the YAML'})",
        ),
        ("pages", str(WEB) if (WEB / "templates").is_dir() else f"missing below {WEB}: reinstall okr-coach"),
        ("rubric files", str(RUBRICS)),
        ("embedder", "none yet: duplicates are not looked for"),
        *model_rows(chosen, engine),
        ("database", "none yet: nothing is kept between two reviews"),
    ]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        typer.echo(f"{name:<{width}}  {value}")
