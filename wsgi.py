"""The WSGI application, for any server: `wsgi:app`."""

from forum.app import create_app

app = create_app()
