"""The access matrix of mails: everything that is owed to anybody, sent now that what it tells of is in every state.

A mail holds no text until it goes out, so one that was owed while a post was for everybody is sent here after the post was
narrowed, hidden, declined or withdrawn. `mails.csv` says to whom each mail goes then, and which words it carries.
"""

from pathlib import Path

import pytest
from flask import Flask

from forum.notifications.kinds import ACCOUNT, KIND_OF
from forum.notifications.letters import write
from forum.notifications.recipients import errand_for
from tests.access.occasions import Owed, every_mail
from tests.access.tables import FOLDER, ROLES, Site, matching, readers, table, word
from tests.access.test_matrix import WORD, WORDS

MAILS = table("mails.csv")
TEMPLATES = FOLDER.parents[1] / "templates" / "mail"


def test_every_mail_has_a_row() -> None:
    """A new mail fails here: it needs a row in `mails.csv`, and an occasion in `occasions.py` unless it is of one's account."""
    told = {row["mail"] for row in MAILS}
    assert told == set(KIND_OF)
    assert told == {Path(one).stem for one in TEMPLATES.glob("*.jinja")}
    assert {row["mail"] for row in MAILS if not row["who"]} == {one for one in KIND_OF if KIND_OF[one] is ACCOUNT}
    assert [row["mail"] for row in MAILS if not row["carries"] and not row["why"]] == []


def expected(mail: str, role: str, thing: str) -> set[str] | None:
    """The words of a mail to a role about a post, or about nothing that has words; None where no mail goes out."""
    rows = [row for row in MAILS if row["mail"] == mail and role in row["who"].split()]
    if not thing:
        return set() if rows else None
    about = [(row, one) for row in rows for one in matching(row["carries"])]
    posts = {word(thing, part) for row, one in about if one["object"] == thing for part in row["parts"].split()
             if role not in ROLES or role in readers(one, part)}  # fmt: skip
    beside = {word(one["object"]) for row, one in about if row["carries"] == one["object"] and not one["status"]}
    return posts | beside if posts else None


def sent(app: Flask, owed: Owed) -> set[str] | None:
    """The words of things in a mail as it goes out, in its subject, text and HTML; None when it does not."""
    errand = errand_for(owed.mail, app.config["SETTINGS"])
    if errand is None:
        return None
    words = write(errand, app.config["SETTINGS"])
    return set(WORD.findall(f"{words.subject} {words.text} {words.html}".casefold())) & set(WORDS)


def named(words: set[str] | None) -> str:
    """Words by what they name."""
    return "no mail" if words is None else ", ".join(sorted(WORDS[one][0] for one in words)) or "none of the words"


@pytest.mark.usefixtures("browsers")  # by which Sus is suspended
def test_every_mail_tells_its_reader_what_they_may_see_and_nothing_else(shared_app: Flask, site: Site) -> None:
    wrong, met = [], set()
    for owed in every_mail(site):
        mail, role, thing = owed.mail.template, owed.role, owed.thing
        met.add(mail)
        found, due = sent(shared_app, owed), expected(mail, role, thing)
        if found != due:
            wrong.append(f"{mail} to {role} about {thing}: {named(found)}; not {named(due)}")
    assert "\n".join(wrong) == ""
    assert met == {row["mail"] for row in MAILS if row["who"]}
