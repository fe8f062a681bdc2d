"""Everything that is kept about me, as one file to take home."""

from typing import Any

from flask import Response, current_app, redirect, render_template, request, url_for

from forum.core.clock import now
from forum.core.storage import Store
from forum.curation.experts.agreeing import WORDS
from forum.curation.experts.queries import agreements_of
from forum.personal.exporting import Records, export_of
from forum.web.profile import area as area
from forum.web.proof import came_by_the_proof
from forum.web.routes import Need
from forum.web.sessions import actor


@area.page("/profile/data", needs=Need.PERSON, methods=("GET", "POST"), fresh=True)
def take_my_data() -> Any:
    """Say what is in the file; then make it."""
    if request.method == "GET":
        return render_template("accounts/my_data.html", agreements=agreements_of(actor()), words=WORDS)
    if came_by_the_proof():
        return redirect(url_for("accounts.take_my_data"), 303)
    store = Store(current_app.config["SETTINGS"].upload_dir)
    answer = Response(export_of(actor(), store, page_of), mimetype="application/zip")
    answer.headers.set("Content-Disposition", "attachment", filename=f"my-data-{now():%Y-%m-%d}.zip")
    return answer


def page_of(records: Records) -> str:
    """The page to read in the file: it stands alone, without our style sheet."""
    return render_template("accounts/my_data_file.html", records=records)
