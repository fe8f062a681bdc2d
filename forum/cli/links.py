"""`forum check-links`: whether what posts link to is still there. Nothing else asks other sites."""

from collections import Counter

import click

from forum.cli.context import plainly, ready_app, say
from forum.curation.links.checking import Visit, check_links, forget_lost_links, links_due
from forum.curation.links.fetching import Fetcher


@click.command("check-links")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=500, show_default=True, help="Look at no more links than this."
)
@click.option(
    "--timeout", type=click.FloatRange(1, 120), default=10, show_default=True, help="Seconds to wait for an answer."
)
@click.pass_context
@plainly
def check_links_command(context: click.Context, limit: int, timeout: float) -> None:
    """Ask other sites whether the links in posts still work, at most one request a second to each.

    A link is dead when it is gone in two runs a day apart: run this once a day. Moderators see dead links at /review/links.
    """
    app = ready_app(context)
    with app.app_context():
        forget_lost_links()
        visit = Visit(Fetcher(f"PasserelleLinks/1 (+{app.config['SETTINGS'].base_url})", timeout))
        counts: Counter[str] = Counter()
        with click.progressbar(check_links(visit, limit), length=len(links_due(limit)), label="Links") as bar:
            for _url, outcome in bar:
                counts[outcome.kind] += 1
    say(
        f"{counts.total()} links looked at: {counts['ok']} work, {counts['gone']} are gone, {counts['away']} did not answer well."
    )
