"""What the levels of evidence are called, and what each one takes: as few words as the mark on a post has room for."""

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from forum.web.wording.words import Words

LEVELS = {
    0: Words(_("Idea or story"), _("It is described. There are no data yet.")),
    1: Words(_("Well described"), _("It says what, for whom and why it should work, with steps and resources.")),
    2: Words(_("Monitored"), _("It has own figures over a period, with their source.")),
    3: Words(
        lazy_pgettext("level of evidence", "Evaluated"),
        _("Somebody else evaluated it, with a method that everybody can read."),
    ),
    4: Words(
        lazy_pgettext("level of evidence", "Repeated"),
        _("It worked in two other organisations at least, in two countries."),
    ),
    5: Words(
        lazy_pgettext("level of evidence", "Strong"),
        _("It was repeated, and a study with a comparison group or a systematic review supports it."),
    ),
}
