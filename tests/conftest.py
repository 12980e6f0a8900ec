"""Fixtures every test may use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from coach.rubric.engine import Engine
from coach.rubric.library import Library
from coach.settings import settings

pytest_plugins = ["tests.stores"]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library(cache_dir=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def engine(library: Library) -> Engine:
    return library.engine("chicc")


@pytest.fixture(scope="session")
def classic(library: Library) -> Engine:
    return library.engine("classic")


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test depends on the machine's language or settings, or writes into the user's folders."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COACH_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("COACH_DATA_DIR", str(tmp_path_factory.getbasetemp() / "data"))
    settings.cache_clear()
    yield
    settings.cache_clear()
