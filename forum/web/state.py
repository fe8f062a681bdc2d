"""The state of the site, for those who look after it: what does not work now, and the mails that nobody got."""

from collections.abc import Iterator

from flask import render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from forum.core.modes import standing
from forum.library.operations.attaching import NO_ROOM
from forum.notifications.standing import dead_letters, number_of_late_mails
from forum.search.finding import DEGRADED
from forum.search.standing import index_standing
from forum.web.languages import say
from forum.web.modes import notice_now
from forum.web.routes import Area, Need

area = Area("state", __name__)


@area.page("/review/state", needs=Need.ADMIN)
def show_state() -> str:
    """What is given up now, in the order in which the site gives things up, and dead letters."""
    return render_template("curation/state.html", lost=list(what_is_lost()), letters=dead_letters())


def what_is_lost() -> Iterator[str]:
    """A sentence for everything that does not work now; see docs/degradation.md."""
    if index_standing().is_degraded:
        yield say(DEGRADED)
    if late := number_of_late_mails():
        yield ngettext(
            "%(num)s mail could not be sent yet. It is tried again.",
            "%(num)s mails could not be sent yet. They are tried again.",
            late,
        )
    if standing().takes_writes and not standing().takes_files:
        yield say(NO_ROOM)
    if told := notice_now():
        yield told


def late_mail_notice() -> str:
    """A calm sentence for a page that tells somebody to look for a mail; empty when mail goes out as always."""
    return _("Mails go out late at the moment. Yours is kept, and comes by itself.") if number_of_late_mails() else ""
