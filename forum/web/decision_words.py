"""What moderators can decide, on which ground, and what became of it: in the reader's words."""

from flask_babel import lazy_gettext, lazy_pgettext

REASONS = {
    "spam": lazy_gettext("It is advertising"),
    "unkind": lazy_gettext("It is unkind to somebody"),
    "personal_data": lazy_gettext("It shows private facts about somebody"),
    "wrong": lazy_gettext("It is wrong"),
    "outdated": lazy_gettext("It is out of date"),
    "illegal": lazy_gettext("It is against the law"),
    "other": lazy_gettext("Something else"),
}
ACTIONS = {
    "none": lazy_gettext("Leave it as it is"),
    "hide": lazy_gettext("Hide it"),
    "decline": lazy_gettext("Give it back to its author"),
    "withdraw": lazy_gettext("Withdraw it"),
    "archive": lazy_gettext("Archive this post"),
    "warn": lazy_gettext("Warn"),
    "silence": lazy_gettext("Silence for some days"),
    "suspend": lazy_gettext("Suspend for some days"),
}
ACTION_HINTS = {
    "none": lazy_gettext("Whoever reported it hears why."),
    "hide": lazy_gettext("Only its author and the moderators will see it. You can restore it at any time."),
    "decline": lazy_gettext(
        "Only its author and the moderators will see it. The author can change it and post it again."
    ),
    "withdraw": lazy_gettext("Only its title and your reason will remain. A moderator can restore it."),
    "archive": lazy_gettext("It leaves the search, but it can still be read and cited. It can be restored."),
    "warn": lazy_gettext("The person reads your reason. Nothing else changes."),
    "silence": lazy_gettext("The person can read, but not write."),
    "suspend": lazy_gettext("The person cannot sign in. Every session ends at once."),
}
DONE = {
    "none": lazy_gettext("Left as it is"),
    "hide": lazy_pgettext("a decision", "Hidden"),
    "decline": lazy_gettext("Given back to its author"),
    "withdraw": lazy_pgettext("a decision", "Withdrawn"),
    "archive": lazy_gettext("In the archive"),
    "merge": lazy_gettext("Merged"),
    "warn": lazy_gettext("A warning"),
    "silence": lazy_gettext("Silenced for some days"),
    "suspend": lazy_gettext("Suspended for some days"),
}
GROUNDS = {
    "rules": lazy_gettext("Our rules"),
    "law": lazy_gettext("The law"),
}
OUTCOMES = {
    "": lazy_gettext("Waits for a second moderator"),
    "upheld": lazy_gettext("The decision stays"),
    "reversed": lazy_gettext("The decision is taken back"),
}
