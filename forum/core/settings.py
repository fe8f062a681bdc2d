"""The settings: read once from `FORUM_*` in the environment, checked, and frozen.

README.md holds the table for operators; a test keeps the two in step.
"""

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from forum.core.errors import Misconfigured
from forum.core.languages import INTERFACE_LANGUAGES
from forum.core.text import message as _

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
SECRET_LENGTH = 32
TOKEN = re.compile(r"[A-Za-z0-9._-]{24,200}")
MAIL_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")


class Settings(BaseModel):
    """What an operator may choose. Every field is the environment variable `FORUM_<NAME>`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Field(Path("var"), description="Where database, index, uploads and the secret key live.")
    database_url: str = Field(
        "", description="`sqlite:///PATH` (default: in the data directory) or `postgresql://...`."
    )
    search_url: str = Field("", description="`whoosh:PATH` (default: in the data directory) or `none:`.")
    secret_key: str = Field("", description="Signs cookies; made once and kept in the data directory when empty.")
    base_url: str = Field("http://127.0.0.1:8000", description="The address people use; absolute links come from it.")
    mail_url: str = Field(
        "", description="`smtp://user:password@host:587?starttls=1`, `file:DIR` (default) or `console:`."
    )
    mail_from: str = Field("", description="The sender of mails; default `no-reply@` the host of the base address.")
    contact: str = Field("", description="The address for questions about the site; default the sender of mails.")
    languages: tuple[str, ...] = Field(
        INTERFACE_LANGUAGES, description="Interface languages, the first is the default."
    )
    name: str = Field("Passerelle", max_length=60, description="The name of this site.")
    workers: int = Field(2, ge=1, le=64, description="Web processes.")
    open_signup: bool = Field(False, description="`1`: anybody may make an account; otherwise by invitation only.")
    require_second_factor: bool = Field(
        True, description="Moderators and admins need a second factor (see SECURITY.md)."
    )
    min_free_mb: int = Field(
        200, ge=0, le=1_000_000, description="With less free on the disk, the site can only be read (megabytes)."
    )
    oidc_issuer: str = Field(
        "", max_length=255, description="Single sign-on: the issuer of an OpenID Connect provider (docs/signing-in.md)."
    )
    oidc_client_id: str = Field("", max_length=255, description="Single sign-on: the name of this site there.")
    oidc_client_secret: str = Field("", description="Single sign-on: the secret of this site there, if it has one.")
    oidc_name: str = Field("", max_length=60, description="Single sign-on: what people call the provider.")
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="How many proxies in front are ours (client address, HTTPS)."
    )
    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="`json`, `text`, or `auto`: JSON on a public site, unless read on a terminal."
    )
    metrics_from: tuple[str, ...] = Field(
        (), description="Networks that may read `/metrics` besides this machine, such as `10.0.0.0/8,192.0.2.7`."
    )
    metrics_token: str = Field("", description="Whoever shows it (`Authorization: Bearer ...`) may read `/metrics`.")
    development: bool = Field(
        False, description="`1`: shows the style page and the pseudo-language; for people who work on the site."
    )

    @field_validator("languages", "metrics_from", mode="before")
    @classmethod
    def split_lists(cls, value: Any) -> Any:
        """Take `en,nl` as well as a list."""
        return tuple(code.strip() for code in value.split(",") if code.strip()) if isinstance(value, str) else value

    @field_validator("languages")
    @classmethod
    def check_languages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse a language that has no catalogue."""
        unknown = [code for code in value if code not in INTERFACE_LANGUAGES]
        if unknown or not value:
            raise ValueError(f"choose from {', '.join(INTERFACE_LANGUAGES)}")
        return value

    @field_validator("metrics_from")
    @classmethod
    def check_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse what is no network."""
        try:
            return tuple(str(ip_network(one)) for one in value)
        except ValueError:
            raise ValueError("write networks like 10.0.0.0/8, or addresses, with commas between") from None

    @field_validator("metrics_token")
    @classmethod
    def check_token(cls, value: str) -> str:
        """Refuse what can be guessed, or cannot be sent."""
        if value and not TOKEN.fullmatch(value):
            raise ValueError("use at least 24 letters, digits and . _ - such as `openssl rand -hex 32` gives")
        return value

    @field_validator("base_url")
    @classmethod
    def check_base_url(cls, value: str) -> str:
        """Refuse what is not a plain web address."""
        with suppress(ValueError):  # of what has no readable host or port
            parts = urlsplit(value)
            if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
                return value.rstrip("/")
        raise ValueError("write the whole address, like https://forum.example.org")

    @field_validator("oidc_issuer")
    @classmethod
    def check_issuer(cls, value: str) -> str:
        """Refuse an issuer that could be listened to on the way, except on this machine."""
        with suppress(ValueError):
            parts = urlsplit(value)
            is_near = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
            if not value or (parts.hostname and (parts.scheme == "https" or is_near)):
                return value
        raise ValueError("write the whole address of the issuer, like https://login.example.org")

    @field_validator("mail_from", "contact")
    @classmethod
    def check_address(cls, value: str) -> str:
        """Refuse what is not one plain mail address."""
        if value and not MAIL_ADDRESS.fullmatch(value):
            raise ValueError("write a mail address, like forum@example.org")
        return value

    @field_validator("database_url")
    @classmethod
    def check_database_url(cls, value: str) -> str:
        """Refuse a database that this software does not know."""
        with suppress(ValueError, ArgumentError):  # of what has no readable host or port
            if not value or (value.startswith(("sqlite:///", "postgresql://")) and make_url(value)):
                return value
        raise ValueError("use sqlite:///PATH or postgresql://user:password@host/name")

    @field_validator("search_url")
    @classmethod
    def check_search_url(cls, value: str) -> str:
        """Refuse a search engine that this software does not know."""
        if value and not value.startswith(("whoosh:", "none:")):
            raise ValueError("use whoosh:PATH or none:")
        return value

    @model_validator(mode="after")
    def check_sign_on(self) -> Self:
        """Refuse half of the settings of single sign-on."""
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise ValueError("set FORUM_OIDC_ISSUER and FORUM_OIDC_CLIENT_ID together")
        return self

    @model_validator(mode="after")
    def fill_places(self) -> Self:
        """Put what was not placed into the data directory."""
        root = self.data_dir.absolute()
        places = {
            "data_dir": root,
            "database_url": self.database_url or f"sqlite:///{root / 'forum.sqlite3'}",
            "search_url": self.search_url or f"whoosh:{root / 'index'}",
            "mail_url": self.mail_url or f"file:{root / 'mail'}",
            "mail_from": self.mail_from or f"no-reply@{self.host}",
        }
        for name, value in places.items():
            object.__setattr__(self, name, value)
        return self

    @property
    def host(self) -> str:
        """The host name of the base address."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def is_secure(self) -> bool:
        """Whether people reach the site over HTTPS."""
        return self.base_url.startswith("https://")

    @property
    def trusted_hosts(self) -> list[str]:
        """The names under which the site answers; any other Host header gets 400."""
        return list(LOOPBACK) if self.host in ("127.0.0.1", "localhost", "::1") else [self.host, *LOOPBACK]

    @property
    def written_places(self) -> tuple[Path, ...]:
        """The directories that must have room: that of the data, and that of an SQLite database elsewhere."""
        file = self.database_url.removeprefix("sqlite:///")
        return (self.data_dir,) if file == self.database_url else (self.data_dir, Path(file).absolute().parent)

    @property
    def upload_dir(self) -> Path:
        """Where files that people attach are kept."""
        return self.data_dir / "uploads"


def settings_from(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raise `Misconfigured` with one sentence per wrong one."""
    given = os.environ if environment is None else environment
    known = {f"FORUM_{name.upper()}": name for name in Settings.model_fields}
    values = {known[key]: value for key, value in given.items() if key in known and value != ""}
    try:
        return Settings.model_validate(values)
    except ValidationError as problem:
        sentences = [
            ": ".join(
                [f"FORUM_{str(place).upper()}" for place in error["loc"][:1]]
                + [error["msg"].removeprefix("Value error, ")]
            )
            for error in problem.errors()
        ]
        raise Misconfigured(_("A setting is wrong. %(problems)s.", problems="; ".join(sentences))) from problem


def prepare_data_dir(settings: Settings) -> None:
    """Make the data directory, readable by its owner only. Raises `Misconfigured` when we cannot write there."""
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings.upload_dir.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data_dir):
            pass
    except OSError as problem:
        sentence = _(
            "The data directory %(path)s cannot be used: %(reason)s. Set FORUM_DATA_DIR to a writable place.",
            path=str(settings.data_dir),
            reason=problem.strerror or str(problem),
        )
        raise Misconfigured(sentence) from problem


def secret_key(settings: Settings) -> str:
    """The key that signs cookies: as set, or made once and kept in the data directory (mode 0600)."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data_dir / "secret_key"
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=settings.data_dir) as file, suppress(FileExistsError):
            file.write(secrets.token_hex(SECRET_LENGTH))
            file.flush()
            os.link(file.name, path)  # whole or not at all, and never over the key of another process
    return path.read_text().strip()
