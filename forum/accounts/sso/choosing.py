"""The provider that the settings name, if any. Only there is the extra `sso` needed, and loaded."""

from typing import TYPE_CHECKING

from forum.core.errors import Misconfigured
from forum.core.settings import Settings
from forum.core.text import message as _

if TYPE_CHECKING:
    from forum.accounts.sso.provider import Provider


def provider_from(settings: Settings) -> "Provider | None":
    """The provider of single sign-on; None where none is set. Raises `Misconfigured` without the extra."""
    if not settings.oidc_issuer:
        return None
    try:
        # Imported late: only sites with single sign-on have its libraries, and wait for them (0.2 s).
        from forum.accounts.sso.provider import Provider
    except ModuleNotFoundError as problem:
        sentence = _(
            "FORUM_OIDC_ISSUER is set, but the Python package %(name)s is missing. Run: pip install 'passerelle[sso]'",
            name=str(problem.name),
        )
        raise Misconfigured(sentence) from problem
    return Provider(
        settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, settings.oidc_name or "OpenID"
    )
