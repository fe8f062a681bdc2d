"""The help pages: what each is called, what it is for, and its parts. The pages themselves are `templates/help/<slug>.html`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class Topic:
    """One page of help. `parts` are its headings by anchor, in order; the index links to each of them."""

    slug: str
    title: Any
    purpose: Any
    parts: Mapping[str, Any]


TOPICS = {
    topic.slug: topic
    for topic in (
        Topic(
            "searching",
            _("Find something"),
            _("Search with a few words, then make the list shorter."),
            {
                "words": _("Type a few words"),
                "exactly": _("Search more exactly"),
                "filters": _("Make the list shorter"),
                "languages": _("Posts in other languages"),
                "nothing": _("When you find nothing"),
            },
        ),
        Topic(
            "joining",
            _("Join and sign in"),
            _("Become a member through your organisation, and look after your account."),
            {
                "why": _("What members can do"),
                "ways": _("Three ways to join"),
                "password": _("Sign in, and a forgotten password"),
                "profile": _("Your profile"),
                "mails": _("Mails from us"),
                "colleagues": _("Invite a colleague"),
            },
        ),
        Topic(
            "safely",
            _("Sign in safely"),
            _("A good password, a second step, and what to do when you lost something."),
            {
                "password": _("A good password"),
                "step": _("A second step"),
                "passkey": _("A passkey instead"),
                "lost": _("Your phone is lost"),
                "again": _("When we ask again"),
            },
        ),
        Topic(
            "posting",
            _("Share or ask"),
            _("A title and a few sentences are enough. You can add more later."),
            {
                "kinds": _("Choose what you share"),
                "form": _("Fill in the form"),
                "readers": _("Choose who may read it"),
                "later": _("Add what helps others"),
                "drafts": _("Stop, and go on later"),
                "changes": _("Change a post, or take it back"),
            },
        ),
        Topic(
            "writing",
            _("Write so that others understand"),
            _("Plain words, headings, links, and pictures that everyone can use."),
            {
                "plain": _("Use plain words"),
                "short": _("Begin with “In short”"),
                "signs": _("Headings, lists and links"),
                "paste": _("Text from Word or a web page"),
                "pictures": _("Describe your pictures"),
                "files": _("Add files"),
                "names": _("Mention people, link to posts"),
            },
        ),
        Topic(
            "commenting",
            _("Take part in a conversation"),
            _("Ask, answer, thank, and tell us what is wrong."),
            {
                "comment": _("Write a comment"),
                "quote": _("Reply and quote"),
                "answer": _("Accept an answer"),
                "useful": _("Say that it was useful"),
                "mend": _("Change or delete a comment"),
                "report": _("Report what is wrong"),
            },
        ),
        Topic(
            "reviewing",
            _("How moderators work"),
            _("What happens after you post, and how to work at the review desk."),
            {
                "after": _("After you post"),
                "marks": _("What the marks mean"),
                "evidence": _("How sure we can be"),
                "desk": _("At the review desk"),
                "check": _("What to look at"),
                "hide": _("Hide a post, or give it back"),
                "log": _("The public log"),
            },
        ),
        Topic(
            "reading",
            _("Read in the way that suits you"),
            _("Keyboard, screen reader, text size, light and dark, paper, languages."),
            {
                "keyboard": _("With the keyboard"),
                "screen-reader": _("With a screen reader"),
                "size": _("Larger text"),
                "colours": _("Light and dark"),
                "paper": _("On paper"),
                "languages": _("In your language"),
                "phone": _("On a phone or a slow line"),
            },
        ),
        Topic(
            "privacy",
            _("How we treat what you write"),
            _("Who reads it, how long it stays, and what you decide."),
            {
                "readers": _("Who can read it"),
                "names": _("Your name beside it"),
                "people": _("Writing about other people"),
                "typing": _("What you are still typing"),
                "versions": _("Earlier versions"),
                "use": _("What others may do with it"),
                "leaving": _("When you leave"),
            },
        ),
    )
}
