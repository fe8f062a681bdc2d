"""Names that people give: whatever they are, addresses, cells, headers, logs and files made of them stay what they are."""

import csv
import io
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.http import parse_options_header
from werkzeug.utils import send_file

from forum.core.files import KINDS, clean_filename
from forum.core.logs import Renderer, in_json, one_event_a_line
from forum.core.text import SLUG_LENGTH, fold, single_line, slugify
from forum.library.models import PAGES_OF_A_POST, slug_of
from forum.web.adoption_file import safe_cell
from tests.journeys.payloads import payloads

pytestmark = pytest.mark.one_database

names = st.text(max_size=300) | st.sampled_from(payloads())


@given(names)
@example("ﬁ" * 200)
@example("\u0345" * 50)
@example("ΐ" * 90)
def test_any_title_has_a_short_address(title: str) -> None:
    slug = slug_of(title)
    assert 1 <= len(slug) <= SLUG_LENGTH + 1
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slugify(slugify(title)) == slugify(title)
    assert slug not in PAGES_OF_A_POST


@given(names)
def test_any_text_stands_on_one_line_and_stays_so(text: str) -> None:
    line = single_line(text)
    assert not any(unicodedata.category(sign) in ("Zl", "Zp") or sign in "\r\n\t\x0b\x0c\x00\x1b" for sign in line)
    assert single_line(line) == line
    assert fold(fold(text)) == fold(text)


@given(st.lists(names, min_size=1, max_size=6))
def test_no_cell_begins_like_a_formula_and_every_cell_is_read_back(cells: list[str]) -> None:
    cells = [cell.replace("\x00", "") for cell in cells]
    file = io.StringIO(newline="")
    csv.writer(file).writerow([safe_cell(cell) for cell in cells])
    [read] = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert [one.removeprefix("'") if one != cell else one for one, cell in zip(read, cells, strict=True)] == cells
    assert not any(one.startswith(tuple("=+-@\t\r\n＝＋－＠")) for one in read)


@pytest.mark.parametrize("write", [one_event_a_line, in_json])
@given(values=st.dictionaries(st.sampled_from(["path", "email", "error"]), names), event=names)
def test_no_value_forges_a_line_of_the_log(write: Renderer, values: dict[str, str], event: str) -> None:
    line = write(None, "", {"timestamp": "2026-03-01T09:00:00Z", "level": "info", "event": event, **values})
    assert len(line.splitlines()) == 1
    assert not any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") or sign in "\u202e\u2066" for sign in line)


@given(name=names, ending=st.sampled_from(sorted(KINDS)))
@example(name='x"; filename=evil.html', ending="pdf")
@example(name="x\r\nSet-Cookie: a=b", ending="pdf")
def test_any_file_name_is_one_parameter_of_one_header(name: str, ending: str) -> None:
    clean = clean_filename(name, KINDS[ending])
    answer = send_file(io.BytesIO(b"x"), {"REQUEST_METHOD": "GET"}, as_attachment=True, download_name=clean)
    [told] = answer.headers.getlist("Content-Disposition")
    how, values = parse_options_header(told)
    assert (how, values) == ("attachment", {"filename": clean})
    assert set(told) <= set(map(chr, range(32, 127)))
    assert clean.endswith(f".{ending}")
    assert "/" not in clean
    assert "\\" not in clean
