"""Every page of the app, with everything in it and with nothing: readable by all, on a desk and on a phone, day and night."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import axe_playwright_python
import pytest
from django.urls import resolve
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, StorageState

from demo.loading import PASSWORD
from demo.loading.people import email
from tests.browser.addresses import Address
from tests.browser.conftest import DESK, PHONE, Installation
from tests.launcher.test_up import ROOT, environment
from tests.pages.rows import all_rows

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("axe")]

AXE = (ROOT / axe_playwright_python.__path__[0] / "axe.min.js").read_text(encoding="utf-8")
RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
#: The only rule whose answer the colours of the night can change.
COLOURS = {"type": "rule", "values": ["color-contrast"]}

#: They fade, and what is inside begins when what is around has ended.
UNTIL_COLOURS_ARE_STILL = """async () => {
  for (let still = 0; still < 3; still += 1) {
    const fading = document.getAnimations().filter(each => each instanceof CSSTransition);
    if (fading.length) still = 0;
    fading.forEach(each => each.finish());
    await new Promise(requestAnimationFrame);
  }
}"""

#: Routes that answer with a file, not with a page.
FILES = {
    "extraction:agreement_csv",
    "mfa_download_recovery_codes",
    "extraction:form_answers",
    "extraction:form_codebook",
    "extraction:published_csv",
    "reviews:import_file",
    "reviews:import_problems_csv",
    "reviews:records_csv",
    "reviews:records_export",
    "reviews:duplicate_links_csv",
    "screening:document",
    "screening:find_words",
    "screening:loose_pdf",
    "screening:page_image",
    "screening:page_words",
    "synthesis:bias_download",
    "synthesis:bundle_download",
    "synthesis:certainty_download",
    "synthesis:checklist_download",
    "synthesis:figure",
    "synthesis:manuscript",
    "synthesis:prisma_download",
    "synthesis:run_data",
    "synthesis:table_download",
}
#: Routes without a page to look at: they are for somebody who signs in with a second factor.
NEVER_FOUND = {row.name for row in all_rows() if not row.found}
PAGES = sorted({row.name for row in all_rows() if row.method == "get"} - FILES - NEVER_FOUND)
OTHERS = ["no such page", "not yours"]


@dataclass
class Windows:
    """One desk and one phone for each person, and what the pages in them complained about."""

    browser: Browser
    url: str
    pages: dict[tuple[str, bool], Page] = field(default_factory=dict)
    signed_in: dict[str, StorageState | None] = field(default_factory=lambda: {"": None})
    complaints: list[str] = field(default_factory=list)

    def of(self, who: str, *, phone: bool) -> Page:
        """The window of a person, who signs in by the form when first needed."""
        if who not in self.signed_in:
            self.signed_in[who] = self.sign_in(who)
        if (who, phone) not in self.pages:
            page = self.context(phone=phone, storage_state=self.signed_in[who]).new_page()
            page.on("console", self.hear)
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            self.pages[who, phone] = page
        return self.pages[who, phone]

    def context(self, *, phone: bool, storage_state: StorageState | None = None) -> BrowserContext:
        context = self.browser.new_context(
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
            has_touch=phone,
            is_mobile=phone,
            reduced_motion="reduce",
            storage_state=storage_state,
        )
        context.add_init_script(AXE)
        return context

    def sign_in(self, who: str) -> StorageState:
        """Through the form, as anybody."""
        context = self.context(phone=False)
        page = context.new_page()
        page.goto(f"{self.url}/accounts/login/")
        page.get_by_label("Email").fill(email(who))
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Your reviews").wait_for()
        state = context.storage_state()
        context.close()
        return state

    def problems(self, address: Address, *, phone: bool) -> list[str]:
        """What is wrong with a page, by day and by night."""
        page = self.of(address.who, phone=phone)
        self.complaints.clear()
        page.emulate_media(color_scheme="light")
        answer = page.goto(self.url + address.path)
        assert answer
        found = [] if answer.status == address.status else [f"answers {answer.status}"]
        found += badly_made(page)
        found += violations(page, RULES)
        page.emulate_media(color_scheme="dark")
        page.evaluate(UNTIL_COLOURS_ARE_STILL)
        found += [f"by night: {said}" for said in violations(page, COLOURS)]
        # Chromium complains of every answer that says no, whether that was to be expected or not.
        expected = f"with a status of {address.status}"
        return found + [words for words in self.complaints if address.status < 400 or expected not in words]

    def hear(self, message: ConsoleMessage) -> None:
        """Chromium says there what it had to block, too."""
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


@pytest.fixture(scope="module")
def addresses(installation: Installation) -> dict[str, list[Address]]:
    """The pages of the examples by the name of their route."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.addresses"],
        cwd=ROOT,
        env={**environment(installation.state, 0), "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[Address]] = defaultdict(list)
    for row in json.loads(done.stdout):
        address = Address(**row)
        found[address.name].append(address)
    return found


@pytest.fixture(scope="module")
def windows(chromium: Browser, installation: Installation) -> Iterator[Windows]:
    """All windows, closed at the end."""
    opened = Windows(chromium, installation.url)
    yield opened
    for page in opened.pages.values():
        page.context.close()


@pytest.mark.parametrize("name", [*PAGES, *OTHERS])
def test_a_page_can_be_read_by_everybody(
    name: str, addresses: dict[str, list[Address]], windows: Windows
) -> None:
    assert addresses[name], (
        f"Say in tests/browser/addresses.py where {name} is to be seen, or that it is a file."
    )
    wrong = [
        f"{look(address, phone)}: {problem}"
        for address in addresses[name]
        for phone in ([False, True] if address.on_desk else [True])
        for problem in windows.problems(address, phone=phone)
    ]
    assert wrong == []


def look(address: Address, phone: bool) -> str:
    """Where to look for oneself."""
    return f"{address.path}, as {address.who or 'a stranger'}, on a {'phone' if phone else 'desk'}"


def badly_made(page: Page) -> list[str]:
    """What is wrong with its size, heading and title."""
    found = []
    assert page.viewport_size
    width = page.evaluate("document.documentElement.scrollWidth")  # innerWidth grows with it on a phone
    if width > page.viewport_size["width"]:
        found.append(f"is {width} px wide")
    if page.locator("h1").count() != 1:
        found.append(f"has {page.locator('h1').count()} h1")
    if not page.title().partition("·")[0].strip():
        found.append("has no title")
    return found


def violations(page: Page, rules: Mapping[str, object]) -> list[str]:
    """What axe says, with the elements it means."""
    said: list[str] = page.evaluate(
        """async rules => {
          const {violations} = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
          return violations.map(({id, nodes}) => `${id}: ${nodes.slice(0, 4).map(node => node.html.slice(0, 200))}`);
        }""",
        rules,
    )
    return said


def test_what_is_wrong_would_be_found(windows: Windows) -> None:
    page = windows.of("", phone=True)
    windows.complaints.clear()
    page.goto(f"{windows.url}/accounts/login/")
    page.evaluate(
        """() => {
          document.querySelector("main").innerHTML = `<h1>One</h1><h1 class="wide">Two</h1><input onclick="vote()">`;
          document.querySelector(".wide").style.inlineSize = "800px";
          document.title = "";
        }"""
    )
    assert badly_made(page) == ["is 800 px wide", "has 2 h1", "has no title"]
    assert {said.partition(":")[0] for said in violations(page, RULES)} >= {"label", "document-title"}
    assert any("Content Security Policy" in words for words in windows.complaints)


def test_files_are_files_and_pages_are_pages(addresses: dict[str, list[Address]]) -> None:
    assert FILES & set(addresses) == set()
    for name, rows in addresses.items():
        for address in rows:
            assert name in OTHERS or resolve(address.path.partition("?")[0]).view_name == name
