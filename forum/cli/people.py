"""`forum person`: accounts and roles, for operators."""

import sys

import click
from sqlalchemy import or_, select

from forum.accounts import addresses
from forum.accounts.factors.standing import reset_factors
from forum.accounts.operations import add_person
from forum.accounts.queries import person_by_email
from forum.accounts.roles import grant_role, withdraw_role
from forum.cli.context import plainly, ready_app, say
from forum.core.actor import SYSTEM
from forum.core.db import db, transaction
from forum.core.errors import Invalid, Missing
from forum.core.origins import Origin
from forum.core.text import message as _
from forum.organisations.importing import take_membership
from forum.organisations.models import Organisation

ROLES = ("member", "editor", "moderator", "admin")
NETWORK_ROLES = ("moderator", "admin")


@click.group()
def person() -> None:
    """Add people and change their roles."""


@person.command()
@click.option("--email", required=True, help="The address the person signs in with.")
@click.option("--name", required=True, help="The person's name, as others see it.")
@click.option(
    "--role",
    type=click.Choice(ROLES),
    default="member",
    show_default=True,
    help="In the organisation, or for the network.",
)
@click.option("--organisation", default="", help="Slug, name or ref of the organisation the person belongs to.")
@click.option("--language", default="en", show_default=True, help="The person's language.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input (one line).")
@click.pass_context
@plainly
def add(
    context: click.Context, email: str, name: str, role: str, organisation: str, language: str, password_stdin: bool
) -> None:
    """Make a confirmed account that can sign in at once.

    Without --password-stdin the person asks for a password on the sign-in page, and gets a link by mail.
    """
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    network_role = role if role in NETWORK_ROLES else ""
    with ready_app(context).app_context(), transaction():
        if role == "editor" and not organisation:
            raise Invalid({"role": _("An editor belongs to an organisation. Name it with --organisation.")})
        found = organisation_called(organisation) if organisation else None
        added = add_person(SYSTEM, email, name, password=password, language=language, role=network_role)
        if found is not None:
            place = "editor" if role == "editor" else "member"
            belonging = {"person_id": added.id, "organisation_id": found.id, "role": place, "state": "active"}
            take_membership(SYSTEM, belonging, None)
        who = f"{added.name} <{added.email}>"
    say(f"{who} can sign in{'' if password else ' after asking for a password on the sign-in page'}.")


@person.command("role")
@click.option("--email", required=True, help="The address of the account.")
@click.option("--role", type=click.Choice(NETWORK_ROLES), required=True, help="The role for the network.")
@click.option("--scope", default="network", show_default=True, help="network, theme:KEY or language:CODE.")
@click.option("--remove", is_flag=True, help="Take the role away instead.")
@click.pass_context
@plainly
def change_role(context: click.Context, email: str, role: str, scope: str, remove: bool) -> None:
    """Give somebody a role for the network, or take it away."""
    with ready_app(context).app_context():
        found = person_by_email(email)
        if found is None:
            raise Missing(_("There is no account with the address %(email)s.", email=email))
        change = withdraw_role if remove else grant_role
        change(SYSTEM, found.id, role, scope)
        say(f"{found.name} {'is no longer' if remove else 'is now'} {role} ({scope}).")


@person.command("reset-second-factor")
@click.option("--email", required=True, help="The address of the account.")
@click.pass_context
@plainly
def reset_second_factor(context: click.Context, email: str) -> None:
    """Take away the second factor that somebody lost; the password alone lets them in, and they get a mail.

    Make sure first that it is them who asks, by another way than mail.
    """
    with ready_app(context).app_context():
        found = person_by_email(email)
        if found is None:
            raise Missing(_("There is no account with the address %(email)s.", email=email))
        reset_factors(SYSTEM, found)
        say(f"{found.name} has no second factor any more.")


@person.command("change-address")
@click.option("--email", required=True, help="The address of the account.")
@click.option("--new", "new_email", required=True, help="The address it is to have.")
@click.pass_context
@plainly
def change_address(context: click.Context, email: str, new_email: str) -> None:
    """Give an account another address at once, for somebody who cannot read the old mailbox any more.

    The old address gets a mail that says so; all sessions end. Make sure first that it is them who asks.
    """
    with ready_app(context).app_context():
        found = person_by_email(email)
        if found is None:
            raise Missing(_("There is no account with the address %(email)s.", email=email))
        addresses.change_address(SYSTEM, found, new_email)
        say(f"{found.name} signs in with {found.email} now.")


def organisation_called(words: str) -> Organisation:
    """The organisation with this slug or exact name, or that came under this ref. Raises `Missing`."""
    came = select(Origin.subject_id).where(Origin.type == "organisation", Origin.ref == words)
    named = or_(Organisation.slug == words, Organisation.name == words, Organisation.id.in_(came))
    ranked = (
        select(Organisation)
        .where(named)
        .order_by(Organisation.slug != words, Organisation.name != words, Organisation.id)
    )
    found = db.session.scalar(ranked.limit(1))
    if found is None:
        raise Missing(
            _("There is no organisation called %(name)s. Import it, or add it on the site first.", name=words)
        )
    return found
