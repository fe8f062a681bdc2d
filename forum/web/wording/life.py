"""Words for the life of a post: its steps, what moderators look at, and where a post stands for those who wrote it."""

from flask_babel import lazy_gettext as _

STEPS = {
    "post": _("%(name)s posted it."),
    "suggest_changes": _("%(name)s suggested changes."),
    "resubmit": _("%(name)s answered the suggestions and asked for another look."),
    "return_to_new": _("The suggestions got no answer. The post waits for a moderator as before."),
    "review": _("%(name)s reviewed it."),
    "look_again": _("%(name)s looked at what had changed."),
    "take_back": _("%(name)s took the review mark back."),
    "start_expert_review": _("%(name)s asked experts to read it."),
    "end_expert_review": _("%(name)s ended the reading by experts."),
    "recommend": _("%(name)s recommended it."),
    "stop_recommending": _("%(name)s stopped recommending it."),
    "ask_recheck": _("%(name)s asked for a new check."),
    "confirm": _("%(name)s confirmed that it is still true."),
    "archive": _("%(name)s put it in the archive."),
    "bring_back": _("%(name)s brought it back from the archive."),
    "withdraw": _("%(name)s withdrew it."),
    "hide": _("%(name)s hid it."),
    "decline": _("%(name)s gave it back to its author."),
    "restore": _("%(name)s brought it back."),
    "grant_appeal": _("%(name)s granted the appeal and brought it back."),
}
CHECKLIST = {
    "title": _("The title is easy to understand."),
    "purpose": _("It says what it is, and for whom."),
    "country": _("The country is right."),
    "theme": _("The themes are right."),
    "links": _("The links work."),
    "privacy": _("It names nobody who needs protection."),
    "contact": _("The contact person answers."),
}
ANSWERS = {
    "accepted": _("%(name)s accepted it."),
    "changed": _("%(name)s accepted it in other words."),
    "declined": _("%(name)s said: no thanks."),
}
STANDS = {
    "new": _("Your post is there to read. A moderator looks at it within five working days."),
    "changes_suggested": _("A moderator suggests changes. Accept or decline each one with a click."),
    "reviewed": _("A moderator has reviewed your post. One answer more helps others to use it."),
    "in_expert_review": _("Experts are reading your post. You hear from us when they have written."),
    "recommended": _("Your post is recommended. Thank you. Keep it up to date, so that others can rely on it."),
    "needs_recheck": _("Please look whether your post is still true. Edit what has changed."),
}
CHANGED = _("You changed results or method after the review. The badge stays, and a moderator looks again.")
