"""What people may write about themselves, checked in one place for every way an account comes about."""

import re
from collections.abc import Iterable

from forum.accounts import passwords
from forum.accounts.models import ABOUT_LENGTH, JOB_TITLE_LENGTH, NAME_LENGTH
from forum.accounts.queries import normal_email
from forum.core.errors import Invalid
from forum.core.languages import INTERFACE_LANGUAGES, is_language
from forum.core.text import CONTROL_CHARACTERS, Message, single_line
from forum.core.text import message as _

MOST_LANGUAGES = 20
MOST_INTERESTS = 20
THEME = re.compile(r"[a-z0-9-]{1,60}")


class Problems(dict[str, Message]):
    """The problems found so far, by field."""

    def add(self, field: str, problem: Message | None) -> None:
        """Note a problem, unless there is none."""
        if problem:
            self.setdefault(field, problem)

    def settle(self) -> None:
        """Raise `Invalid` when there is any problem."""
        if self:
            raise Invalid(self)


def name_problem(name: str) -> Message | None:
    """Why this cannot be the name of a person. Addresses are refused: names go into mails to people who never asked."""
    if not single_line(name):
        return _("Write your name.")
    if len(single_line(name)) > NAME_LENGTH:
        return _("Write a name of at most %(number)s characters.", number=NAME_LENGTH)
    if re.search(r"://|www\.|@", name, re.IGNORECASE):
        return _("Write your name without a web or e-mail address.")
    return None


def email_problem(email: str) -> Message | None:
    """Why this cannot be an e-mail address."""
    if not email.strip():
        return _("Write your e-mail address.")
    if normal_email(email) is None:
        return _("Write the whole e-mail address, like name@example.org.")
    return None


def language_problem(language: str) -> Message | None:
    """Why this cannot be the language of the pages."""
    return None if language in INTERFACE_LANGUAGES else _("Choose one of the languages of this site.")


def is_theme_key(key: str) -> bool:
    """Whether this can be the key of a theme; the vocabulary, a floor above, knows which there are."""
    return bool(THEME.fullmatch(key))


def profile_problems(job_title: str, about: str, reads: Iterable[str], interests: Iterable[str]) -> Problems:
    """What is wrong with the words, languages and themes of a profile."""
    problems = Problems()
    if len(single_line(job_title)) > JOB_TITLE_LENGTH:
        problems.add("job_title", _("Write at most %(number)s characters.", number=JOB_TITLE_LENGTH))
    if len(about) > ABOUT_LENGTH:
        problems.add("about", _("Write at most %(number)s characters.", number=ABOUT_LENGTH))
    if CONTROL_CHARACTERS.search(about):
        problems.add("about", _("There are characters in this text that cannot be shown. Please type it again."))
    codes = list(reads)
    if len(codes) > MOST_LANGUAGES or not all(map(is_language, codes)):
        problems.add("reads", _("Choose languages from the list, at most %(number)s.", number=MOST_LANGUAGES))
    themes = list(interests)
    if len(themes) > MOST_INTERESTS or not all(map(is_theme_key, themes)):
        problems.add("interests", _("Choose themes from the list, at most %(number)s.", number=MOST_INTERESTS))
    return problems


def checked_account(email: str, name: str, language: str) -> tuple[str, str]:
    """The address and the name as they are kept. Raises `Invalid` with every problem of the three."""
    problems = Problems()
    problems.add("name", name_problem(name))
    problems.add("email", email_problem(email))
    problems.add("language", language_problem(language))
    problems.settle()
    return normal_email(email) or "", single_line(name)


def check_new_account(email: str, name: str, password: str, language: str) -> tuple[str, str]:
    """The same with a password that has to be good enough; `Invalid` names every problem at once."""
    problems = Problems()
    try:
        kept = checked_account(email, name, language)
    except Invalid as problem:
        problems.update(problem.fields)
        kept = ("", "")
    problems.add("password", passwords.refusal(password, name, email))
    problems.settle()
    return kept
