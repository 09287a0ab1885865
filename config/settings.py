"""One settings file for a laptop and a server; what differs comes from the environment (docs/deployment.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(env.text("QUORUM_STATE_DIR", str(BASE_DIR / "var"))).resolve()

DEBUG = env.flag("QUORUM_DEBUG")
SECRET_KEY = env.text("QUORUM_SECRET_KEY")
if not SECRET_KEY:
    key_file = STATE_DIR / "secret_key"
    if not key_file.is_file():
        raise ImproperlyConfigured("Set QUORUM_SECRET_KEY, or start with ./quorum, which makes one in var/.")
    SECRET_KEY = key_file.read_text().strip()

ORIGIN = env.text("QUORUM_ORIGIN", "http://127.0.0.1:8000").rstrip("/")
HTTPS = ORIGIN.startswith("https://")
ALLOWED_HOSTS = env.words("QUORUM_ALLOWED_HOSTS", f"{urlsplit(ORIGIN).hostname},127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = [ORIGIN]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "template_partials",
    "reviews",
    "screening",
    "extraction",
    "synthesis",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.rail.rail",
            ],
        },
    },
]


def _database() -> dict[str, Any]:
    """SQLite in var/ unless DATABASE_URL says otherwise.

    SQLite writers queue instead of failing: WAL, and every transaction takes the write lock at its start. With Django's
    deferred default, four writers met a lock error in every tenth transaction.
    """
    config: dict[str, Any] = dict(
        dj_database_url.parse(
            env.text("DATABASE_URL", f"sqlite:///{STATE_DIR / 'quorum.sqlite3'}"),
            conn_max_age=60,
            conn_health_checks=True,
        )
    )
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
    return config


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "reviews.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "reviews:home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "reviews.forms.accounts.NameForm"
ACCOUNT_USER_DISPLAY = "reviews.queries.people.display_name"
# A laptop has no mail server, so nobody is kept out for want of a letter; a server turns verification on.
ACCOUNT_EMAIL_VERIFICATION = env.text("QUORUM_EMAIL_VERIFICATION", "none")
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

EMAIL_HOST = env.text("QUORUM_EMAIL_HOST")
EMAIL_PORT = env.number("QUORUM_EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("QUORUM_EMAIL_USER")
EMAIL_HOST_PASSWORD = env.text("QUORUM_EMAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("QUORUM_EMAIL_TLS", default=True)
DEFAULT_FROM_EMAIL = env.text("QUORUM_EMAIL_FROM", "Quorum <quorum@localhost>")
# Without a mail server each letter becomes a file, so that a password can be reset on a laptop too.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = STATE_DIR / "mail"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = STATE_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Search exports and PDFs go to disk while they arrive; Django itself never holds them in memory.
FILE_UPLOAD_HANDLERS = ["reviews.uploads.LimitedUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
UPLOAD_LIMIT = env.number("QUORUM_UPLOAD_MB", 500) * 1024 * 1024

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.flag("QUORUM_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Sign-in limits count addresses; without this everybody would share the proxy's.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

CELERY_BROKER_URL = env.text("QUORUM_BROKER_URL", "filesystem://localhost")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
if CELERY_BROKER_URL.startswith("filesystem:"):
    queue = STATE_DIR / "broker" / "queue"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(queue),
        "data_folder_out": str(queue),
        "control_folder": str(STATE_DIR / "broker" / "control"),
        "polling_interval": 0.2,
    }
    # Broadcast channels need a file per worker that nobody clears; we do not use them.
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False

# A job whose worker has not been heard of for this long may be claimed by another.
JOB_LEASE_SECONDS = env.number("QUORUM_JOB_LEASE_SECONDS", 30)
# The worker lets itself be heard of several times within that span.
JOB_BEAT_SECONDS = JOB_LEASE_SECONDS / 6
JOB_MAX_ATTEMPTS = 5

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("QUORUM_LOG_LEVEL", "INFO")},
}

# The floors, by name, for what is put together from all of them: the left rail.
RAIL = [
    "reviews.rail.sections",
    "screening.rail.sections",
    "extraction.rail.sections",
    "synthesis.rail.sections",
]

# How far each review is, for the list of one's reviews; called as f(reviews) → {review id: [Progress, …]}.
PROGRESS = ["screening.queries.cards.progress_of"]

# Who keeps something derived from records, of new ones and of changed ones; called as f(review=…, record_ids=…) in the same
# transaction.
WHEN_RECORDS_ARRIVE = ["screening.services.standing.records_added"]
WHEN_RECORDS_CHANGE = ["screening.services.standing.records_changed"]
# Who depends on the ranks of the exclusion reasons; called as f(review=…) in the same transaction.
WHEN_REASONS_CHANGE = ["screening.services.standing.reasons_changed"]
# Who rests on what the team settled, on arms and on studies; called as f(review=…, by=…) in the same transaction.
WHEN_RESULTS_CHANGE = ["synthesis.services.refreshing.results_changed"]
# Who goes on when `manage.py rebuild` has computed anew what this floor derives; called as f(review=…), in this order.
WHEN_REBUILT = ["screening.services.standing.rebuild"]
TALLIED = ["reviews.queries.tallies.TABLES", "screening.queries.tallies.TABLES"]
