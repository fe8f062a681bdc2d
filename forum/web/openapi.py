"""The read API as an OpenAPI 3.1 document: names of filters, kinds and fields come from where the code has them.

A test sends what the document allows, and much that it does not, and holds every answer against it.
"""

from typing import Any

from forum import __version__
from forum.adoption.models import OUTCOMES
from forum.core.settings import Settings
from forum.library.evidence import LEVELS
from forum.library.fields import Field, Type
from forum.library.kinds import KINDS
from forum.library.models import VISIBILITIES
from forum.search.engine import FACETS, FILTERS, SORTS
from forum.web.labels import SCHEMES
from forum.web.wishes import LAST_PAGE, MOST_PER_PAGE, NUMBERS, OFF

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
MOMENT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
PATH: Schema = {"type": "string", "pattern": "^/"}
ROW: Schema = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}
OF_TYPE: dict[Type, Schema] = {
    Type.INTEGER: NUMBER,
    Type.NUMBER: {"type": "number"},
    Type.YES_NO: {"type": "boolean"},
    Type.CHOICES: {"type": "array", "items": TEXT},
    Type.COUNTRIES: {"type": "array", "items": TEXT},
    Type.LANGUAGES: {"type": "array", "items": TEXT},
}
NUMBERED: dict[str, Schema] = {
    "organisation": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    "year": {"type": "integer", "minimum": 1, "maximum": 9999},
    "evidence": {"type": "integer", "minimum": LEVELS.start, "maximum": LEVELS.stop - 1},
}
LEFT_OUT = "Empty is as if it were left out."
SUGGESTED = ("query", "theme", "post", "organisation")


def description(settings: Settings) -> Schema:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{settings.name}: read API", "version": __version__, "license": {"name": "EUPL-1.2"}},
        "servers": [{"url": settings.base_url}],
        "paths": {
            "/api/v1/search": searching(),
            "/api/v1/posts/{post_id}": showing(),
            "/api/v1/suggest": suggesting(),
            "/api/v1/openapi.json": described(),
        },
        "components": {"schemas": schemas(), "responses": {"Problem": problem()}},
    }


def searching() -> Schema:
    """A search; a filter may be repeated, and any text may be asked for."""
    filters = [query(name, {"type": "array", "items": NUMBERED.get(name, TEXT)}) for name in FILTERS]
    words = [
        query("q", TEXT),
        query("sort", TEXT | {"description": f"{', '.join(SORTS)}; anything else is left out and named in `ignored`."}),
        query("page", {"type": "integer", "minimum": 1, "maximum": LAST_PAGE}),
        query("per_page", {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE}),
        query("concepts", TEXT | {"description": f"`{OFF}` searches the words only."}),
        query("spelling", TEXT | {"description": f"`{OFF}` corrects nothing."}),
    ]
    refused = f"A number that is none: of {', '.join((*NUMBERS, 'page', 'per_page'))}."
    return get("searchPosts", "Posts that meet a wish, with facets.", "Found", [*words, *filters], refused=refused)


def showing() -> Schema:
    """A post."""
    number = {"name": "post_id", "in": "path", "required": True, "schema": ROW}
    return get("showPost", "A whole post, its comments left out.", "Post", [number], missing=True)


def suggesting() -> Schema:
    """Completions."""
    return get("suggest", "Up to eight completions of what somebody types.", "Suggestions", [query("q", TEXT)])


def described() -> Schema:
    """This document."""
    return get("describe", "This document.", "Document", [])


def get(
    name: str, summary: str, schema: str, parameters: list[Schema], refused: str = "", missing: bool = False
) -> Schema:
    """What one address answers."""
    good = {"description": summary, "content": {"application/json": {"schema": ref(schema)}}}
    bad = {"$ref": "#/components/responses/Problem"}
    answers = {"200": good, "400": bad, "405": bad, "429": bad, "503": bad}
    if refused:
        answers["422"] = bad
    if missing:
        answers["404"] = bad
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters, "responses": answers}}


def query(name: str, schema: Schema) -> Schema:
    """A parameter of the query that may be left out, or be empty, as a form sends a field that nobody filled in."""
    return {"name": name, "in": "query", "required": False, "description": LEFT_OUT, "schema": schema}


def problem() -> Schema:
    """Any answer that is not the one hoped for (RFC 9457)."""
    return {
        "description": "A problem, in plain words.",
        "content": {"application/problem+json": {"schema": ref("Problem")}},
    }


def ref(name: str) -> Schema:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def shape(**properties: Schema) -> Schema:
    """An object with all of these; more may be added to it."""
    return {"type": "object", "required": list(properties), "properties": properties}


def each(schema: Schema) -> Schema:
    """A list of such."""
    return {"type": "array", "items": schema}


def or_null(schema: Schema) -> Schema:
    """Such, or nothing."""
    return {"anyOf": [schema, {"type": "null"}]}


def schemas() -> dict[str, Schema]:
    """Every shape by its name."""
    named = shape(id=NUMBER, name=TEXT)
    return {
        "Problem": shape(type=TEXT, title={"type": "string", "minLength": 1}, status=NUMBER, instance=TEXT),
        "Document": shape(openapi=TEXT, info={"type": "object"}, paths={"type": "object"}),
        "Named": named,
        "Suggestions": shape(items={**each(shape(text=TEXT, type={"enum": list(SUGGESTED)}, url=PATH)), "maxItems": 8}),
        "Found": found(),
        "Item": item(),
        "Post": post(),
        "Evidence": evidence(),
        "Adoption": adoption(),
    }


def found() -> Schema:
    """The answer to a search."""
    value = shape(value=TEXT, label=TEXT, count=COUNT)
    whole = shape(
        query=TEXT,
        total=COUNT,
        page=COUNT,
        per_page=COUNT,
        took_ms={"type": "number"},
        corrected=or_null(TEXT),
        concepts=each(shape(id=TEXT, label=TEXT)),
        translations=each(shape(text=TEXT, languages=each(TEXT))),
        items=each(ref("Item")),
        facets=shape(**{name: each(value) for name in FACETS}),
    )
    whole["properties"]["ignored"] = {"type": "object", "additionalProperties": each(TEXT)}
    whole["properties"]["notes"] = each(TEXT)
    return whole


def item() -> Schema:
    """One hit."""
    return shape(
        id=NUMBER,
        kind={"enum": list(KINDS)},
        title=TEXT,
        summary=TEXT,
        snippet=TEXT,
        language=TEXT,
        organisation=or_null(ref("Named")),
        countries=each(TEXT),
        themes=each(TEXT),
        published_at=or_null(MOMENT),
        url=PATH,
        ref=or_null(TEXT),
        score={"type": "number"},
        languages=each(TEXT),
        translations=each(shape(id=NUMBER, language=TEXT, title=TEXT, url=PATH)),
    )


def post() -> Schema:
    """A whole post."""
    whole = shape(
        type={"const": "post"},
        id=NUMBER,
        ref=or_null(TEXT),
        kind={"enum": list(KINDS)},
        title=TEXT,
        summary=TEXT,
        body=TEXT,
        html=TEXT,
        language=TEXT,
        organisation=or_null(ref("Named")),
        author=or_null(ref("Named")),
        countries=each(TEXT),
        **{name: each(TEXT) for name in SCHEMES},
        details=details(),
        evidence=or_null(ref("Evidence")),
        status=TEXT,
        review=TEXT,
        visibility={"enum": list(VISIBILITIES)},
        licence=TEXT,
        published_at=or_null(MOMENT),
        updated_at=MOMENT,
        translation_of=or_null(NUMBER),
        comment_count=COUNT,
        url=PATH,
    )
    whole["properties"]["adoption"] = ref("Adoption")
    return whole


def details() -> Schema:
    """The own fields of all kinds; a post has some of those of its kind."""
    fields = {field.name: value_of(field) for kind in KINDS.values() for field in kind.fields}
    return {"type": "object", "properties": fields}


def value_of(field: Field) -> Schema:
    """What a field holds when it is filled in."""
    if field.type is Type.ROWS:
        return each({"type": "object", "properties": {one.name: value_of(one) for one in field.columns}})
    return OF_TYPE.get(field.type, TEXT)


def evidence() -> Schema:
    """How well founded a post is."""
    level = {"type": "integer", "minimum": LEVELS.start, "maximum": LEVELS.stop - 1}
    return shape(
        level=level,
        claimed={"type": "boolean"},
        set_on=or_null({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}),
        source_url=or_null(TEXT),
        source_post=or_null(NUMBER),
    )


def adoption() -> Schema:
    """Who tried a practice, and how it went."""
    outcomes = {"type": "object", "propertyNames": {"enum": [*OUTCOMES, "trying"]}, "additionalProperties": COUNT}
    return shape(organisations=COUNT, countries=each(TEXT), planning=COUNT, stopped=COUNT, outcomes=outcomes)
