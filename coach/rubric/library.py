"""The rubric as the other layers use it: files found, read once, compiled per profile."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import platformdirs

from coach.resources import RUBRICS
from coach.rubric.cache import load_source
from coach.rubric.engine import Engine
from coach.rubric.profile import Profile
from coach.rubric.profile_files import Layer, at_its_place, faults, resolve
from coach.rubric.source import Folders, RubricSource, read_profile
from coach.rubric.text_model import load_models


class Library:
    """The built-in rubric with an organisation's own above it.

    Args:
        own: folder of an organisation's own rules, lexicons and profiles, or None. One with everything in it (it has a
            `rubric.yaml`) is a rubric of its own, and stands alone.
        cache_dir: where the compiled rubric is kept; None: the user's cache folder.
        text_model: let the fitted text model take part.

    Raises:
        RubricError: a file has a fault; the message names file and line.
    """

    def __init__(self, own: Path | None = None, cache_dir: Path | None = None, *, text_model: bool = True) -> None:
        base = own if own and (own / "rubric.yaml").is_file() else RUBRICS
        self._folders = Folders((base, own) if own and own != base else (base,))
        cache = cache_dir or Path(platformdirs.user_cache_dir("okr-coach", appauthor=False))
        self.source: RubricSource = load_source(self._folders, cache)
        lexemes = list(self.source.space().lexemes)
        self._models = load_models(base / "models" / "text.json", lexemes) if text_model else {}
        self._engines: dict[str, Engine] = {}

    @property
    def version(self) -> str:
        """Version of the rubric: its number and a digest of all its files."""
        return self.source.version

    def profile(self, name: str) -> Profile:
        """Return a profile by name or path; NotFoundError when there is none."""
        return self._resolved(name)[0]

    def profiles(self) -> Mapping[str, Profile]:
        """Return all profiles by name."""
        return {name: self.profile(name) for name in self.source.profiles}

    def engine(self, profile: str) -> Engine:
        """Return the engine of a profile, compiled at its first use."""
        if profile not in self._engines:
            resolved, layers = self._resolved(profile)
            for fault in faults(resolved, self.source.rules, self.source.terms):
                raise at_its_place(fault, resolved.name, layers)
            self._engines[profile] = Engine(self.source, resolved, self._models)
        return self._engines[profile]

    def _resolved(self, name: str) -> tuple[Profile, list[Layer]]:
        return resolve(name, lambda wanted: read_profile(self.source, self._folders, wanted))


@lru_cache(maxsize=4)
def library(own: Path | None = None, cache_dir: Path | None = None, *, text_model: bool = True) -> Library:
    """Return the library of this process, read at its first use."""
    return Library(own, cache_dir, text_model=text_model)
