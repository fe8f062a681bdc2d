"""`/metrics`: figures about the site for Prometheus, without anything about a person; for the operator's networks only."""

import hmac
from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from flask import Response, abort, current_app, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from forum import __version__
from forum.accounts.queries import count_live_sessions
from forum.core.db import db
from forum.core.last_backup import backup_age
from forum.core.outbox import Waiting, waiting_deliveries
from forum.core.settings import Settings
from forum.notifications.figures import mail_figures
from forum.search.indexing import CONSUMER
from forum.search.standing import index_standing
from forum.web.readiness import free_bytes
from forum.web.routes import Area, Need
from forum.web.tallies import BUCKETS, Tallies

area = Area("metrics", __name__)

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
TEXT = "text/plain; version=0.0.4; charset=utf-8"


@area.page("/metrics", needs=Need.ANYONE)
def show_metrics() -> Response:
    """The figures; 404 for whoever may not see them."""
    if not may_see_metrics(current_app.config["SETTINGS"]):
        abort(404)
    registry = CollectorRegistry()
    registry.register(Figures(current_app.config["SETTINGS"], current_app.extensions["tallies"]))
    answer = Response(generate_latest(registry), content_type=TEXT)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def may_see_metrics(settings: Settings) -> bool:
    """Whether the request shows the token, or comes from this machine or one of the operator's networks.

    An address that a proxy passed on counts only when the proxy is declared: else everybody would come from the proxy.
    """
    word = request.headers.get("Authorization", "")
    if settings.metrics_token and hmac.compare_digest(word.encode(), f"Bearer {settings.metrics_token}".encode()):
        return True
    if not settings.trusted_proxies and any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return any(address in network for network in (*LOOPBACK, *map(ip_network, settings.metrics_from)))


class Figures(Collector):
    """What is shown: counts of requests from all web processes, the rest from the database and the disk as they are now."""

    def __init__(self, settings: Settings, tallies: Tallies):
        self.settings = settings
        self.tallies = tallies

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: asking for a description must not cost a look at the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Every figure there is; without the database, those that need none."""
        yield from of_requests(self.tallies)
        yield from of_machine(self.settings)
        try:
            found = [*of_database()]
        except SQLAlchemyError:
            db.session.rollback()
            found = []
        yield gauge("database_up", "1: the database answers.", bool(found))
        yield from found


def of_requests(tallies: Tallies) -> Iterator[Metric]:
    """Requests by page, method and class of status; their seconds; their SQL statements."""
    requests = CounterMetricFamily("passerelle_requests", "Requests answered.", labels=("endpoint", "method", "status"))
    statements = CounterMetricFamily("passerelle_sql_statements", "SQL statements of requests.", labels=("endpoint",))
    seconds = HistogramMetricFamily(
        "passerelle_request_duration_seconds", "Seconds inside the application.", labels=("endpoint",)
    )
    total = tallies.total()
    for series, number in sorted(total.items()):
        if series[0] == "requests":
            requests.add_metric(series[1:], number)
        elif series[0] == "statements":
            statements.add_metric(series[1:], number)
        elif series[0] == "seconds":
            in_buckets = [total["bucket", series[1], str(place)] for place in range(len(BUCKETS) + 1)]
            seconds.add_metric(series[1:], cumulated(in_buckets), number)
    yield from (requests, statements, seconds)


def cumulated(in_buckets: list[float]) -> list[tuple[str, float]]:
    """The buckets as Prometheus wants them: each holds all that took at most so long."""
    names = (*map(str, BUCKETS), "+Inf")
    return [(name, float(sum(in_buckets[: place + 1]))) for place, name in enumerate(names)]


def of_machine(settings: Settings) -> Iterator[Metric]:
    """What needs no database."""
    yield gauge("disk_free_bytes", "Free where the data directory is.", free_bytes(settings.data_dir))
    age = backup_age(settings.data_dir)
    if age is not None:
        yield gauge("backup_age_seconds", "Since the last backup was complete; absent when none is known.", age)
    about = GaugeMetricFamily("passerelle_info", "The version that runs.", labels=("version",))
    about.add_metric((__version__,), 1)
    yield about


def of_database() -> Iterator[Metric]:
    """What the database tells. Raises `SQLAlchemyError` when it does not answer."""
    waiting = waiting_deliveries()
    for name, text, attribute in (
        ("outbox_depth", "Deliveries that wait.", "number"),
        ("outbox_oldest_seconds", "Since the oldest waiting event happened.", "age"),
        ("outbox_overdue_seconds", "For how long the next delivery could have been taken.", "overdue"),
        ("outbox_failing", "Waiting deliveries that failed before.", "failed"),
    ):
        family = GaugeMetricFamily(f"passerelle_{name}", text, labels=("consumer",))
        for one in waiting:
            family.add_metric((one.consumer,), getattr(one, attribute))
        yield family
    yield from of_mail()
    standing = index_standing()
    yield gauge("index_documents", "Posts in the search index.", standing.documents)
    yield gauge("index_wanted_documents", "Posts that belong in the search index.", standing.wanted)
    yield gauge("index_lag_documents", "Changes the search index has yet to take in.", lag_of(waiting, "number"))
    yield gauge("index_lag_seconds", "How far the search index is behind.", lag_of(waiting, "age"))
    yield gauge("search_degraded", "1: search answers from the database, without its index.", standing.is_degraded)
    yield gauge("sessions", "Browsers that are signed in.", count_live_sessions())


def of_mail() -> Iterator[Metric]:
    """Mails of the last thirty days; dead letters are those that were given up."""
    mails = mail_figures()
    family = GaugeMetricFamily(
        "passerelle_mails", "Mails of the last 30 days, by what became of them.", labels=("state",)
    )
    for state in ("sent", "failed", "waiting", "retrying"):
        family.add_metric((state,), getattr(mails, state))
    yield family
    yield gauge("mail_overdue_seconds", "For how long the next mail could have gone out.", mails.overdue)


def lag_of(waiting: list[Waiting], attribute: str) -> float:
    """A figure of the search index's own consumer."""
    return float(next((getattr(one, attribute) for one in waiting if one.consumer == CONSUMER), 0))


def gauge(name: str, text: str, value: float) -> Metric:
    """One figure without labels."""
    return GaugeMetricFamily(f"passerelle_{name}", text, value=value)
