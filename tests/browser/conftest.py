"""One server and one browser for each module; pages that complain when the console does."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from coach.http.app import create_app
from coach.rubric.library import Library
from coach.settings import Settings
from tests.browser.stage import chromium, chromium_path, served

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with served(create_app(library, Settings(), demo=True)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        message = "no Chromium here: install Debian's chromium, or name one in CHROMIUM"
        if os.environ.get("COACH_REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    with chromium(path) as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Open]:
    """Open pages by path; the test fails when one of them logs an error or raises one."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def opener(path: str = "/", *, script: bool = True, tolerant: bool = False, **options: Any) -> Page:
        context = browser.new_context(base_url=address, java_script_enabled=script, **{"locale": "fr-BE", **options})
        context.set_default_timeout(8_000)
        contexts.append(context)
        page = context.new_page()
        if not tolerant:
            page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield opener
    for context in contexts:
        context.close()
    assert not complaints
