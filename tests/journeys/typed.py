"""What comes back in a page right away: the forms that give back what somebody typed, and the addresses whose query is shown.

The walk over what is stored looks at every page of the showroom, and finds forms that are missing here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

NAMED = "|".join(f"(?<={area}/)[^/]+" for area in ("organisations", "vocabulary", "opinions", "invitations"))
VARYING = re.compile(rf"(?<=/)(?:{{[\w.]+}}|\d+|(?=[^/]*[\d_A-Z])[\w.-]{{20,}}|{NAMED})(?=/|$)")


@dataclass(frozen=True)
class Form:
    """A form on a page, by its address when that is another; what is put into its hidden fields, and how it is refused."""

    who: str
    page: str
    action: str = ""
    button: str = ""
    status: int = 422
    hidden: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where it is sent."""
        return self.action or self.page.partition("?")[0]


def forms_of(who: str, *pages: str) -> tuple[Form, ...]:
    """Forms that are sent to the address of their page."""
    return tuple(Form(who, page) for page in pages)


KINDS = ("practice", "research", "policy", "question", "news")
COMMENTS = "posts/{post_id}/comments"
FORMS = (
    *forms_of(
        "visitor",
        *("posts/{post_id}/notice", "notices/{notices.show_notice.token}", "accessibility", "sign-in", "sign-up"),
        *("statements/{decisions.show_statement.token}", "confirm", "forgotten-password", "sign-in/link"),
        "invitations/{invitations.answer_invitation.token}",
    ),
    Form("visitor", "opinions/{opinions.token}", button="[value=send]"),
    *forms_of("stranger", "profile", "organisations/de-sluis/request"),
    *(Form("member", f"posts/new/{kind}", button="[value=post]") for kind in KINDS),
    Form("member", "posts/new/practice", button="[value=preview]", status=200),
    Form("member", "posts/{post_id}", COMMENTS, status=400, hidden={"csrf_token": "old"}),
    Form("member", "posts/{post_id}", COMMENTS, "[value=preview]", status=200),
    *forms_of("member", "posts/{post_id}/flag", "profile/passkeys/new", "profile/passkeys/{passkey_id}"),
    *forms_of("member", "adoptions/{adoption_id}/edit", "posts/{post_id}/collect", "collections/new"),
    Form("member", "organisations/il-filo/people", "organisations/il-filo/invitations"),
    Form("member", "profile/address", "profile/address/change"),
    Form("author", "posts/{draft}/edit", button="[value=save]"),
    Form("author", "posts/{post_id}/edit", button="[value=save]"),
    Form("author", "posts/{post_id}/edit", button="[value=preview]", status=200),
    Form("author", "comments/{comment_id}/edit", status=409, hidden={"revision": "99"}),
    Form("author", "comments/{comment_id}/edit", button="[value=preview]", status=200),
    *forms_of("author", "posts/{post_id}/files", "posts/{post_id}/files/{attachment_id}", "posts/{post_id}/archive"),
    *forms_of("author", "posts/{post_id}/transfer", "posts/{post_id}/withdraw", "adoptions/{adoption_id}/answer"),
    *forms_of("author", "organisations/de-sluis/edit", "posts/{improving}/request"),
    *forms_of("author", "suggestions/{suggestion_id}/change"),
    Form("author", "posts/{improving}/request", "suggestions/{suggestion_id}/decline"),
    *forms_of("moderator", "collections/{collection_id}/posts/{collected}", "collections/{collection_id}/edit"),
    *forms_of("moderator", "posts/{answered}/merge?other={practice}", "posts/{answered}/split"),
    *forms_of("moderator", "posts/{posts.convert.post_id}/convert", "posts/{improving}/request/suggest?field=body"),
    *forms_of("moderator", "posts/{judged}/evidence", "posts/{post_id}/moderate/hide"),
    *forms_of("moderator", "posts/{post_id}/moderate/decline", "comments/{others_comment}/hide"),
    *forms_of("moderator", "posts/{reported}/decide", "people/{an}/decide", "appeals/{appeal_id}", "notes/{note_id}"),
    Form("moderator", "people/{an}/moderation", "people/{an}/notes"),
    *forms_of("moderator", "adoptions/{adoption_id}/hide", "posts/{tried}/adoptions/new"),
    *forms_of("moderator", "vocabulary/work-integration", "vocabulary/new"),
    *forms_of("admin", "organisations/de-sluis/domains", "organisations/new"),
)
NOTHING_BACK = {  # forms that never come back with what was typed, and why
    "posts/…/outdated": "takes any words",
    "new-password/…": "has passwords only, and one's own address for programs that keep them",
    "confirm/…": "the same",
    "profile/password": "the same",
    "profile/close": "the same",
    "prove": "the same",
    "collections/…/arrange": "has places, which are numbers",
}

SEARCH = "q={0}&kind={1}&theme={2}&language={3}&country={4}&organisation={5}&year={6}&sort={7}&page={8}&concepts={9}"
DESK = "kind={0}&theme={1}&language={2}&country={3}&taken={4}&clock={5}&page={6}&done={7}"
QUERIES = (  # who, and the address; `{0}` and so on become payloads. Every page has its whole address in the links to its languages
    *(("visitor", f"search?q={words}") for words in ("{0}", "{0}+werk", "%22{0}%22")),
    ("visitor", f"search?{SEARCH}"),
    ("visitor", "search?q=werk&kind={0}&country={1}&year={2}&sort={3}"),
    ("visitor", f"api/v1/search?{SEARCH}&per_page={{10}}"),
    ("visitor", "api/v1/suggest?q={0}"),
    ("visitor", "feeds/search.atom?q={0}&kind={1}&year={2}"),
    ("visitor", "not-here/{0}"),
    ("visitor", "themes/work-integration?by={0}"),
    ("visitor", "organisations?q={0}&country={1}&network={2}"),
    ("visitor", "log?about={0}&since={1}&until={2}&year={3}"),
    ("visitor", "glossary?with={0}&answer={1}"),
    ("visitor", "sign-in?next={0}"),
    ("visitor", "sign-in/link?next=/{0}"),
    ("visitor", "posts/{post_id}/history/compare?from={0}&to={1}&view={2}"),
    ("visitor", "posts/{post_id}?page={0}&merged={1}"),
    ("visitor", "posts/{tried}/adoptions?country={0}"),
    ("visitor", "posts/{post_id}/notice?comment={0}&adoption={1}"),
    ("visitor", "attachments/{attachment_id}/{0}"),
    ("visitor", "attachments/999999/x.pdf?opinion={0}"),
    ("visitor", "sign-on/back?error={0}&state={1}"),
    ("member", "posts/new/practice?title={0}&skip={1}"),
    ("member", "collections/new?title={0}"),
    ("member", "collections/new?post={0}"),
    ("member", "prove?next={0}"),
    ("member", "posts/{post_id}/comments/new?reply={0}&quote={1}"),
    ("member", "editor/picture?language={0}"),
    ("author", "editor/links?q={0}"),
    ("author", "mentions?q={0}"),
    ("moderator", f"review?{DESK}"),
    ("moderator", "posts/{answered}/merge?q={0}"),
    ("moderator", "posts/{answered}/merge?other={0}"),
    ("moderator", "posts/{answered}/split?first={0}&q={1}"),
    ("moderator", "posts/{improving}/request/suggest?field={0}"),
    ("moderator", "posts/{reported}/decide?next={0}&comment={1}"),
    ("moderator", "review/searches/word?word={0}&language={1}&key={2}"),
    ("moderator", "vocabulary?q={0}"),
    ("moderator", "vocabulary/new?word={0}&language={1}&broader={2}"),
    ("moderator", "vocabulary/work-integration/merge?into={0}"),
    ("admin", "people?q={0}"),
    ("admin", "organisations/new?network={0}"),
)
NO_QUERY = {"v"}  # marks the version of a file of ours


def pattern(address: str) -> str:
    """An address with its numbers, names and secrets left out, so that two of a kind are the same."""
    return VARYING.sub("…", f"/{address}")[1:]
