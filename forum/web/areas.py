"""The areas of the site, in the order of the main navigation."""

from forum.web import (
    help,
    home,
    invitations,
    log,
    memberships,
    organisation_forms,
    people,
    profile,
    review,
    themes,
    vocabulary,
)

AREAS = (
    help.area,
    home.area,
    log.area,
    log.collections_area,
    review.area,
    organisation_forms.area,
    memberships.area,
    invitations.area,
    people.area,
    profile.area,
    themes.area,
    vocabulary.area,
)
