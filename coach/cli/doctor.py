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
from coach.errors import CoachError
from coach.resources import RUBRICS, WEB
from coach.settings import settings


def doctor() -> None:
    """Say which profile, rubric, embedder, model and database are in use, and what is missing."""
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
        ("language model", "off: nothing leaves this machine"),
        ("database", _database()),
    ]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        typer.echo(f"{name:<{width}}  {value}")


def _database() -> str:
    from coach.storage import schema
    from coach.storage.database import database_url
    from coach.storage.migrations import HEAD
    from coach.storage.store import Store

    chosen = settings()
    store = Store(database_url(chosen.database_url, chosen.data_dir))
    shown = store.engine.url.render_as_string(hide_password=True)
    try:
        if store.file is not None and not store.file.exists():
            return f"{shown} (nothing is kept yet; okr-coach db load FILE keeps an organisation)"
        found = schema.revision(store.engine)
        kept = ", ".join(store.organisations()) if found == HEAD else "to bring it up to date: okr-coach db upgrade"
        return f"{shown} (version {found}; {kept or 'no organisation yet'})"
    except CoachError as error:
        return f"{shown}: {error}"
    finally:
        store.close()
