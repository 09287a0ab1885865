"""The cast of every test: Ana leads, Ben and Chi review, Dov observes, Eve has no access."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("QUORUM_SECRET_KEY", "only for tests")
os.environ.setdefault("QUORUM_STATE_DIR", tempfile.mkdtemp(prefix="quorum-tests-"))

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import settings as hypothesis_settings

from config import celery_app
from reviews.models import Review, Role, User
from tests.factories import a_member, a_review, a_user

hypothesis_settings.register_profile("quorum", deadline=None, max_examples=50, derandomize=True)
hypothesis_settings.load_profile("quorum")


@dataclass(frozen=True, slots=True)
class Cast:
    """A review and the people around it."""

    review: Review
    ana: User
    ben: User
    chi: User
    dov: User
    eve: User


@pytest.fixture
def cast(db: None) -> Cast:
    """A review with its team, and Eve outside."""
    ana = a_user("Ana")
    review = a_review(lead=ana)
    return Cast(
        review=review,
        ana=ana,
        ben=a_member(review, "Ben"),
        chi=a_member(review, "Chi"),
        dov=a_member(review, "Dov", Role.OBSERVER),
        eve=a_user("Eve"),
    )


@pytest.fixture(autouse=True)
def _test_settings(settings: object, tmp_path: Path) -> None:
    """Fast hashes, plain static files, and no file outside of the test's own folder."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    settings.STORAGES = {  # type: ignore[attr-defined]
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.SECURE_SSL_REDIRECT = False  # type: ignore[attr-defined]
    # What tests publish must not reach a worker that happens to run beside them.
    celery_app.conf.broker_url = "memory://"


@pytest.fixture
def signed_in() -> object:
    """A function: a browser session of a person."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
