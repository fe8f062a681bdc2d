"""The area of posts. Its pages are in modules by what people do there; `library.py` brings them together."""

from forum.web.routes import Area

area = Area("posts", __name__)
