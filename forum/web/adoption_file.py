"""All reports on a practice as a table that spreadsheet programs open: for those who shared it, and for moderators."""

import csv
import io
from collections.abc import Iterable, Iterator

from flask_babel import gettext as _

from forum.adoption.content import BLOCKS, FIELDS, report_of
from forum.adoption.models import Adoption
from forum.core.languages import country_name, language_name
from forum.web.adoption_words import details_text, field_label, intent_label, outcome_label
from forum.web.languages import interface_language
from forum.web.templating import iso

MARK = "\ufeff"  # tells spreadsheet programs that the file is in UTF-8
FORMULA_BEGINNINGS = tuple("=+-@\t\r\n＝＋－＠")  # the wide ones count too where people write Japanese or Chinese
NAMES = tuple(one.name for one in FIELDS)


def table_of(adoptions: Iterable[Adoption]) -> str:
    """The file, its headings in the reader's language."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([safe_cell(str(head)) for head in headings()])
    writer.writerows([safe_cell(cell) for cell in row(one)] for one in adoptions)
    return MARK + file.getvalue()


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet program takes for a formula: what begins like one gets an apostrophe in front."""
    return f"'{text}" if text.startswith(FORMULA_BEGINNINGS) else text


def headings() -> Iterator[str]:
    """The first line."""
    yield from (str(_("Organisation")), str(_("Country")), str(_("Written on")), str(_("Changed on")))
    yield from map(field_label, ("intent", "outcome", "language", BLOCKS, *NAMES))
    yield str(_("Your answer"))


def row(adoption: Adoption) -> Iterator[str]:
    """The line of a report."""
    report, language = report_of(adoption), interface_language()
    yield adoption.organisation.name
    yield country_name(report.country, language) if report.country else ""
    yield iso(adoption.created_at)[:10]
    yield iso(adoption.updated_at)[:10]
    yield from (intent_label(report.intent), outcome_label(report.outcome), language_name(report.language, language))
    yield from (details_text(report, name) for name in (BLOCKS, *NAMES))
    yield adoption.answer
