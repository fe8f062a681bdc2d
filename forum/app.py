"""`create_app()`: the one file that knows every part. Read it from top to bottom."""

from email.utils import formataddr
from functools import partial

from flask import Flask
from flask_migrate import Migrate

from forum.accounts.retention import forget_stale
from forum.accounts.sso.choosing import provider_from
from forum.adoption.asking import ask_how_it_went
from forum.core import modes
from forum.core.clock import hourly, hourly_until_done
from forum.core.db import count_for_planner, db, engine_options, prepare_engine, sqlalchemy_url
from forum.core.events import bring_forward, consumers
from forum.core.jumps import ClockMinder
from forum.core.limits import keep_counts_in
from forum.core.logs import prepare_logs, wants_json
from forum.core.mail import mailer_from
from forum.core.once import keep_answers_in
from forum.core.resources import resource
from forum.core.sealing import seal_with
from forum.core.settings import Settings, prepare_data_dir, secret_key, settings_from
from forum.core.storage import Store
from forum.curation.checks import keeping as checks
from forum.curation.experts.answering import forget_erased_experts, lapse_invitations, remind_experts
from forum.curation.freshness.answering import forget_links
from forum.curation.freshness.asking import look_after_freshness
from forum.curation.improving.waiting import look_after_suggestions
from forum.curation.messages import forget_messages
from forum.curation.offers.operations import lapse_offers
from forum.curation.operations.claims import forget_claims
from forum.curation.operations.collections import forget_collections
from forum.curation.operations.deeds import forget_deeds
from forum.curation.operations.flags import forget_notifiers
from forum.curation.operations.restructuring_undo import forget_restructurings
from forum.discussion.retention import forget_deleted_comments
from forum.library import transcribing
from forum.notifications import mailing
from forum.notifications.looking import forget_matches, look_for_news
from forum.notifications.sending import bring_mails_forward, forget_sent_mails, send_due_mails
from forum.organisations.retention import forget_invitations
from forum.personal.erased import keep_erased_list
from forum.personal.files import forget_files
from forum.search import indexing
from forum.search.dictionaries.table import use_table
from forum.search.learning import forget_counts_of_searches
from forum.search.service import engine_for, use_engine
from forum.vocabulary.queries import speak_by_default
from forum.web.areas import AREAS
from forum.web.assets import init_assets
from forum.web.compression import init_compression
from forum.web.errors import init_errors
from forum.web.languages import init_languages
from forum.web.modes import init_modes
from forum.web.observing import init_observing
from forum.web.once import init_once
from forum.web.prefetching import init_prefetching
from forum.web.routes import RowNumber, guard_routes
from forum.web.security import init_security
from forum.web.sessions import init_sessions
from forum.web.stylesheets import init_stylesheets
from forum.web.templating import init_templating


def create_app(settings: Settings | None = None) -> Flask:
    """Put the parts together. Raises `Misconfigured` when a setting is wrong."""
    settings = settings or settings_from()
    prepare_logs(as_json=wants_json(settings.log_format, settings.is_secure))
    prepare_data_dir(settings)
    app = Flask("forum", template_folder=str(resource("templates")), static_folder=str(resource("static")))
    app.config.update(SETTINGS=settings, SECRET_KEY=secret_key(settings), LANGUAGES=settings.languages)
    app.extensions["sign_on"] = provider_from(settings)
    app.extensions["search"] = engine_for(settings.search_url)
    live_in(app)
    open_database(app, settings)
    employ_worker(app)
    open_pages(app, settings)
    return app


def live_in(app: Flask) -> None:
    """Tell this process which site it serves: where things are kept, its language and seal, its index, and who hears of events.

    The last application made has the process; calling this again gives it back to an earlier one.
    """
    settings: Settings = app.config["SETTINGS"]
    keep_counts_in(settings.data_dir)
    keep_answers_in(settings.data_dir)
    modes.watch(settings.data_dir, settings.written_places, settings.min_free_mb * modes.MEGABYTE)
    speak_by_default(settings.languages[0])
    seal_with(app.config["SECRET_KEY"])
    use_table(settings.data_dir / "dictionaries")
    use_engine(app.extensions["search"])
    introduce_consumers(app)


def introduce_consumers(app: Flask) -> None:
    """Let consumers hear of events: the index, the mails, the words of files, the checks of posts."""
    engine, store = app.extensions["search"], Store(app.config["SETTINGS"].upload_dir)
    consumers.introduce(indexing.CONSUMER, indexing.WANTED, indexing.handler_for(engine), indexing.BATCH)
    consumers.introduce("mailing", mailing.WANTED, mailing.consume)
    consumers.introduce(transcribing.CONSUMER, transcribing.WANTED, transcribing.handler_for(store), transcribing.BATCH)
    consumers.introduce(checks.CONSUMER, checks.WANTED, checks.consume, checks.BATCH)


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


def employ_worker(app: Flask) -> None:
    """Tell the worker what is due besides events: the index to look after, searches, mail to send, what to forget."""
    settings: Settings = app.config["SETTINGS"]
    mailer = mailer_from(settings.mail_url, formataddr((settings.name, settings.mail_from)))
    store = Store(settings.upload_dir)
    app.extensions["chores"] = (
        ClockMinder(bring_forward, bring_mails_forward),
        indexing.Caretaker(app.extensions["search"]),
        look_for_news,
        partial(send_due_mails, mailer, settings),
        hourly(
            *(
                forget_stale,
                forget_invitations,
                forget_deleted_comments,
                forget_claims,
                forget_deeds,
                forget_collections,
                ask_how_it_went,
            ),
            *(
                forget_restructurings,
                forget_messages,
                forget_notifiers,
                forget_sent_mails,
                forget_matches,
                forget_counts_of_searches,
            ),
        ),
        hourly(count_for_planner),
        hourly(look_after_freshness, forget_links),
        hourly_until_done(checks.check_unchecked),
        hourly(partial(keep_erased_list, settings.data_dir), partial(forget_files, store)),
        hourly(look_after_suggestions, lapse_offers),
        hourly(remind_experts, lapse_invitations, forget_erased_experts),
        hourly(partial(transcribing.transcribe, store), transcribing.forget_words),
    )


def open_pages(app: Flask, settings: Settings) -> None:
    """Sessions, languages, security and templates; then the areas, each page guarded by its declared need."""
    app.jinja_env.globals["site_name"] = settings.name
    init_observing(app)
    init_modes(app)
    init_security(app)
    init_sessions(app)
    init_languages(app, settings.languages, development=settings.development)
    init_templating(app)
    init_compression(app)
    init_stylesheets(app)
    init_assets(app)
    init_prefetching(app)
    init_errors(app)
    app.url_build_error_handlers.append(lambda _error, endpoint, _values: f"/#{endpoint}")  # until all areas are built
    app.url_map.converters["int"] = RowNumber
    for area in AREAS:
        app.register_blueprint(area)
    guard_routes(app)
    init_once(app)
