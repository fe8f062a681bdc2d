"""What is written about an organisation, checked in one place for forms and imports."""

import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from forum.core.errors import Invalid
from forum.core.languages import is_country, is_language
from forum.core.text import Message, single_line
from forum.core.text import message as _
from forum.organisations.models import DESCRIPTION_LENGTH, KINDS, NAME_LENGTH, URL_LENGTH

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Details:
    """The editable fields of an organisation, named like its columns."""

    name: str
    kind: str = "member"
    parent_id: int | None = None
    country: str = ""
    language: str = "en"
    website: str = ""
    description: str = ""


def cleaned(details: Details) -> Details:
    """The same without stray white space and control characters, the website with its scheme."""
    return replace(
        details,
        name=single_line(UNPRINTABLE.sub("", details.name)),
        website=_with_scheme(details.website.strip()),
        description=UNPRINTABLE.sub("", details.description.replace("\r\n", "\n")).strip(),
    )


def checked(details: Details, *, needs_country: bool = True) -> Details:
    """The cleaned details. Raises `Invalid` with everything that is wrong with them."""
    found = cleaned(details)
    problems = {
        "name": name_problem(found.name),
        "kind": None if found.kind in KINDS else _("Choose organisation or network."),
        "country": _country_problem(found, needs_country),
        "language": None if is_language(found.language) else _("Choose a language from the list."),
        "website": website_problem(found.website),
        "description": too_long(found.description, DESCRIPTION_LENGTH),
    }
    wrong = {name: problem for name, problem in problems.items() if problem}
    if wrong:
        raise Invalid(wrong)
    return found


def name_problem(name: str) -> Message | None:
    """Why this cannot be the name of an organisation. Addresses are refused: names go into mails to people who never asked."""
    if not name:
        return _("Write the name of the organisation.")
    if re.search(r"://|\bwww\.", name, re.IGNORECASE):
        return _("Write the name without a web address.")
    return too_long(name, NAME_LENGTH)


def too_long(text: str, maximum: int) -> Message | None:
    """What to say of a text that is longer than its column."""
    return _("Write at most %(number)s characters.", number=maximum) if len(text) > maximum else None


def website_problem(address: str) -> Message | None:
    """Why this cannot be the address of a website, as it is kept (with its scheme)."""
    if not address:
        return None
    try:
        parts = urlsplit(address)
        whole = bool(re.fullmatch(r"[\w-]+(\.[\w-]+)+", parts.hostname or "")) and not parts.username
    except ValueError:
        whole = False
    if not whole or parts.scheme not in ("http", "https") or re.search(r"[\s\"<>\\]", address):
        return _("Write the whole web address, like https://www.example.org.")
    return too_long(address, URL_LENGTH)


def _with_scheme(address: str) -> str:
    return f"https://{address}" if address and not re.match(r"[a-z][a-z0-9+.-]*:", address, re.IGNORECASE) else address


def _country_problem(details: Details, needs_country: bool) -> Message | None:
    if not details.country:
        return _("Choose the country.") if needs_country and details.kind == "member" else None
    return None if is_country(details.country) else _("Choose a country from the list.")
