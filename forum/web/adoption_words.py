"""What reports on practices say in the reader's words: sentences that count, labels, and texts to compare."""

from collections.abc import Iterator

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import ngettext, npgettext

from forum.adoption.content import BLOCKS, FIELDS, FIGURES, TEXTS, Report
from forum.adoption.models import OUTCOMES
from forum.adoption.queries import Tally
from forum.core.diff import compare
from forum.core.languages import country_name, language_name
from forum.web import labels
from forum.web.differences import Difference
from forum.web.languages import babel_locale, interface_language
from forum.web.templating import show_number
from forum.web.wording import adoption as words


def field_label(name: str) -> str:
    """What a field of a report is called; figures are called as in practices."""
    return labels.field_label("practice", name) if name in FIGURES else str(words.FIELDS[name].label)


def told_label(name: str) -> str:
    """What a field is called where it is read: not a question."""
    return str(words.TOLD[name]) if name in words.TOLD else field_label(name)


def field_hint(name: str) -> str:
    """How to fill in a field of a report."""
    return labels.field_hint("practice", name) if name in FIGURES else str(words.FIELDS[name].hint)


def intent_label(intent: str) -> str:
    """How far an organisation is, in a word."""
    return str(words.SHORT_INTENTS[intent])


def outcome_label(outcome: str) -> str:
    """How it went, in a few words."""
    return str(words.OUTCOMES[outcome][0]) if outcome else ""


def state_label(intent: str, outcome: str) -> str:
    """How it went or, where nobody knows yet, how far they are."""
    return outcome_label(outcome) or intent_label(intent)


def choice_label(name: str, choice: str) -> str:
    """What an answer is called."""
    return str(words.FIELDS[name].choices[choice])


def summary_sentences(tally: Tally) -> list[str]:
    """How many tried it, where and how it went, in a sentence; then how many stopped since, and how many plan to try it."""
    found = [_tried(tally)] if tally.tried else []
    if tally.stopped:
        found.append(
            ngettext("%(num)s of them has stopped since.", "%(num)s of them have stopped since.", tally.stopped)
        )
    if tally.planning:
        found.append(ngettext("%(num)s plans to try it.", "%(num)s plan to try it.", tally.planning))
    return found


def _tried(tally: Tally) -> str:
    results = format_list(list(result_phrases(tally)), locale=babel_locale())
    values = {
        "organisations": npgettext("tried by", "%(num)s organisation", "%(num)s organisations", tally.tried),
        "countries": npgettext("tried in", "%(num)s country", "%(num)s countries", max(1, len(tally.countries))),
        "results": results,
    }
    return str(_("Tried by %(organisations)s in %(countries)s: %(results)s.", **values))


def result_phrases(tally: Tally) -> Iterator[str]:
    """How many worked, were mixed ... in the order of the outcomes, those still trying last."""
    for result in (*OUTCOMES, "trying"):
        number = tally.results[result]
        if number:
            yield _result(result, number)


def _result(result: str, number: int) -> str:
    if result == "worked":
        return str(npgettext("how many tried it", "%(num)s worked", "%(num)s worked", number))
    if result == "worked_with_changes":
        return str(
            npgettext(
                "how many tried it",
                "%(num)s worked with changes",
                "%(num)s worked with changes",
                number,
            )
        )
    if result == "mixed":
        return str(npgettext("how many tried it", "%(num)s mixed", "%(num)s mixed", number))
    if result == "did_not_work":
        return str(npgettext("how many tried it", "%(num)s did not work", "%(num)s did not work", number))
    if result == "too_early":
        return str(
            npgettext(
                "how many tried it",
                "%(num)s too early to say",
                "%(num)s too early to say",
                number,
            )
        )
    return str(npgettext("how many tried it", "%(num)s still trying", "%(num)s still trying", number))


def details_text(report: Report, name: str) -> str:
    """What a field of the details says, as text in the reader's words."""
    value = report.details.get(name)
    if value is None:
        return ""
    if name == BLOCKS:
        return "; ".join(value)
    if name in ("helped", "blocked"):
        return ", ".join(choice_label(name, one) for one in value)
    if name == "contact_with_owner":
        return choice_label(name, value)
    return show_number(value) if name in FIGURES else str(value)


def report_texts(report: Report) -> Iterator[tuple[str, str, str, bool]]:
    """(name, label, text, whether a person wrote it) of everything a report says."""
    language = interface_language()
    yield "intent", field_label("intent"), intent_label(report.intent), False
    yield "outcome", field_label("outcome"), outcome_label(report.outcome), False
    for name in (BLOCKS, *(one.name for one in FIELDS)):
        yield name, field_label(name), details_text(report, name), name in TEXTS
    yield "country", field_label("country"), country_name(report.country, language) if report.country else "", False
    yield "permission", field_label("permission"), str(words.PERMISSIONS[report.permission][0]), False
    yield "language", field_label("language"), language_name(report.language, language), False


def report_differences(before: Report, after: Report) -> list[Difference]:
    """What differs between two states of a report, in the order of its page."""
    pairs = zip(report_texts(before), report_texts(after), strict=True)
    return [
        Difference(name, label, compare(old, new), written)
        for (name, label, old, written), (_name, _label, new, _written) in pairs
        if old != new
    ]
