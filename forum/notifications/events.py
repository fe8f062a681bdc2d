"""What can happen to the mails that somebody gets, and to saved searches."""

from forum.core.events import event_kind

CHOSEN = event_kind("mail.chosen", "Somebody stopped a kind of mail, or started it again.")
SEARCH_SAVED = event_kind("search.saved", "Somebody saved a search, to be told of what is new.")
SEARCH_CHANGED = event_kind("search.changed", "Somebody chose how a saved search tells of what is new, or paused it.")
SEARCH_DELETED = event_kind("search.deleted", "Somebody deleted a saved search.")
SEARCH_MATCHED = event_kind("search.matched", "New posts match what a person saved; a mail is due, one a day at most.")
