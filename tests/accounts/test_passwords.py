"""Which passwords are refused, and how they are kept."""

import argon2
import pytest

from forum.accounts import passwords

GOOD = "lichte regen boven Gent"


def test_a_password_of_several_words_is_fine() -> None:
    assert passwords.refusal(GOOD, "An Peeters", "an@example.org") is None


@pytest.mark.parametrize("password", ["", "short", "elevenchars", "x" * 5 + "y" * 200])
def test_too_short_and_too_long_are_refused(password: str) -> None:
    assert passwords.refusal(password) is not None


def test_any_characters_may_be_used() -> None:
    for password in ("日本語のとても長い言葉です", "🐝🐙🦊🐢🐳🌵🍄🌈⚡🔥🌊🍀", "tab\tand\x00zero in one"):
        assert passwords.refusal(password) is None
        assert passwords.matches(passwords.hashed(password), password)


def test_the_list_holds_more_than_three_thousand_and_all_are_refused() -> None:
    lines = passwords.LIST.read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if not line.startswith("# ")]
    assert listed == sorted(set(listed))
    assert len([line for line in listed if len(line) >= passwords.SHORTEST]) > 3000
    assert all(passwords.refusal(line) for line in listed)


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password2026!",
        "P@ssw0rd1234",
        "123456789012",
        "qwertyuiop12",
        "azertyuiop123",
        "wachtwoord2024",
        "MotDePasse123!",
        "iloveyou12345",
        "aaaaaaaaaaaa",
        "abababababab",
        "abcabcabcabc",
        "administrator1!",
        "letmeinletmein",
        "pass word pass word",
    ],
)
def test_what_many_people_choose_is_refused(password: str) -> None:
    assert passwords.is_common(password)


@pytest.mark.parametrize(
    "password", ["an.peeters@example.org", "AnPeeters2026!", "peeters.peeters", "Peeters example 1"]
)
def test_ones_own_name_and_address_are_refused(password: str) -> None:
    assert passwords.refusal(password, "An Peeters", "an.peeters@example.org")


def test_a_password_is_kept_as_argon2id_of_the_agreed_cost() -> None:
    parameters = argon2.extract_parameters(passwords.hashed(GOOD))
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19456, 2, 1)
    assert parameters.type is argon2.Type.ID
    assert argon2.extract_parameters(passwords.DECOY) == parameters


def test_only_the_right_password_matches_however_it_is_composed() -> None:
    kept = passwords.hashed("crème brûlée à midi")
    assert passwords.matches(kept, "cre\u0300me bru\u0302le\u0301e a\u0300 midi")
    assert not passwords.matches(kept, "creme brulee a midi")


def test_nobody_signs_in_without_a_hash_or_with_a_broken_one() -> None:
    assert not passwords.matches(None, GOOD)
    assert not passwords.matches("broken", GOOD)


def test_half_a_surrogate_pair_is_only_a_wrong_password() -> None:
    assert not passwords.matches(passwords.hashed(GOOD), "\ud83d")


def test_a_hash_of_lesser_cost_is_outdated() -> None:
    weak = argon2.PasswordHasher(memory_cost=8192, time_cost=1, parallelism=1).hash(GOOD)
    assert passwords.is_outdated(weak)
    assert not passwords.is_outdated(passwords.hashed(GOOD))
