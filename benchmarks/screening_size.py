"""`python -m benchmarks.screening_size --records N`: how long the pages of a large review take, in milliseconds.

Fills the empty database that DATABASE_URL names (a scratch SQLite file without it) with one review of N records, some of them
voted on, then asks for each page several times through Django's whole stack, in this process, and prints a table of
medians and 95th percentiles. With `--ask-only` it asks a database that it has filled before.
"""
# ruff: noqa: S608, SLF001 - its statements are its own, and it copies rows by Django's list of columns

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

#: Rows written one by one; the rest are copies of them, made by the database.
TEMPLATES = 1000
TEAM = ("Ana", "Ben", "Chi")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.screening_size", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=20, help="how often each page is asked for")
    parser.add_argument("--ask-only", action="store_true", help="the database is filled already")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="quorum-size-") as folder:
        _set_up(folder)
        if not options.ask_only:
            started = time.perf_counter()
            _votes(_fill(options.records))
            print(f"Filled in {time.perf_counter() - started:.0f} s.")
        _ask(options.times)
    return 0


def _set_up(folder: str) -> None:
    os.environ.setdefault("QUORUM_STATE_DIR", folder)
    os.environ.setdefault("QUORUM_SECRET_KEY", "only for a benchmark")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("CELERY_BROKER_URL", "memory://")
    import django
    from django.core.management import call_command

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    call_command("migrate", verbosity=0)


def a_large_review(records: int, reviewers: int) -> tuple[str, list[Any]]:
    """Fill the database with one review; its address, and a signed-in browser for each of so many reviewers."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from benchmarks.voting_at_once import Reviewer
    from reviews.models import Role, User

    review = _fill(records)
    people = []
    for number in range(reviewers):
        user = User.objects.create_user(email=f"reviewer{number}@example.org", name=f"Reviewer {number}")
        review.memberships.create(user=user, role=Role.REVIEWER)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        people.append(Reviewer(user.pk, f"{settings.SESSION_COOKIE_NAME}={session.session_key}"))
    return review.slug, people


def _fill(records: int) -> Any:
    """A review with so many open candidates."""
    from django.db import connection

    from reviews.models import Import, Record, Role, Search, User
    from reviews.services import creation

    people = [User.objects.create_user(email=f"{name.lower()}@example.org", name=name) for name in TEAM]
    review = creation.create(title="A large review", by=people[0])
    for person in people[1:]:
        review.memberships.create(user=person, role=Role.REVIEWER)
    search = Search.objects.create(review=review, source="MEDLINE", created_by=people[0])
    origin = Import.objects.create(
        search=search,
        name="large.ris",
        size=1,
        sha256="0" * 64,
        format="ris",
        encoding="utf-8",
        created_by=people[0],
    )
    abstract = "Background. " + "Muscle strength and survival were compared in randomised patients. " * 20
    Record.objects.bulk_create(
        Record(
            review=review, search=search, origin=origin, position=n + 1, line=1, offset=0, length=1,
            kind="JOUR", title=f"Exercise for people with condition {n}", abstract=abstract,
            authors=["Braga, A.", "Cui, F."], year=1980 + n % 45, journal="Journal of Trials", volume=str(n % 60),
        )
        for n in range(TEMPLATES)
    )  # fmt: skip
    _multiply(
        connection, Record, records // TEMPLATES - 1, {"position": f"position + {TEMPLATES} * (copy + 1)"}
    )
    _candidates(connection, review)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return review


def _multiply(connection: Any, model: Any, copies: int, changed: dict[str, str]) -> None:
    """Copy the rows of a table so many times, by the database itself."""
    if copies < 1:
        return
    names = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    quoted = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changed.get(name, f'"{name}"') for name in names)
    table = model._meta.db_table
    series = f"generate_series(0, {copies - 1}) AS numbers(copy)"
    head = ""
    if connection.vendor != "postgresql":
        counted = f"SELECT 0 UNION ALL SELECT copy + 1 FROM numbers WHERE copy < {copies - 1}"
        head, series = f"WITH RECURSIVE numbers(copy) AS ({counted}) ", "numbers"
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{table}" ({quoted}) {head}SELECT {values} FROM "{table}", {series}')


def _candidates(connection: Any, review: Any) -> None:
    """A candidate for each record, all of them open: one made by its writer, the others copies of it."""
    from screening.models import Candidate
    from screening.services import standing

    first = review.records.order_by("pk").values_list("pk", flat=True)[0]
    standing.records_changed(review=review, record_ids=[first])
    model = Candidate.objects.get(record=first)
    names = [field.column for field in Candidate._meta.concrete_fields if not field.primary_key]
    quoted = ", ".join(f'"{name}"' for name in names)
    values = ", ".join("r.id" if name == "record_id" else f'c."{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO screening_candidate ({quoted}) SELECT {values} FROM screening_candidate c, reviews_record r "
            f"WHERE c.id = {model.pk} AND r.id <> {first}"
        )


def _votes(review: Any) -> None:
    """Ben and Chi have read a part of it, through the verbs, so that every number that is kept is right."""
    from reviews.models import User
    from screening.models import Candidate, Verdict
    from screening.services import votes

    ben, chi = (User.objects.get(email=f"{name}@example.org") for name in ("ben", "chi"))
    for number, candidate in enumerate(Candidate.objects.filter(review=review).order_by("pk")[:600]):
        votes.cast(candidate=candidate, verdict=Verdict.EXCLUDE if number % 4 else Verdict.INCLUDE, by=ben)
        if number % 2:
            votes.cast(
                candidate=candidate, verdict=Verdict.EXCLUDE if number % 5 else Verdict.INCLUDE, by=chi
            )


def _ask(times: int) -> None:
    from django.test import Client

    from reviews.models import Review, User

    review = Review.objects.get()
    client = Client()
    client.force_login(User.objects.get(email="ana@example.org"))
    print("\n| page | median ms | 95th percentile ms | queries |\n|---|--:|--:|--:|")
    for name, ask in _pages(client, review):
        ask()
        taken = sorted(_timed(ask) for _ in range(times))
        median, high = statistics.median(taken), taken[min(len(taken) - 1, int(0.95 * len(taken)))]
        print(f"| {name} | {median:.0f} | {high:.0f} | {_queries(ask)} |")
        sys.stdout.flush()


def _pages(client: Any, review: Any) -> Iterator[tuple[str, Callable[[], Any]]]:
    from django.urls import reverse

    def get(name: str, *more: object, query: str = "") -> Callable[[], Any]:
        address = reverse(name, args=[review.slug, *more]) + query

        def ask() -> Any:
            response = client.get(address)
            assert response.status_code == 200, (address, response.status_code)
            return response

        return ask

    stage = "title-abstract"
    yield "read the next record", get("screening:screen", stage)
    yield "vote, and get the next", _voting(client, review)
    yield "all records", get("screening:candidates", stage)
    yield "all records, page 5 000", get("screening:candidates", stage, query="?page=5000")
    yield "all records, excluded ones", get("screening:candidates", stage, query="?status=excluded")
    yield "progress", get("screening:progress", stage)
    yield "conflicts", get("screening:conflicts")
    yield "full texts", get("screening:reports")
    yield "records of the review", get("reviews:records")
    yield "duplicates", get("reviews:duplicates")
    yield "searches", get("reviews:searches")
    yield "flow diagram", get("synthesis:prisma")


def _voting(client: Any, review: Any) -> Callable[[], Any]:
    """Post a vote as the page does in the background."""
    from django.urls import reverse

    from screening.models import Candidate

    address = reverse("screening:screen", args=[review.slug, "title-abstract"])
    records = iter(
        Candidate.objects.filter(review=review, status="open")
        .order_by("-pk")
        .values_list("record", flat=True)[:500]
    )

    def ask() -> Any:
        data = {"record": next(records), "verdict": "exclude"}
        response = client.post(address, data, headers={"X-Quorum-Screen": "1"})
        assert response.status_code == 200, response.content[:300]
        return response

    return ask


def _timed(ask: Callable[[], Any]) -> float:
    started = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - started)


def _queries(ask: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        ask()
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
