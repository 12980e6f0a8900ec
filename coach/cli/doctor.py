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
        ("embedder", _embedder()),
        *model_rows(chosen, engine),
        ("database", _database()),
        ("vectors", _vectors()),
    ]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        typer.echo(f"{name:<{width}}  {value}")


def _embedder() -> str:
    from coach.review.relatives import wanted

    chosen = settings()
    similarity = wanted(chosen)
    if similarity is None:
        return "off: duplicates are not looked for (COACH_EMBEDDER=house looks for them)"
    layer = similarity.layer
    size = layer.run(lambda scorer: scorer.preparer.items(["portail"])[0].vector.shape[0])
    if layer.degraded is not None:
        return f"{chosen.embedder} cannot be used ({layer.degraded.reason}); the built-in one answers"
    return f"{chosen.embedder}, {size} dimensions{' (ships with okr-coach)' if chosen.embedder == 'house' else ''}"


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


def _vectors() -> str:
    from coach.storage.database import database_url
    from coach.storage.store import Store
    from coach.storage.vectors import without_pgvector

    chosen = settings()
    if chosen.vector_index == "memory":
        return "in the memory of each process (COACH_VECTOR_INDEX=auto makes use of pgvector)"
    store = Store(database_url(chosen.database_url, chosen.data_dir))
    try:
        reason = without_pgvector(store.engine)
    except CoachError as error:
        reason = str(error)
    finally:
        store.close()
    return f"in the memory of each process ({reason})" if reason else "in the database, with pgvector"
