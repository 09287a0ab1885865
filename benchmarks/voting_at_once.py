"""`python -m benchmarks.voting_at_once --reviewers 50 --minutes 10`: many people vote at once; is every vote where it belongs?

Fills the empty PostgreSQL database that DATABASE_URL names with one review, starts two web processes and a worker, and lets
every reviewer read and vote over HTTP as the page does it, with a pause between votes. Afterwards it compares what was answered with
what is stored: votes lost or doubled, records with more votes than needed, statuses that are not the rebuilt ones.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from typing import Any

PORT = 8997
_RECORD = re.compile(r'name="record" value="(\d+)"')
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Reviewer:
    """One person's browser: what it sent, and what it was told."""

    pk: int
    cookie: str
    answered: list[int] = field(default_factory=list)
    refused: int = 0
    milliseconds: list[float] = field(default_factory=list)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 1 if anything was lost, doubled or wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.voting_at_once", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--reviewers", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument(
        "--pause", type=float, default=1.0, help="seconds from an answer to the next vote, on average"
    )
    parser.add_argument("--records", type=int, default=20_000)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="quorum-voting-") as folder:
        slug, people = _set_up(folder, options.reviewers, options.records)
        processes = _start()
        try:
            _wait()
            until = time.monotonic() + 60 * options.minutes
            threads = [
                threading.Thread(target=_vote, args=(person, slug, until, options.pause)) for person in people
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            for process in processes:
                process.wait(30)
        return _report(people)


def _set_up(folder: str, reviewers: int, records: int) -> tuple[str, list[Reviewer]]:
    os.environ["QUORUM_STATE_DIR"] = folder
    os.environ["QUORUM_SECRET_KEY"] = secrets.token_urlsafe(50)
    os.environ["QUORUM_ALLOWED_HOSTS"] = "127.0.0.1"
    os.environ["QUORUM_ORIGIN"] = f"http://127.0.0.1:{PORT}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from benchmarks.screening_size import a_large_review

    return a_large_review(records, reviewers)


def _start() -> list[subprocess.Popen[bytes]]:
    web = [sys.executable, "-m", "gunicorn", "config.wsgi", "--workers", "2", "--threads", "8"]
    web += ["--bind", f"127.0.0.1:{PORT}", "--no-control-socket", "--log-level", "warning"]
    worker = [
        sys.executable,
        "-m",
        "celery",
        "--app=config",
        "worker",
        "--concurrency=1",
        "--loglevel=WARNING",
    ]
    return [subprocess.Popen(web), subprocess.Popen(worker)]


def _wait() -> None:
    for _ in range(120):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
            connection.request("GET", "/accounts/login/")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("The server did not start.")


def _vote(person: Reviewer, slug: str, until: float, pause: float) -> None:
    """Read the page, vote on the first record, and go on with what the answers bring."""
    dice = random.Random(person.pk)  # noqa: S311 - it imitates a reader
    address = f"/reviews/{slug}/screening/title-abstract/"
    page = _ask("GET", address, "", {"Cookie": person.cookie})[1]
    token, hand = _TOKEN.findall(page)[0], list(dict.fromkeys(map(int, _RECORD.findall(page))))
    cookie = f"{person.cookie}; csrftoken={token}"
    while time.monotonic() < until and hand:
        time.sleep(dice.expovariate(1 / pause))
        record = hand.pop(0)
        sent = urllib.parse.urlencode(
            {
                "csrfmiddlewaretoken": token,
                "record": record,
                "verdict": dice.choice(["include", "exclude", "exclude", "exclude"]),
                "have": ",".join(map(str, hand)),
            }
        )
        headers = {
            "Cookie": cookie,
            "X-CSRFToken": token,
            "X-Quorum-Screen": "1",
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{PORT}",
        }
        started = time.perf_counter()
        status, answer = _ask("POST", address, sent, headers)
        person.milliseconds.append(1000 * (time.perf_counter() - started))
        if status == 200:
            person.answered.append(record)
            # An answer names the last votes too, with a button that takes them back.
            known = {*hand, *person.answered}
            hand += [pk for pk in dict.fromkeys(map(int, _RECORD.findall(answer))) if pk not in known]
        else:
            person.refused += 1


def _ask(method: str, address: str, body: str, headers: dict[str, str]) -> tuple[int, str]:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    try:
        connection.request(method, address, body, headers)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def _report(people: list[Reviewer]) -> int:
    from collections import Counter

    from reviews.models import Review
    from reviews.services import rebuilding
    from screening.models import Candidate, Vote

    review = Review.objects.get()
    answered = Counter((person.pk, record) for person in people for record in person.answered)
    stored = Counter(Vote.objects.filter(review=review).values_list("reviewer", "record"))
    # One record in several hands at its last slot: kept, and superfluous.
    surplus = sum(max(0, n - 2) for n in Counter(record for _, record in stored).values())
    before = dict(Candidate.objects.filter(review=review).values_list("pk", "status"))
    corrected = rebuilding.rebuild(review=review)
    after = dict(Candidate.objects.filter(review=review).values_list("pk", "status"))
    times = sorted(ms for person in people for ms in person.milliseconds)
    rows: list[tuple[str, Any]] = [
        ("reviewers", len(people)),
        ("votes answered", sum(answered.values())),
        ("votes refused", sum(person.refused for person in people)),
        ("answered but not stored (lost)", sum((answered - stored).values())),
        ("stored more often than answered (doubled)", sum((stored - answered).values())),
        ("votes beyond the two needed (wasted)", surplus),
        ("statuses that a rebuild changed", sum(before[pk] != after.get(pk) for pk in before)),
        ("records and numbers that a rebuild corrected", corrected),
        ("median ms", round(statistics.median(times)) if times else "–"),
        ("95th percentile ms", round(times[int(0.95 * len(times))]) if times else "–"),
    ]
    print("| what | number |\n|---|--:|")
    for name, value in rows:
        print(f"| {name} | {value} |")
    return int(any(value for name, value in rows[3:5] + rows[6:8]))


if __name__ == "__main__":
    sys.exit(main())
