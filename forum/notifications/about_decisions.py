"""Mails about decisions of moderators: to whom they concern, and to whoever sent a report. Their links work without an account."""

from forum.accounts.models import Person
from forum.core.db import db
from forum.core.events import Event
from forum.core.settings import Settings
from forum.curation.models import Appeal, Decision, Flag
from forum.curation.signed_links import notice_path, statement_path
from forum.notifications.letters import Errand

TO_NOTIFIERS = ("notice_received", "notice_decided")
TO_CONCERNED = ("decision_made", "appeal_decided")


def errand_for_notifier(template: str, flag: Flag | None, settings: Settings) -> Errand | None:
    """To the address of a report's sender; None when it is forgotten, or nothing was decided."""
    if flag is None or (template != "notice_received" and flag.decision is None):
        return None
    reporter = flag.reporter
    name, address, language = flag.notifier_name, flag.notifier_email, flag.language
    if reporter is not None:
        name, address, language = reporter.name, reporter.email or "", reporter.language
    if not address or (reporter and reporter.erased_at):
        return None
    values = {"link": notice_path(settings, flag.id), "number": flag.id, "day": flag.created_at.date()}
    if flag.decision is not None:
        values["acted"] = flag.decision.action != "none"
    if template == "appeal_decided":
        values["reversed"] = flag.decision is not None and flag.decision.reversed_at is not None
    return Errand(name, address, language, template, values)


def errand_for_concerned(template: str, event: Event, settings: Settings) -> Errand | None:
    """To the person whom a decision concerns; None when they left."""
    decision = db.session.get(Decision, event.data["decision"])
    person = db.session.get(Person, decision.person_id) if decision and decision.person_id else None
    if decision is None or person is None or person.email is None or person.erased_at:
        return None
    if template == "decision_made" and decision.reversed_at:
        return None
    values = {"link": statement_path(settings, decision.id), "number": decision.id, "action": decision.action}
    if template == "appeal_decided":
        appeal = db.session.get(Appeal, event.data["appeal"])
        values["reversed"] = appeal is not None and appeal.outcome == "reversed"
    else:
        values["until"] = decision.until.date() if decision.until else None
    return Errand(person.name, person.email, person.language, template, values)
