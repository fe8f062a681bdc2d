"""What can happen to the mails that somebody gets."""

from forum.core.events import event_kind

CHOSEN = event_kind("mail.chosen", "Somebody stopped a kind of mail, or started it again.")
