"""`create_app()`: the one file that knows every part. Read it from top to bottom."""

from flask import Flask
from flask_migrate import Migrate

from forum.core.db import db, engine_options, prepare_engine, sqlalchemy_url
from forum.core.limits import keep_counts_in
from forum.core.resources import resource
from forum.core.settings import Settings, prepare_data_dir, secret_key, settings_from
from forum.web.areas import AREAS
from forum.web.errors import init_errors
from forum.web.languages import init_languages
from forum.web.routes import guard_routes
from forum.web.security import init_security
from forum.web.sessions import init_sessions
from forum.web.templating import init_templating


def create_app(settings: Settings | None = None) -> Flask:
    """Put the parts together. Raises `Misconfigured` when a setting is wrong."""
    settings = settings or settings_from()
    prepare_data_dir(settings)
    keep_counts_in(settings.data_dir)
    app = Flask("forum", template_folder=str(resource("templates")), static_folder=str(resource("static")))
    app.config.update(SETTINGS=settings, SECRET_KEY=secret_key(settings), LANGUAGES=settings.languages)
    open_database(app, settings)
    open_pages(app, settings)
    return app


def open_database(app: Flask, settings: Settings) -> None:
    """Connect SQLAlchemy, and Alembic to the migrations."""
    app.config.update(
        SQLALCHEMY_DATABASE_URI=sqlalchemy_url(settings.database_url),
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
    )
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    Migrate(app, db, directory=str(resource("migrations")), render_as_batch=True)


def open_pages(app: Flask, settings: Settings) -> None:
    """Sessions, languages, security and templates; then the areas, each page guarded by its declared need."""
    app.jinja_env.globals["site_name"] = settings.name
    init_security(app)
    init_sessions(app)
    init_languages(app, settings.languages)
    init_templating(app)
    init_errors(app)
    app.url_build_error_handlers.append(lambda _error, endpoint, _values: f"/#{endpoint}")  # until all areas are built
    for area in AREAS:
        app.register_blueprint(area)
    guard_routes(app)
