"""What our mails say: every template in every language, as HTML and as text, with no name in the wrong place."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from lxml import html

from forum.core.catalogues import PSEUDO_LANGUAGE
from forum.core.languages import INTERFACE_LANGUAGES
from forum.core.resources import resource
from forum.core.settings import Settings
from forum.notifications.about_decisions import TO_CONCERNED, TO_NOTIFIERS
from forum.notifications.addresses import TO_ADDRESSES
from forum.notifications.experts import STATES
from forum.notifications.kinds import KIND_OF, KINDS
from forum.notifications.letters import WIDTH, Errand, Words, write
from forum.notifications.mailing import MAILS
from forum.notifications.palette import dark_colours, letter_styles, light_colours
from forum.notifications.recipients import TELLERS
from forum.notifications.samples import SAMPLES, sample_errand
from forum.notifications.stopping import search_stop_path

TEMPLATES = sorted(path.stem for path in (resource("templates") / "mail").glob("*.jinja"))
SITE = "https://forum.example.org"
BESIDE_A_BUTTON = "If the button does nothing, copy this address into your browser:"


@pytest.fixture
def settings(app: Flask) -> Settings:
    found: Settings = app.config["SETTINGS"].model_copy(update={"base_url": SITE})
    return found


def joined(text: str) -> str:
    """A flowed text as it was before its lines were broken (RFC 3676)."""
    return re.sub(r"(?<!^--) \n", " ", text, flags=re.MULTILINE)


def paragraphs_of(words: Words) -> list[str]:
    """What stands in the HTML for eyes to read, line by line."""
    page = html.fromstring(words.html)
    for hidden in page.xpath("//head | //*[@class='preview'] | //comment()"):
        hidden.drop_tree()
    for line in page.xpath("//br"):
        line.tail = f"\n{line.tail or ''}"
    lines = "\n".join(one.text_content() for one in page.xpath("//h1 | //h2 | //p | //td[contains(@class, 'key')]"))
    return [" ".join(line.split()) for line in lines.splitlines() if line.strip()]


def posts_in(template: str) -> list[dict[str, str]]:
    """The posts that a sample tells of."""
    found = [post for search in SAMPLES[template].get("searches", ()) for post in search["posts"]]
    return [*found, SAMPLES[template]["practice"]] if "practice" in SAMPLES[template] else found


def languages_of_posts(template: str) -> set[str]:
    return {post["language"] for post in [*posts_in(template), *records_in(template)]}


def records_in(template: str) -> list[dict[str, Any]]:
    """What a sample asks its reader to confirm, or says to be out of date."""
    sample = SAMPLES[template]
    return [*sample.get("records", ()), *([sample["record"]] if "record" in sample else [])]


def words_of_people(template: str) -> set[str]:
    """What stands in a sample as people wrote it: the names of searches, and what is told of posts."""
    names = {search["name"] for search in SAMPLES[template].get("searches", ())}
    names |= {record["title"] for record in records_in(template)}
    return names | {post[name] for post in posts_in(template) for name in ("title", "place", "summary")}


def test_every_mail_has_all_its_parts() -> None:
    assert (
        set(TEMPLATES)
        == {*TELLERS, *TO_NOTIFIERS, *TO_CONCERNED, *TO_ADDRESSES, "invitation", *STATES}
        == set(KIND_OF)
        == set(SAMPLES)
    )
    assert {kind.name for kind in KIND_OF.values()} == set(KINDS)
    assert len(MAILS) >= len(TEMPLATES)


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_mail_is_whole_in_every_language(settings: Settings, template: str, language: str) -> None:
    words = write(sample_errand(template, language), settings)
    link = f"{SITE}/{language}{SAMPLES[template]['link']}"
    page = html.fromstring(words.html)
    assert words.subject
    assert "\n" not in words.subject
    assert link in words.text.splitlines()
    assert len(page.xpath(f"//a[@href='{link}']")) == 2
    assert set(page.xpath("//@lang")) == {language, *languages_of_posts(template)}
    assert set(page.xpath("//@dir")) == {"ltr"}
    assert [one.text_content() for one in page.xpath("//h1")] == page.xpath("//title/text()") == [words.subject]
    assert words.subject not in words.text.splitlines()
    for text in (words.subject, words.text, words.html):
        assert not re.search(r"%\(|\{\{|\{%|None|var\(", text)


@pytest.mark.parametrize("template", TEMPLATES)
def test_html_and_text_say_the_same(settings: Settings, template: str) -> None:
    words = write(sample_errand(template, "en"), settings)
    addresses = [line for line in words.text.splitlines() if line.startswith(SITE)]
    told = [line for line in joined(words.text).splitlines() if line.strip() not in ("", "--", *addresses)]
    shown = [line for line in paragraphs_of(words) if line not in addresses]
    assert shown == ["Passerelle", words.subject, *with_help_beside_the_button(told)]
    links = html.fromstring(words.html).xpath("//a/@href")
    assert list(dict.fromkeys(links)) == [f"{SITE}/en/", *addresses]


def with_help_beside_the_button(lines: list[str]) -> list[str]:
    """The lines of a text, with the sentence that only HTML needs."""
    labels = {"Sign in", "Confirm your address", "Set a new password", "See the invitation", "Answer the request"}
    labels |= {"Read the message", "See my searches", "See everything to confirm", "Look and answer"}
    labels |= {"See the suggestions", "See the answers"}
    labels |= {"Read the message", "See my searches", "Read the practice and answer", "See or withdraw your opinion"}
    labels |= {"Read the report", "Tell how it went", "Accept or decline", "See what became of it"}
    labels |= {"See your report", "Read the decision", "Read the reasons", "Read the answer"}
    labels |= {"Say yes or no", "It is me", "Write to us"}
    place = next(at for at, line in enumerate(lines) if line in labels or line.startswith("See the page of"))
    return [*lines[: place + 1], BESIDE_A_BUTTON, *lines[place + 1 :]]


def test_each_post_in_a_mail_stands_in_its_own_language_and_each_search_can_be_stopped(settings: Settings) -> None:
    words = write(sample_errand("searches_matched", "en"), settings)
    page = html.fromstring(words.html)
    titles = [(one.text, one.get("lang"), one.get("dir")) for one in page.xpath("//a[@lang]")]
    assert titles == [(post["title"], post["language"], "ltr") for post in posts_in("searches_matched")]
    stop = f"{SITE}/en{search_stop_path(settings, 1)}"
    assert stop in words.text.splitlines()
    assert stop in page.xpath("//a/@href")


def test_what_people_wrote_in_a_list_brings_no_line_link_or_markup_of_its_own(settings: Settings) -> None:
    bad = "Eva\n\nhttps://evil.example\r\n-- \n<b>x</b>{{ 7 * 7 }}"
    post = {"title": bad, "language": "en", "path": "/posts/1/x", "place": bad, "summary": bad}
    search = {"id": 1, "name": bad, "path": "/search?q=x", "more": 0, "posts": [post]}
    words = write(
        Errand("An", "a@example.org", "en", "searches_matched", {"link": "/s", "searches": [search]}, 1), settings
    )
    assert words.text.count("\n-- \n") == 1
    assert not re.search(r"https?:/+evil", words.text + words.html)
    assert "<b>" not in words.html
    assert "evil" not in "".join(html.fromstring(words.html).xpath("//@href"))


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_mail_says_why_it_comes_and_what_can_be_done_about_it(settings: Settings, template: str) -> None:
    words = write(sample_errand(template, "en"), settings)
    footer = joined(words.text).partition("\n-- \n")[2]
    assert footer.startswith("You get this mail because ")
    can_be_stopped = KIND_OF[template].can_be_stopped
    assert ("Stop these mails" in footer) is can_be_stopped
    assert (f"{SITE}/en/profile/mail" in footer.splitlines()) is can_be_stopped
    assert ("Such mails" in footer) is not can_be_stopped
    assert (words.stop is not None) is can_be_stopped


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_sentence_of_a_mail_stays_out_of_the_catalogue(settings: Settings, template: str) -> None:
    spoken = settings.model_copy(update={"languages": ("en", PSEUDO_LANGUAGE)})
    words = write(sample_errand(template, PSEUDO_LANGUAGE), spoken)
    told = [line for line in joined(words.text).splitlines() if line and not line.startswith(("https://", "-- "))]
    plain = [
        line for line in [words.subject, *told] if not line.startswith("[") and line not in words_of_people(template)
    ]
    assert plain == ["Passerelle"]


def test_a_mail_to_an_address_without_an_account_has_no_link_to_stop_it(settings: Settings) -> None:
    words = write(replace(sample_errand("membership_started", "en"), person_id=None), settings)
    assert words.stop is None
    assert "/mail/stop/" not in words.text + words.html


@pytest.mark.parametrize("template", TEMPLATES)
def test_lines_of_the_text_are_short_and_can_be_joined_again(settings: Settings, template: str) -> None:
    words = write(sample_errand(template, "de"), settings)
    lines = words.text.splitlines()
    assert max(len(line) for line in lines if not line.startswith("https://")) <= WIDTH + 1
    assert any(line.endswith(" ") for line in lines)
    assert "\n\n\n" not in words.text


def test_the_first_sentences_stand_beside_the_subject_in_lists_of_mails(settings: Settings) -> None:
    words = write(sample_errand("reset", "en"), settings)
    (preview,) = html.fromstring(words.html).xpath("//*[@class='preview']")
    assert preview.text.startswith("You asked for a new password.")
    assert "display: none" in preview.get("style")


def test_a_language_that_the_site_does_not_speak_falls_back_to_its_first(settings: Settings) -> None:
    spoken = settings.model_copy(update={"languages": ("fr", "nl")})
    assert f"{SITE}/fr/new-password" in write(sample_errand("reset", "it"), spoken).text


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_name_brings_no_line_link_or_markup_of_its_own(settings: Settings, template: str) -> None:
    name = "Eva\n\nhttps://evil.example\r\nBcc: www.evil.example x@evil.example\u2028-- \n<b>x</b>{{ 7 * 7 }}%(site)s"
    values = {
        key: name if key in ("organisation", "person", "inviter") else it for key, it in SAMPLES[template].items()
    }
    words = write(Errand(name, "an@example.org", "en", template, values, 1), settings)
    assert "\n" not in words.subject
    assert words.text.count("\n-- \n") == 1
    assert not re.search(r"https?:/+evil|www\.", words.subject + words.text + words.html)
    assert "<b>" not in words.html
    assert "&lt;b&gt;" in words.html
    assert "49" not in words.subject + words.text


def test_a_name_from_right_to_left_does_not_turn_the_words_beside_it(settings: Settings) -> None:
    words = write(replace(sample_errand("reset", "en"), name="\u202eنور"), settings)
    assert "Hello \u2068نور\u2069," in words.text
    assert "\u202e" not in words.text + words.html


def test_dates_are_told_in_words(settings: Settings) -> None:
    assert "23 mars 2026" in joined(write(sample_errand("invitation", "fr"), settings).text)
    assert "9 March 2026" in joined(write(sample_errand("password_changed", "en"), settings).text)


def test_an_invitation_by_nobody_in_particular_is_whole(settings: Settings) -> None:
    values: dict[str, Any] = SAMPLES["invitation"] | {"inviter": "", "until": date(2026, 3, 1)}
    assert "You are invited" in write(Errand("", "", "en", "invitation", values), settings).text


@pytest.mark.parametrize("template", TEMPLATES)
def test_mails_fetch_nothing(settings: Settings, template: str) -> None:
    words = write(sample_errand(template, "en"), settings)
    page = html.fromstring(words.html)
    assert page.xpath("//img | //link | //script | //iframe | //object | //form | //@src | //@background") == []
    assert not re.search(r"url\(|@import|@font-face", words.html)
    assert {one.split("/")[2] for one in page.xpath("//@href")} == {"forum.example.org"}


def test_mails_can_be_read_where_style_sheets_are_dropped(settings: Settings) -> None:
    page = html.fromstring(write(sample_errand("reset", "en"), settings).html)
    assert page.xpath("//body//p[not(contains(@style, 'margin'))] | //body//*[@class='brand'][not(@style)]") == []
    assert len(page.xpath("//table[@role='presentation']")) == len(page.xpath("//table"))


def test_mails_have_dark_colours_for_those_who_ask_and_for_outlook(settings: Settings) -> None:
    first, second = html.fromstring(write(sample_errand("reset", "en"), settings).html).xpath("//style/text()")
    assert "prefers-color-scheme: dark" in first
    assert "[data-ogsc] .ink" in second
    for styles in (first, second):
        assert dark_colours()["ink"] in styles
        assert dark_colours()["paper"] in styles


def test_the_colours_of_mails_are_those_of_the_site() -> None:
    assert light_colours()["paper"] != dark_colours()["paper"]
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", letter_styles())) <= set(light_colours().values())
