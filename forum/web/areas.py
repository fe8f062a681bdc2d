"""The areas of the site, in the order of the main navigation."""

from forum.web import home, profile

AREAS = (home.area, profile.area)
