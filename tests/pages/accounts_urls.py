"""The account pages, which come with allauth."""

from __future__ import annotations

from typing import Any

from tests.conftest import Cast
from tests.pages.rows import Access, Row


def nothing(_: Cast) -> dict[str, Any]:
    """An address without arguments."""
    return {}


def a_stale_letter(_: Cast) -> dict[str, Any]:
    """A link from a letter that is no longer valid."""
    return {"key": "none"}


ROWS = [
    *(
        Row(name, Access.OPEN, nothing)
        for name in (
            "account_login",
            "account_logout",
            "account_signup",
            "account_inactive",
            "account_email_verification_sent",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key_done",
            "account_confirm_login_code",
            "mfa_authenticate",
        )
    ),
    Row("account_confirm_email", Access.OPEN, a_stale_letter),
    Row("account_reset_password_from_key", Access.OPEN, lambda _: {"uidb36": "a", "key": "none-none"}),
    *(
        Row(name, Access.SIGNED_IN, nothing)
        for name in (
            "account_reauthenticate",
            "account_email",
            "account_change_password",
            "account_set_password",
            "mfa_index",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "mfa_generate_recovery_codes",
        )
    ),
    # Without a second factor there is nothing to turn off and no code to show.
    *(
        Row(name, Access.SIGNED_IN, nothing, found=False)
        for name in (
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_download_recovery_codes",
        )
    ),
]
