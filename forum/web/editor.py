"""What the writing surface asks the server while somebody types: how it will look, advice, and addresses for links.

Everything here is also on pages that need no script: the preview button, the page of files, the search.
"""

from typing import Any

from flask import jsonify, render_template, request

from forum.core.files import KINDS as FILE_KINDS
from forum.core.limits import check_limit
from forum.core.markdown import link_source, render
from forum.discussion.mentions import organisations_named
from forum.library.similar import titles_with
from forum.web.advice import hints_for
from forum.web.routes import Area, Need
from forum.web.sessions import actor

area = Area("editor", __name__)

PREVIEWS_A_MINUTE = 90
MOST_LINKS, ORGANISATIONS_AT_MOST = 8, 3


@area.page("/editor/preview", needs=Need.PERSON, methods=("POST",))
def preview() -> Any:
    """A text as it will look, and advice about it: both as HTML that the server made."""
    check_limit(f"preview:{actor().person_id}", PREVIEWS_A_MINUTE, 60)
    body = request.form.get("body", "")
    hints = hints_for(body)
    advice = render_template("components/advice.html", hints=hints, language=request.form.get("language", ""))
    return jsonify(html=render(body, heading_base=2).html, advice=advice, number=len(hints))


@area.page("/editor/picture", needs=Need.PERSON)
def ask_about_picture() -> str:
    """The dialog that asks what a picture shows, with the sentences of the script that sends files."""
    return render_template(
        "editor/picture.html", endings=", ".join(FILE_KINDS), language=request.args.get("language", "")
    )


@area.page("/editor/links", needs=Need.MEMBER)
def list_links() -> Any:
    """Posts by words of their title, and organisations by name, each with the Markdown link that leads there."""
    words = request.args.get("q", "")
    organisations = organisations_named(words, ORGANISATIONS_AT_MOST)
    posts = titles_with(actor(), words, MOST_LINKS - len(organisations))
    items = [
        {
            "name": post.title,
            "language": post.language,
            "detail": post.organisation_name,
            "source": link_source(post.title, f"/posts/{post.id}"),
        }
        for post in posts
    ]
    items += [
        {"name": name, "detail": country, "source": link_source(name, f"/organisations/{number}")}
        for number, name, country in organisations
    ]
    return jsonify(items=items)
