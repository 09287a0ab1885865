"""Made-up RIS records (no such articles exist) in the shapes real databases write, and ways to read them."""

from __future__ import annotations

import io

from reviews.formats import Problem, Reference, read

GOOD = """TY  - JOUR
AU  - Example, Ana
AU  - Muster, Béla
TI  - A made-up trial of walking
T2  - Journal of Invented Results
PY  - 2019
VL  - 12
IS  - 3
SP  - 288
EP  - 297
DO  - 10.5555/made.up.1
AB  - Background: nothing happened.
Results: it happened again in the
UK  - based group.
KW  - walking
KW  - examples
ER  -

TY  - JOUR
A1  - Ejemplo, Carla
T1  - Segundo título inventado: ensayo
JF  - Revista Imaginaria
Y1  - 2020/05/01/
N2  - TYPES of nothing are compared.
M3  - doi: 10.5555/made.up.2
ER  -

TY  - CONF
AU  - 张三
TI  - 虚构的标题
JO  - 虚构杂志
PY  - 2021
ER  -
""".replace("ER  -", "ER  - ")


def references(raw: bytes) -> list[Reference]:
    """The references of a file."""
    return [found for found in read(io.BytesIO(raw)) if isinstance(found, Reference)]


def problems(raw: bytes) -> list[Problem]:
    """What is odd about a file."""
    return [found for found in read(io.BytesIO(raw)) if isinstance(found, Problem)]


def codes(raw: bytes) -> list[str]:
    """The kinds of problems of a file, in their order."""
    return [found.code for found in problems(raw)]


def ris(*lines: str) -> bytes:
    """One RIS record from its lines between TY and ER."""
    return "\n".join(["TY  - JOUR", *lines, "ER  - ", ""]).encode()
