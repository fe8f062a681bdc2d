"""The areas of the site, in the order of the main navigation."""

from forum.web import (
    api,
    discussion,
    help,
    home,
    invitations,
    library,
    log,
    memberships,
    organisation_forms,
    people,
    profile,
    review,
    search,
    themes,
    vocabulary,
)

AREAS = (
    discussion.area,
    help.area,
    home.area,
    log.area,
    log.collections_area,
    review.area,
    organisation_forms.area,
    memberships.area,
    invitations.area,
    library.area,
    people.area,
    profile.area,
    themes.area,
    vocabulary.area,
    search.area,
    api.area,
)
