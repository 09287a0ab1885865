"""A real server and Debian's Chromium: `live.open(person, path)` is a page of somebody who is signed in."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright
from pytest_django.live_server_helper import LiveServer

from reviews.models import User
from tests.house.lanes import BROWSERS
from tests.launcher.test_up import serving

# Playwright runs an event loop in this thread; our database work here is plain and synchronous all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Server and test are two threads: with SQLite they need a file, as in production, not one shared connection."""
    database = settings.DATABASES["default"]
    if any(item.get_closest_marker("browser") for item in items) and "sqlite" in database["ENGINE"]:
        folder = tempfile.mkdtemp(prefix="quorum-browser-")
        database.setdefault("TEST", {})["NAME"] = str(Path(folder) / "test.sqlite3")


@dataclass
class Live:
    """The server, and the browser windows of the people in the test."""

    url: str
    browser: Browser
    troubles: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self, person: User | None, path: str, *, phone: bool = False, dark: bool = False, script: bool = True
    ) -> Page:
        """A new window at `path`. What goes wrong in it (script errors, blocked content, 5xx) fails the test."""
        context = self.browser.new_context(
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
            has_touch=phone,
            is_mobile=phone,
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        self.contexts.append(context)
        if person is not None:
            client = Client()
            client.force_login(person)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._on_console)
        page.on("response", self._on_response)
        page.goto(self.url + path)
        return page

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.troubles.append(message.text)

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self.troubles.append(f"{response.status} {response.url}")

    def complaints(self) -> list[str]:
        """What went wrong, but for what the test said to expect."""
        return [trouble for trouble in self.troubles if not any(words in trouble for words in self.expected)]


@dataclass(frozen=True, slots=True)
class Installation:
    """What `./quorum up` has started."""

    url: str
    state: Path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    named = os.environ.get("CHROMIUM")
    path = next((p for p in ([named] if named else BROWSERS) if Path(p).is_file()), None)
    if path is None:
        pytest.skip("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def live(live_server: LiveServer, chromium: Browser) -> Iterator[Live]:
    """The running server; closed windows and no complaint at the end."""
    live = Live(live_server.url, chromium)
    yield live
    for context in live.contexts:
        context.close()
    assert live.complaints() == []


def accessible(page: Page) -> None:
    """axe finds nothing wrong (WCAG 2.2 A and AA), and nothing sticks out sideways."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}}).response["violations"]
    said = [f"{v['id']}: {[node['html'][:160] for node in v['nodes'][:3]]}" for v in found]
    assert said == [], page.url
    # Not innerWidth: a phone zooms out until all fits.
    assert page.viewport_size
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"{page.url} is {width} px wide"


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """`./quorum up` on a state folder of its own: web server, worker and the example reviews."""
    state = tmp_path_factory.mktemp("installation") / "var"
    with serving(state) as started:
        yield Installation(started.address, state)
