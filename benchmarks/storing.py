"""`python -m benchmarks.storing FILE…`: import files into an empty installation, and say what that cost.

Each file is uploaded and read by its job, as a worker would do it, into a new SQLite database in a temporary folder (or into the empty
PostgreSQL database that DATABASE_URL names). Prints one line of JSON for each file: records, CPU seconds of the reading and of
the duplicates, peak memory in megabytes so far.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.storing", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--only-store", action="store_true", help="stop before the duplicates")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="quorum-storing-") as folder:
        _set_up(folder)
        for row in _import(options.files, only_store=options.only_store):
            sys.stdout.write(json.dumps(row) + "\n")
            sys.stdout.flush()
    return 0


def _set_up(folder: str) -> None:
    os.environ["QUORUM_STATE_DIR"] = folder
    os.environ.setdefault("QUORUM_SECRET_KEY", "only for a benchmark")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _import(files: list[Path], *, only_store: bool) -> Any:
    from django.core.files import File

    from config import celery_app
    from reviews.models import Search, User
    from reviews.services import creation, imports, jobs, reading

    celery_app.conf.broker_url = "memory://"
    person = User.objects.create_user("bench@example.org", "a long password", name="Bench")
    review = creation.create(title="Benchmark", by=person)
    search = Search.objects.create(review=review, source="Scopus", created_by=person)
    for path in files:
        with path.open("rb") as stream:
            origin = imports.receive(search=search, file=File(stream), name=path.name, again=True, by=person)
        assert origin.job
        lease = jobs.claim(origin.job.pk)
        assert lease
        before = time.process_time()
        reading.read_file(lease, import_id=origin.pk)
        read = time.process_time()
        if not only_store:
            reading.read_import(lease, import_id=origin.pk)
        origin.refresh_from_db()
        yield {
            "file": path.name,
            "records": origin.made,
            "cpu_read_and_stored": round(read - before, 2),
            "cpu_duplicates": None if only_store else round(time.process_time() - read, 2),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }


if __name__ == "__main__":
    sys.exit(main())
