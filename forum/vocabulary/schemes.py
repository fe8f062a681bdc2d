"""The concept schemes of the vocabulary, and their names."""

from dataclasses import dataclass

from forum.core.text import Message
from forum.core.text import message as _


@dataclass(frozen=True, slots=True)
class Scheme:
    """A family of concepts: its code in files and addresses, its name for many and for one, and what it is for.

    Posts carry concepts of the schemes that are `chosen` by their authors; those of the others are only found in texts.
    """

    code: str
    name: Message
    one: Message
    purpose: Message
    is_chosen: bool = True


SCHEMES = {
    scheme.code: scheme
    for scheme in (
        Scheme("theme", _("Themes"), _("Theme"), _("What a post is about.")),
        Scheme("target", _("Target groups"), _("Target group"), _("The people whom a practice supports.")),
        Scheme("principle", _("Principles"), _("Principle"), _("What the network stands for.")),
        Scheme("instrument", _("Policy instruments"), _("Policy instrument"), _("By which means a policy works.")),
        Scheme("form", _("Kinds of organisation"), _("Kind of organisation"), _("Whom a policy or practice concerns.")),
        Scheme(
            "sector",
            _("Sectors of activity"),
            _("Sector of activity"),
            _("What social enterprises do and make."),
            is_chosen=False,
        ),
        Scheme(
            "situation",
            _("Life situations"),
            _("Life situation"),
            _("What people live through who look for work."),
            is_chosen=False,
        ),
        Scheme(
            "service",
            _("Services to workers"),
            _("Service to workers"),
            _("What helps people to start working and to keep their job."),
            is_chosen=False,
        ),
    )
}
