"""The area of moderators' work. Its pages are in modules: the desk itself, and what is done to one post."""

from forum.web.routes import Area

area = Area("review", __name__)
