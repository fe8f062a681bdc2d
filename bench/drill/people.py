"""Accounts of writers, made at once: python -m bench.drill.people NUMBER"""

import sys

from sqlalchemy import select

from forum.accounts.operations import add_person
from forum.app import create_app
from forum.core.actor import SYSTEM
from forum.core.db import db, transaction
from forum.interop.demonstration import PASSWORD
from forum.organisations.importing import take_membership
from forum.organisations.models import Organisation

ORGANISATION = "koepel-werkbrug"


def main() -> None:
    """Make so many members of an organisation of the demonstration, and print their addresses."""
    with create_app().app_context(), transaction():
        home = db.session.scalars(select(Organisation.id).where(Organisation.slug == ORGANISATION)).one()
        for number in range(int(sys.argv[1])):
            email = f"writer{number}@bench.example"
            added = add_person(SYSTEM, email, f"Writer {number}", password=PASSWORD, language="en", role="")
            belonging = {"person_id": added.id, "organisation_id": home, "role": "member", "state": "active"}
            take_membership(SYSTEM, belonging, None)
            print(email)


if __name__ == "__main__":
    main()
