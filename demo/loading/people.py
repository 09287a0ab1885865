"""The people of the examples. They are invented, and so is everything they decided."""

from __future__ import annotations

from reviews.models import User

#: Everybody's password. The launcher loads the examples only where nobody but the laptop's owner can reach the server.
PASSWORD = "a quorum of two"  # noqa: S105 - it is printed for the newcomer
NAMES = {
    "ana": ("Ana", "leads both reviews"),
    "ben": ("Ben", "reviews"),
    "chi": ("Chi", "reviews"),
    "sol": ("Sol", "is the statistician"),
    "lib": ("Lib", "is the librarian"),
    "dov": ("Dov", "observes"),
}


def email(key: str) -> str:
    """The login of a person."""
    return f"{key}@example.org"


def make() -> dict[str, User]:
    """The accounts by key; those that exist already are left as they are."""
    known = {user.email: user for user in User.objects.filter(email__in=[email(key) for key in NAMES])}
    return {
        key: known.get(email(key)) or User.objects.create_user(email(key), PASSWORD, name=name)
        for key, (name, _) in NAMES.items()
    }


def logins() -> list[tuple[str, str]]:
    """E-mail and part of each of these people who has an account here."""
    present = set(User.objects.values_list("email", flat=True))
    return [(email(key), f"{name} {part}") for key, (name, part) in NAMES.items() if email(key) in present]
