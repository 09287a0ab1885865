"""Files to import, made from a seed: a large RIS file of invented records, and one good file spoilt in many ways."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

WORDS: Final = (
    "exercise intervention randomised outcome mortality patients controlled analysis therapy clinical quality "
    "of the in and with for after before between among care blood pressure heart failure adults children women "
    "risk trial cohort results significant months follow-up primary secondary baseline group placebo dose effect"
).split()
NAMES: Final = "Muster Esempio Ejemplo Exemple Beispiel Voorbeeld Esimerkki Pavyzdys Primer Eksempel".split()
# In the exports that we know, a quarter of the records has a letter that is not ASCII.
ACCENTED: Final = ("Przykład", "Örnek", "Příklad", "Näide")


def records(count: int, *, seed: int = 4) -> Iterator[str]:
    """RIS records of 33 lines and about 2.7 kB: the size of a Scopus or EBSCO export with abstracts.

    Sentences are drawn from a small stock, so that making a million records takes minutes, not hours.
    """
    chance = random.Random(seed)  # noqa: S311 (nothing secret)
    stock = [" ".join(chance.choices(WORDS, k=14)).capitalize() + "." for _ in range(2000)]
    titles = [" ".join(chance.choices(WORDS, k=12)).capitalize() for _ in range(2000)]
    for number in range(1, count + 1):
        names = chance.sample(NAMES, 6)
        if chance.random() < 0.25:
            names[-1] = chance.choice(ACCENTED)
        authors = [f"AU  - {name}, {chance.choice('ABCDEFGH')}. {chance.choice('JKLM')}." for name in names]
        start = chance.randint(1, 900)
        lines = [
            "TY  - JOUR",
            f"TI  - {chance.choice(titles)} {number}",
            *authors,
            f"T2  - Journal of Invented {chance.choice(WORDS).capitalize()} Research",
            f"J2  - J. Invent. {chance.choice(WORDS).capitalize()} Res.",
            f"PY  - {chance.randint(1990, 2025)}",
            f"DA  - {chance.randint(1990, 2025)}/0{chance.randint(1, 9)}/1{chance.randint(0, 9)}/",
            f"VL  - {chance.randint(1, 90)}",
            f"IS  - {chance.randint(1, 12)}",
            f"SP  - {start}",
            f"EP  - {start + 9}",
            f"DO  - 10.5555/made.up.{number}",
            f"SN  - 1234-{chance.randint(1000, 9999)}",
            f"AB  - {' '.join(chance.choices(stock, k=19))}",
            *(f"KW  - {word} {chance.choice(WORDS)}" for word in chance.sample(WORDS, 8)),
            f"AD  - Department of {chance.choice(WORDS)}, University of {chance.choice(NAMES)}, Nowhere",
            f"N1  - Cited By: {chance.randint(0, 300)}; Export Date: 12 May 2025",
            "LA  - English",
            f"UR  - https://example.org/inward/record.uri?eid=2-s2.0-{80_000_000_000 + number}&partnerID=40",
            "DB  - Scopus",
            "ER  - ",
        ]
        yield "\n".join(lines) + "\n\n"


def write_records(path: Path, count: int, *, seed: int = 4) -> None:
    """Write `count` records; 100 000 of them are about 276 MB."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        for record in records(count, seed=seed):
            stream.write(record)
