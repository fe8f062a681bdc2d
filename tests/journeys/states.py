"""The registry of page types and the states they can be in: which address shows it, to whom, after what.

`showroom.py` makes what the addresses name in braces. Pages that are not listed here are walked too, by the rules of
the application (`unlisted`); list a page when it looks different to different people or after something was sent.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

ARGUMENT = re.compile(r"<(?:[^:<>]+:|any\([^)]*\):)?(\w+)>")
ADDRESSES = {
    "visitor": "",
    "stranger": "sam@example.org",
    "member": "giulia.ferrari@example.org",
    "author": "an.peeters@example.org",
    "moderator": "helen.marsh@example.org",
    "admin": "tomas.quinn@example.org",
}


@dataclass(frozen=True)
class Act:
    """What is sent to reach a state: the form that holds `has`, filled in, by its `button`."""

    has: str
    fields: Mapping[str, str] = field(default_factory=dict)
    button: str = "[type=submit]"
    times: int = 1
    signed_out_meanwhile: bool = False


@dataclass(frozen=True)
class State:
    """A page in a state."""

    who: str
    name: str
    path: str
    status: int = 200
    act: Act | None = None
    site: str = "showroom"

    @property
    def label(self) -> str:
        """Its name in reports and of its pictures."""
        return f"{self.who} {self.name}"


def seen_by(who: str, pages: Mapping[str, str], status: int = 200, site: str = "showroom") -> tuple[State, ...]:
    """Pages as somebody sees them."""
    return tuple(State(who, name, path, status, site=site) for name, path in pages.items())


def sent_by(who: str, sent: Mapping[str, tuple[str, int, Act]]) -> tuple[State, ...]:
    """Pages that answer what somebody sent."""
    return tuple(State(who, name, path, status, act) for name, (path, status, act) in sent.items())


POSTS = {f"post, {kind}": f"posts/{{{kind}}}" for kind in ("practice", "research", "policy", "question", "news")}
LIVES = ("members", "organisation", "archived", "hidden", "declined", "locked", "recheck", "long")
FORMS = {f"new {kind}": f"posts/new/{kind}" for kind in ("practice", "research", "policy", "question", "news")}
EMPTY = {"title": "", "body": ""}
WRITTEN = {
    "title": "A laundry in spring",
    "body": "We wash for three hotels, and every week one more person learns how.",
}
POST_FORM, COMMENT_FORM, PASSWORD = "[name=title]", "main [name=body]", "[name=password]"
PREVIEW, POST, SAVE = "[value=preview]", "[name=action][value=post]", "[name=action][value=save]"

READERS = (
    *seen_by("visitor", POSTS),
    *seen_by(
        "visitor",
        {
            "home": "",
            "search": "search",
            "search, found": "search?q=werk",
            "search, nothing found": "search?q=zzyzzyx",
            "search, misspelt": "search?q=laundri",
            "search, filtered": "search?q=werk&kind=practice&country=BE",
            "search, page 2": "search?q=werk&page=2",
            "search, mistaken address": "search?year=soon&kind=nothing",
            "overview": "overview",
            "glossary": "glossary",
            "themes": "themes",
            "theme": "themes/work-integration",
            "theme, page 2": "themes/work-integration?page=2",
            "organisations": "organisations",
            "organisation": "organisations/de-sluis",
            "network": "organisations/threshold-europe",
            "collections": "collections",
            "collection": "collections/{collection_id}",
            "collection, by its link": "collections/shared/{collections.show_shared.token}",
            "log": "log",
            "log, filtered": "log?about=decisions",
            "log, the year in numbers": "log/summary",
            "notice": "posts/{post_id}/notice",
            "notice, answered": "notices/{notices.show_notice.token}",
            "decision, by the link of a mail": "statements/{decisions.show_statement.token}",
            "post, two versions": "posts/{post_id}/history/compare?from=1&to=0",
            "post, two versions side by side": "posts/{post_id}/history/compare?from=1&to=0&view=side",
            "help": "help",
            "accessibility": "accessibility",
            "privacy": "privacy",
            "mail, stop": "mail/stop/{mail_choices.token}",
            "saved search, stop": "searches/stop/{searches.token}",
            "sign-in": "sign-in",
            "sign-up": "sign-up",
            "confirm": "confirm",
            "confirm, link": "confirm/{accounts.confirm_address.token}",
            "forgotten password": "forgotten-password",
            "new password": "new-password/{accounts.set_new_password.token}",
            "mail sent": "mail-sent/reset",
            "new address, yes or no": "address/old/{address.token}",
            "sign-in link, asked for": "sign-in/link",
            "sign-in link, mail sent": "mail-sent/sign-in",
            "sign-in link": "sign-in/link/{mailed_links.token}",
            "invitation": "invitations/{invitations.answer_invitation.token}",
            "choose a kind": "posts/new",
            "sent to sign in": "posts/new/practice",
            "post with everything": "posts/{post_id}",
            "post, answered": "posts/{answered}",
            "post, long words": "posts/{long}",
            "post, history": "posts/{post_id}/history",
            "post, one change": "posts/{post_id}/history/1",
            "post, changed since the review": "posts/{changed}",
            "post, since the review": "posts/{changed}/history/since-review",
            "post, archived": "posts/{archived}",
            "post, recommended by experts": "posts/{judged}",
            "an expert, asked": "opinions/{opinions.token}",
            "an expert, answered": "opinions/{given}",
            "an expert, withdrawing": "opinions/{given}/withdraw",
            "post, locked": "posts/{locked}",
            "post, needs a new look": "posts/{recheck}",
            "comment, history": "comments/{comment_id}/history",
            "practice, tried": "posts/{tried}",
            "reports on a practice": "posts/{tried}/adoptions",
            "report on a practice": "adoptions/{adoption_id}",
        },
    ),
    *seen_by(
        "visitor",
        {
            "nothing here": "not-here",
            "no such post": "posts/999999",
            "a hidden post": "posts/{hidden}",
            "dead link": "confirm/nothing",
            "dead link of an expert": "opinions/nothing",
            "dead invitation": "invitations/nothing",
            "a deleted comment": "posts/{post_id}?page=99",
        },
        404,
    ),
    *seen_by("visitor", {"post, withdrawn": "posts/{withdrawn}"}, 410),
    *seen_by("visitor", {"crash": "posts/{broken}/history/1"}, 500),
    *sent_by(
        "visitor",
        {
            "an expert, errors": (
                "opinions/{opinions.token}",
                422,
                Act("main [name=text]", {"text": ""}, "[value=send]"),
            ),
            "sign-in, errors": ("sign-in", 422, Act(PASSWORD, {"email": "nobody"})),
            "sign-in, unconfirmed": (
                "sign-in",
                403,
                Act(PASSWORD, {"email": "lee@example.org", "password": "{secret}"}),
            ),
            "forgotten password, too often": (
                "forgotten-password",
                429,
                Act("main [name=email]", {"email": "often@example.org"}, times=7),
            ),
            "sign-up, errors": ("sign-up", 422, Act(PASSWORD, {"email": "no", "password": "short"})),
            "new password, errors": (
                "new-password/{accounts.set_new_password.token}",
                422,
                Act(PASSWORD, {"password": "short"}),
            ),
            "forgotten password, errors": ("forgotten-password", 422, Act("[name=email]", {"email": "no"})),
            "invitation, errors": (
                "invitations/{invitations.answer_invitation.token}",
                422,
                Act(PASSWORD, {"name": "", "password": "short"}),
            ),
        },
    ),
    *seen_by(
        "visitor",
        {
            "empty home": "",
            "empty search": "search",
            "empty themes": "themes",
            "empty theme": "themes/work-integration",
            "no organisation yet": "organisations",
            "no collection yet": "collections",
            "empty log": "log",
            "sign-up, closed": "sign-up",
        },
        site="empty",
    ),
)
PEOPLE = (
    *seen_by(
        "stranger",
        {
            "home": "",
            "profile": "profile",
            "organisation": "organisations/de-sluis",
            "asking to join": "organisations/de-sluis/request",
            "practice": "posts/{practice}",
            "my searches": "searches",
            "delete a search": "searches/{search_id}/delete",
        },
    ),
    *seen_by("stranger", {"for members": "posts/new/practice"}, 403),
    *seen_by("member", {"review": "review"}, 403),
    *seen_by("member", FORMS),
    *seen_by(
        "member",
        {
            "home": "",
            "post with everything": "posts/{post_id}",
            "question": "posts/{question}",
            "report": "posts/{post_id}/flag",
            "report a comment": "posts/{post_id}/flag?comment={comment_id}",
            "offer of a post": "offers/{offer_id}",
            "people of my organisation, a post offered": "organisations/il-filo/people",
            "report a report on a practice": "posts/{tried}/flag?adoption={adoption_id}",
            "profile": "profile",
            "password": "profile/password",
            "address": "profile/address",
            "single sign-on": "profile/sign-on",
            "sessions": "profile/sessions",
            "second step": "profile/second-step",
            "add a passkey": "profile/passkeys/new",
            "asked again, by a link": "prove/link/{second_step.token}",
            "asked again who one is": "prove?next=/profile",
            "my data": "profile/data",
            "close account": "profile/close",
            "drafts, none": "drafts",
            "my searches, none": "searches",
            "to confirm, nothing": "to-confirm",
            "own organisation": "organisations/il-filo",
            "report on a practice, form": "adoptions/{adoption_id}/edit",
            "report on a practice, withdraw": "adoptions/{adoption_id}/withdraw",
            "leave": "organisations/il-filo/leave",
            "person": "people/{person_id}",
            "reply": "posts/{post_id}/comments/new?reply=1",
            "quotation": "posts/{post_id}/comments/new?reply=1&quote=1",
        },
    ),
    *seen_by("author", {f"post, {name}": f"posts/{{{name}}}" for name in LIVES}),
    *seen_by("author", {"post, withdrawn": "posts/{withdrawn}"}, 410),
    *seen_by(
        "author",
        {
            "drafts": "drafts",
            "draft": "posts/{draft}",
            "decision that concerns me": "decisions/{decision_id}",
            "draft, form": "posts/{draft}/edit",
            "draft, thrown away": "posts/{draft}/discard",
            "post, form": "posts/{post_id}/edit",
            "post, files": "posts/{post_id}/files",
            "post, file": "posts/{post_id}/files/{attachment_id}",
            "post, file removed": "posts/{post_id}/files/{attachment_id}/remove",
            "post, what would help next": "posts/{post_id}/next",
            "post, archive": "posts/{post_id}/archive",
            "post, offered": "posts/{offered}/transfer",
            "post, offering": "posts/{post_id}/transfer",
            "post, withdraw": "posts/{post_id}/withdraw",
            "post, bring back": "posts/{archived}/restore",
            "post, restore a version": "posts/{post_id}/history/1/restore",
            "comment, edit": "comments/{comment_id}/edit",
            "report on a practice, answer": "adoptions/{adoption_id}/answer",
            "comment, delete": "comments/{comment_id}/delete",
            "organisation, people": "organisations/de-sluis/people",
            "organisation, edit": "organisations/de-sluis/edit",
            "membership, end": "organisations/de-sluis/people/{membership_id}/end",
        },
    ),
    *seen_by(
        "moderator",
        {
            "home": "",
            "collection": "collections/{collection_id}",
            "collection, arranged": "collections/{collection_id}/arrange",
            "collection, a note": "collections/{collection_id}/posts/{collected}",
            "merge, choosing": "posts/{answered}/merge?q=work",
            "merge, ready": "posts/{answered}/merge?other={practice}",
            "a question that cannot become news yet": "posts/{question}/convert",
            "comments to a new post": "posts/{answered}/split",
            "review": "review",
            "what people search for": "review/searches",
            "dead links, none": "review/links",
            "a word for a concept": "review/searches/word?word=zeepfabriek&language=nl",
            "request": "posts/{improving}/request",
            "suggest a change": "posts/{improving}/request/suggest?field=body",
            "experts on a post": "posts/{asked}/experts",
            "evidence of a post": "posts/{judged}/evidence",
            "review, filtered": "review?language=nl&country=BE",
            "review, page 2": "review?page=2",
            "review, something done": "review?kind=flag&done={taken}",
            "what one did at the desk": "review/mine",
            "post with everything": "posts/{post_id}",
            "hidden post": "posts/{hidden}",
            "hide": "posts/{post_id}/moderate/hide",
            "decline": "posts/{post_id}/moderate/decline",
            "move": "posts/{post_id}/moderate/themes",
            "hide a comment": "comments/{others_comment}/hide",
            "decide": "posts/{reported}/decide",
            "decide about a person": "people/{an}/decide",
            "what moderators know of a person": "people/{an}/moderation",
            "second look": "appeals/{appeal_id}",
            "note": "notes/{note_id}",
            "hide a report on a practice": "adoptions/{adoption_id}/hide",
            "decide on a report on a practice": "posts/{tried}/decide?adoption={adoption_id}",
            "we tried this": "posts/{tried}/adoptions/new",
            "vocabulary": "vocabulary",
            "vocabulary, found": "vocabulary?q=work",
            "concept": "vocabulary/work-integration",
            "concept, merge": "vocabulary/work-integration/merge",
            "concept, merge into": "vocabulary/work-integration/merge?into=job-coaching",
            "concept, new": "vocabulary/new",
        },
    ),
    *seen_by(
        "admin",
        {
            "state of the site": "review/state",
            "people": "people",
            "roles": "people/{person_id}/roles",
            "organisation, domains": "organisations/de-sluis/domains",
            "organisation, new": "organisations/new",
            "organisation, close": "organisations/de-sluis/close",
        },
    ),
    *seen_by("admin", {"empty review": "review", "empty home": "", "empty search": "search?q=x"}, site="empty"),
    *sent_by(
        "member",
        {
            "new practice, errors": ("posts/new/practice", 422, Act(POST_FORM, EMPTY, POST)),
            "new policy, errors": ("posts/new/policy", 422, Act(POST_FORM, EMPTY, POST)),
            "new practice, preview": ("posts/new/practice", 200, Act(POST_FORM, WRITTEN, PREVIEW)),
            "comment, errors": ("posts/{post_id}", 422, Act(COMMENT_FORM, {"body": ""})),
            "comment, preview": ("posts/{post_id}", 200, Act(COMMENT_FORM, {"body": "Thank **you**."}, PREVIEW)),
            "notice, errors": ("posts/{practice}/notice", 422, Act("main [name=why]", {"why": "It is stolen."})),
            "report, errors": ("posts/{practice}/flag", 422, Act("main [name=reason]", {})),
            "profile, errors": ("profile", 422, Act("main [name=name]", {"name": ""})),
            "profile, saved": ("profile", 200, Act("main [name=name]", {"name": "Giulia Ferrari"})),
            "password, errors": ("profile/password", 422, Act(PASSWORD, {"password": "short"})),
            "comment, signed out meanwhile": (
                "posts/{post_id}",
                400,
                Act(COMMENT_FORM, {"body": "Not lost."}, signed_out_meanwhile=True),
            ),
        },
    ),
    *seen_by(
        "author",
        {
            "post, changes suggested": "posts/{improving}",
            "request": "posts/{improving}/request",
            "a suggestion in other words": "suggestions/{suggestion_id}/change",
            "my posts": "posts/mine",
        },
    ),
    *sent_by(
        "author",
        {
            "post, preview": ("posts/{post_id}/edit", 200, Act(POST_FORM, WRITTEN, PREVIEW)),
            "post, errors": ("posts/{post_id}/edit", 422, Act(POST_FORM, {"title": ""}, SAVE)),
            "post, changed meanwhile": ("posts/{post_id}/edit", 409, Act(POST_FORM, WRITTEN | {"revision": "0"}, SAVE)),
            "comment, changed meanwhile": (
                "comments/{comment_id}/edit",
                409,
                Act(COMMENT_FORM, {"body": "Other words.", "revision": "99"}),
            ),
            "request, errors": ("posts/{improving}/request", 422, Act("main [name=body]", {"body": ""})),
            "files, errors": ("posts/{post_id}/files", 422, Act("[type=file]", {})),
            "withdraw, errors": ("posts/{post_id}/withdraw", 422, Act("main [name=reason]", {"reason": ""})),
            "organisation, errors": ("organisations/de-sluis/edit", 422, Act("main [name=name]", {"name": ""})),
            "invitation, errors": ("organisations/de-sluis/people", 422, Act("main [name=email]", {"email": "no"})),
        },
    ),
    *sent_by(
        "moderator",
        {
            "we tried this, errors": (
                "posts/{tried}/adoptions/new",
                422,
                Act("main [name=intent]", {"what_helped": "x"}),
            ),
            "review, nothing ticked": ("review", 422, Act("main [name=do]", {"do": "take"})),
            "hide, errors": ("posts/{post_id}/moderate/hide", 422, Act("main [name=reason]", {"reason": ""})),
            "concept, errors": ("vocabulary/new", 422, Act("main [name=broader]", {})),
        },
    ),
)
STATES = (*READERS, *PEOPLE)

NO_PAGES = {
    "static": "files",
    "comments.show_comment": "leads to the comment's place on its post's page",
    "organisations.show_by_number": "leads to the organisation's page",
    "editor.ask_about_picture": "a part of a page, which a script puts there; the test of the editor looks at it",
    "style.show_part": "the test of the style page looks at every part",
    "adoption.download_reports": "a file",
    "sign_on.begin": "leads to a provider",
    "sign_on.begin_link": "needs a provider that runs: tests/journeys/test_sign_on.py has one",
    "sign_on.come_back": "leads on",
    "sign_on.go_on": "needs a provider that runs: tests/journeys/test_sign_on.py has one",
    "style_mail.show_mail": "a mail, which is checked as such",
    "sitemap.show_part": "for search engines",
    "sitemap.show_sitemap": "for search engines",
    "sitemap.tell_robots": "for search engines",
}


def unlisted(routes: list[tuple[str, str]], values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(endpoint, path) of every page that no state shows; an argument without a value stays as it is."""
    paths = [one.path.partition("?")[0] for one in STATES]
    for endpoint, rule in routes:
        if endpoint not in NO_PAGES and not any(pattern_of(rule).fullmatch(path) for path in paths):
            yield endpoint, ARGUMENT.sub(lambda found, endpoint=endpoint: value(values, endpoint, found), rule)[1:]


def pattern_of(rule: str) -> re.Pattern[str]:
    """What the paths of a rule look like in this registry."""
    rule = re.sub(r"<int:\w+>", r"({\\w+}|\\d+)", rule[1:])
    return re.compile(ARGUMENT.sub("[^/]+", rule))


def value(values: Mapping[str, str], endpoint: str, found: re.Match[str]) -> str:
    """The value of an argument: of this page, of its area, or of all."""
    area = endpoint.partition(".")[0]
    names = (f"{endpoint}.{found[1]}", f"{area}.{found[1]}", found[1])
    return next((values[name] for name in names if name in values), found[0])
