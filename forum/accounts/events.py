"""What can happen to an account."""

from forum.core.events import event_kind
from forum.core.text import message as _

SIGNED_UP = event_kind("person.signed_up", "Somebody made an account; the address is not confirmed yet.")
SIGN_UP_REPEATED = event_kind("person.sign_up_repeated", "Somebody signed up with the address of an existing account.")
CONFIRMATION_REQUESTED = event_kind(
    "person.confirmation_requested", "Somebody asked for another mail to confirm an address."
)
ADDED = event_kind("person.added", "An operator, an invitation or an import made an account that needs no confirming.")
CONFIRMED = event_kind("person.confirmed", "Somebody confirmed the address of the account.")
RESET_REQUESTED = event_kind("person.reset_requested", "Somebody asked for a new password.")
SIGN_IN_REQUESTED = event_kind("person.sign_in_requested", "Somebody asked for a link to sign in.")
PROOF_REQUESTED = event_kind(
    "person.proof_requested", "Somebody without a password asked for a link to show that it is still them."
)
PASSWORD_CHANGED = event_kind("person.password_changed", "Somebody set a new password; all other sessions ended.")
ADDRESS_CHANGE_ASKED = event_kind(
    "person.address_change_asked", "Somebody asked for another address; both mailboxes are to confirm it."
)
ADDRESS_CHANGE_STOPPED = event_kind("person.address_change_stopped", "A new address was refused or cancelled.")
ADDRESS_CHANGED = event_kind("person.address_changed", "The address of an account is new; all its sessions ended.")
SECOND_FACTOR_ON = event_kind("person.second_factor_on", "Somebody set up a first second factor.")
SECOND_FACTOR_OFF = event_kind("person.second_factor_off", "Somebody removed the last second factor.")
SECOND_FACTOR_RESET = event_kind(
    "person.second_factor_reset",
    "An operator took away a second factor that was lost.",
    log=_("%(actor)s reset the second factor of %(subject)s"),
)
CODE_APP_ADDED = event_kind("person.code_app_added", "Somebody who had a passkey set up an app that shows codes.")
CODE_APP_REMOVED = event_kind("person.code_app_removed", "Somebody removed the app that shows codes; a passkey stays.")
PASSKEY_ADDED = event_kind("person.passkey_added", "Somebody who had a second factor added a passkey.")
PASSKEY_REMOVED = event_kind("person.passkey_removed", "Somebody removed a passkey; another second factor stays.")
RECOVERY_CODES_RENEWED = event_kind("person.recovery_codes_renewed", "Somebody made new recovery codes.")
RECOVERY_CODE_USED = event_kind("person.recovery_code_used", "Somebody came in with a recovery code.")
IDENTITY_LINKED = event_kind("person.identity_linked", "Somebody linked the account with one at the sign-on provider.")
IDENTITY_REMOVED = event_kind("person.identity_removed", "Somebody removed the link to the sign-on provider.")
FACTOR_EVENTS = (  # each is told to its person by mail
    SECOND_FACTOR_ON,
    SECOND_FACTOR_OFF,
    SECOND_FACTOR_RESET,
    CODE_APP_ADDED,
    CODE_APP_REMOVED,
    PASSKEY_ADDED,
    PASSKEY_REMOVED,
    RECOVERY_CODES_RENEWED,
    RECOVERY_CODE_USED,
    IDENTITY_LINKED,
    IDENTITY_REMOVED,
)
SIGNED_OUT = event_kind("person.signed_out", "Somebody ended sessions on other devices.")
PROFILE_CHANGED = event_kind(
    "person.profile_changed", "Somebody changed name, languages, themes or words about themselves."
)
ROLE_CHANGED = event_kind(
    "person.role_changed",
    "An admin gave or took a role for the network.",
    log=_("%(actor)s changed the role of %(subject)s"),
)
SUSPENDED = event_kind(
    "person.suspended", "A moderator suspended an account.", log=_("%(actor)s suspended %(subject)s")
)
SILENCED = event_kind("person.silenced", "A moderator silenced a person.", log=_("%(actor)s silenced %(subject)s"))
RELEASED = event_kind(
    "person.released", "A sanction ended early.", log=_("%(actor)s ended a sanction of %(subject)s early")
)
ERASED = event_kind("person.erased", "An account was closed; what it posted stays, without the name.")
