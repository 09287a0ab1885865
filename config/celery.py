"""The Celery application; every worker also runs the reaper, which is the only source of retries."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import worker_ready, worker_shutting_down

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("quorum")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def make_broker_folders(sender: Celery, **_: Any) -> None:
    """The file broker does not make its own folders."""
    options = sender.conf.broker_transport_options or {}
    for name in ("data_folder_in", "data_folder_out", "control_folder"):
        if name in options:
            Path(options[name]).mkdir(parents=True, exist_ok=True)


_reaping: Any = None


@worker_ready.connect
def start_reaper(sender: Any, **_: Any) -> None:
    """Publish orphaned jobs again, now and regularly, from a timer inside the worker.

    A worker is ready anew whenever it has found its broker again; the timer of before, if it survived, then ends.
    """
    global _reaping
    from django.conf import settings

    if _reaping is not None:
        _reaping.cancel()
    _reap()
    _reaping = sender.timer.call_repeatedly(settings.JOB_LEASE_SECONDS / 3, _reap)


def _reap() -> None:
    """One round, on a connection of its own: a process forked later must not inherit an open one."""
    from django.db import connections

    from reviews.services import reaper

    try:
        reaper.reap()
    finally:
        connections.close_all()


@worker_shutting_down.connect
def let_jobs_go(**_: Any) -> None:
    """Tell running jobs to stop at their next beat and go back to the queue."""
    from reviews.services import jobs

    jobs.stopping.set()
