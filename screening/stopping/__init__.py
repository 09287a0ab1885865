"""What was read and found in, what is known of the rest out.  Pure: no Django, no clock, no chance but a seed.

`Reading` is the order of reading with its finds; `buscar` tests whether recall may still be below a target, `course` follows
the test along the reading, `rules` holds the other rules, `recapture` estimates what two reviewers both missed.
"""

from __future__ import annotations

from screening.stopping import buscar, rules
from screening.stopping.course import Moment, course, first_met, moment, places, still_to_read
from screening.stopping.errors import BadReading
from screening.stopping.reading import Reading, share
from screening.stopping.recapture import Recaptured, recapture

__all__ = [
    "BadReading",
    "Moment",
    "Reading",
    "Recaptured",
    "buscar",
    "course",
    "first_met",
    "moment",
    "places",
    "recapture",
    "rules",
    "share",
    "still_to_read",
]
