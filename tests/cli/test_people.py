import pytest
from sqlalchemy import select

from forum.accounts.models import Person, RoleGrant
from forum.core.events import Event
from forum.organisations.models import Membership
from tests.interop.files import organisation, write

PASSWORD = "a rather long password"
ADD = ("person", "add", "--email", "an@example.org", "--name", "An Peeters")


def sign_in(site, email, password):
    browser = site.app().test_client()
    return browser, browser.post("/sign-in", data={"email": email, "password": password})


def test_who_is_added_can_sign_in_at_once(site):
    result = site.run(*ADD, "--password-stdin", typed=f"{PASSWORD}\n")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "An Peeters <an@example.org> can sign in.\n"
    browser, answer = sign_in(site, "an@example.org", PASSWORD)
    assert answer.status_code == 303
    assert "An Peeters" in browser.get("/", follow_redirects=True).text
    _browser, answer = sign_in(site, "an@example.org", PASSWORD + "!")
    assert answer.status_code == 422


def test_without_a_password_the_person_asks_for_one(site):
    result = site.run(*ADD)
    assert result.stdout == "An Peeters <an@example.org> can sign in after asking for a password on the sign-in page.\n"
    assert site.read(select(Person.password_hash)) == [None]


@pytest.mark.parametrize("called", ["de-brug", "De Brug", "o1"])
@pytest.mark.parametrize("role", ["member", "editor"])
def test_a_person_is_added_to_an_organisation_by_slug_name_or_ref(site, tmp_path, called, role):
    site.run("import", write(tmp_path / "o.jsonl", organisation("o1", name="De Brug"), organisation("o2")))
    assert site.run(*ADD, "--organisation", called, "--role", role).exit_code == 0
    (membership,) = site.read(select(Membership))
    assert (membership.organisation_id, membership.role, membership.state) == (1, role, "active")


@pytest.mark.parametrize("role", ["moderator", "admin"])
def test_a_person_is_added_with_a_role_for_the_network(site, role):
    assert site.run(*ADD, "--role", role).exit_code == 0
    (grant,) = site.read(select(RoleGrant))
    assert (grant.role, grant.scope) == (role, "network")


@pytest.mark.parametrize(
    ("words", "typed", "sentence"),
    [
        (
            ("--organisation", "De Brug"),
            "",
            "There is no organisation called De Brug. Import it, or add it on the site first.",
        ),
        (("--role", "editor"), "", "role: An editor belongs to an organisation. Name it with --organisation."),
        (("--password-stdin",), "short\n", "password: "),
        (("--password-stdin",), "", "password: "),
        (("--email", "an"), "", "email: "),
        (("--name", " "), "", "name: "),
        (("--language", "xx"), "", "language: "),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_added(site, words, typed, sentence):
    result = site.run(*ADD, *words, typed=typed)
    assert result.exit_code == 1
    assert result.stderr.startswith(sentence)
    assert result.stdout == ""
    assert site.read(select(Person)) == []


def test_an_address_has_one_account(site):
    site.run(*ADD)
    result = site.run(*ADD)
    assert (result.exit_code, result.stderr) == (1, "email: There is an account with this e-mail address already.\n")


def test_roles_are_given_and_taken(site):
    site.run(*ADD)
    role = ("person", "role", "--email", "an@example.org", "--role")
    assert (
        site.run(*role, "moderator", "--scope", "theme:finance").stdout
        == "An Peeters is now moderator (theme:finance).\n"
    )
    assert site.run(*role, "admin").exit_code == 0
    assert sorted(grant.role for grant in site.read(select(RoleGrant))) == ["admin", "moderator"]
    taken = site.run(*role, "moderator", "--scope", "theme:finance", "--remove")
    assert taken.stdout == "An Peeters is no longer moderator (theme:finance).\n"
    assert [grant.role for grant in site.read(select(RoleGrant))] == ["admin"]


def test_the_last_administrator_stays(site):
    site.run(*ADD, "--role", "admin")
    result = site.run("person", "role", "--email", "an@example.org", "--role", "admin", "--remove")
    assert result.exit_code == 1
    assert result.stderr
    assert len(site.read(select(RoleGrant))) == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--email", "nobody@example.org", "--role", "admin"),
            "There is no account with the address nobody@example.org.",
        ),
        (("--email", "an@example.org", "--role", "moderator", "--scope", "moon"), "scope: "),
    ],
)
def test_a_role_that_cannot_be_given_is_refused(site, words, sentence):
    site.run(*ADD)
    result = site.run("person", "role", *words)
    assert result.exit_code == 1
    assert result.stderr.startswith(sentence)


def test_a_lost_second_factor_is_reset(site):
    site.run(*ADD)
    result = site.run("person", "reset-second-factor", "--email", "an@example.org")
    assert (result.exit_code, result.stdout) == (0, "An Peeters has no second factor any more.\n")
    assert "person.second_factor_reset" in site.read(select(Event.name))
    nobody = site.run("person", "reset-second-factor", "--email", "nobody@example.org")
    assert (nobody.exit_code, nobody.stderr) == (1, "There is no account with the address nobody@example.org.\n")


def test_somebody_who_lost_the_old_mailbox_gets_another_address(site):
    site.run(*ADD)
    words = ("person", "change-address", "--new", "an@sluis.example", "--email")
    result = site.run(*words, "an@example.org")
    assert (result.exit_code, result.stdout) == (0, "An Peeters signs in with an@sluis.example now.\n")
    nobody = site.run(*words, "an@example.org")
    assert (nobody.exit_code, nobody.stderr) == (1, "There is no account with the address an@example.org.\n")
