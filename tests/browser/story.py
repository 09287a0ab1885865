"""The material of the journey: who, what is in the files, what each of them presses, and their windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

PATIENCE = 30_000  # milliseconds a page gets on a machine that has much else to do
PASSWORD = "neither long nor short"

SWIM, WALK, YOGA, MICE, NEWS, TALK = (
    f"Made-up report on {what}"
    for what in ("swimming", "walking", "yoga", "mice", "the news", "a conference talk")
)
TITLES = (SWIM, WALK, YOGA, MICE, NEWS, TALK)
#: Two files of one search; the report on walking is in both, with its title written in another way.
FILES = {"first.ris": (SWIM, WALK, MICE, TALK), "second.ris": (WALK.upper(), YOGA, NEWS)}

#: What each presses on a title. They differ about yoga only.
TITLE_KEYS = {
    "Ana": {SWIM: "i", WALK: "i", YOGA: "i", MICE: "e", NEWS: "1", TALK: "i"},
    "Ben": {SWIM: "i", WALK: "m", YOGA: "e", MICE: "2", NEWS: "e", TALK: "i"},
}
#: And on a full text; yoga cannot be found, and the talk is no trial.
TEXT_KEYS = {SWIM: "i", WALK: "i", TALK: "2"}

#: Events and people: exercise, then usual care.
NUMBERS = {SWIM: (6, 306, 29, 303), WALK: (3, 231, 11, 220)}


def a_ris_file(titles: tuple[str, ...]) -> str:
    """An export with these records."""
    return "".join(
        f"TY  - JOUR\nTI  - {title}\nAU  - Nobody, N{TITLES.index(title.capitalize())}\nPY  - 2020\n"
        f"DO  - 10.5555/{title.lower().replace(' ', '-')}\nAB  - This report does not exist: {title}.\nER  - \n\n"
        for title in titles
    )


@dataclass
class Story:
    """The two people's windows, and where the review is."""

    url: str
    ana: Page
    ben: Page
    folder: Path
    review: str = ""
    invitation: str = ""
    troubles: list[str] = field(default_factory=list)

    @property
    def people(self) -> Mapping[str, Page]:
        """Their windows by name."""
        return {"Ana": self.ana, "Ben": self.ben}

    def go(self, page: Page, section: str) -> None:
        """To a page of the left rail, as a person gets there."""
        page.goto(self.url + self.review)
        page.get_by_role("navigation", name="Stages of this review").get_by_role("link", name=section).click()
        page.wait_for_load_state()  # the keys work from then on
