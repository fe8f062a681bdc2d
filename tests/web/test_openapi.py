"""The OpenAPI document and the API agree, whatever is sent: schemathesis writes the requests, with a fixed seed."""

from collections.abc import Callable

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, assume, given, settings
from schemathesis import GenerationMode
from schemathesis.schemas import BaseSchema

from forum.accounts.models import Person
from forum.core.db import db, transaction
from forum.core.origins import Origin
from forum.web import wishes
from tests.conftest import Cast, SearchIndex
from tests.factories import make_adoption, make_organisation, make_post
from tests.web.everything import routes

Browsers = Callable[[Person | None], FlaskClient]
ADDRESS = "/api/v1/openapi.json"


@pytest.fixture
def library(search_index: SearchIndex, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Posts 1 to 12 of all kinds, some translated, tried, hidden or for members; and readers who never search too often."""
    for number, kind in enumerate(("practice", "research", "policy", "question", "news") * 2):
        make_post(
            cast.an,
            cast.sluis,
            kind=kind,
            title=f"A bakery {number}",
            visibility=("public", "members")[number % 3 == 2],
        )
    tried = make_post(cast.an, cast.sluis, details={"stage": "running", "people_supported": 14})
    make_adoption(tried, make_organisation(country="IT"))
    make_post(
        None, None, language="nl", translation_of_id=tried.id, evidence_level=3, evidence_url="https://example.org/"
    )
    with transaction():
        db.session.add(Origin(source="demo", type="post", ref="x1", subject_id=tried.id))
    search_index.build()
    monkeypatch.setattr(wishes, "SEARCHES", 10**9)


def test_the_document_names_every_address_of_the_api(app: Flask, client: FlaskClient) -> None:
    document = client.get(ADDRESS).json
    assert document is not None
    there = {
        rule.rule.replace("<int:", "{").replace(">", "}")
        for rule in routes(app, "GET")
        if rule.rule.startswith("/api/")
    }
    assert set(document["paths"]) == there
    assert document["servers"] == [{"url": "http://localhost"}]
    names = {method["operationId"] for path in document["paths"].values() for method in path.values()}
    assert names == {name for name, _mode in TRIED}


@pytest.fixture
def described(app: Flask, library: None) -> BaseSchema:
    """The API as its document tells it, with the application behind it."""
    return schemathesis.openapi.from_wsgi(ADDRESS, app)


EXAMPLES = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
ALLOWED, NOT_ALLOWED = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
TRIED = (
    ("searchPosts", ALLOWED),
    ("searchPosts", NOT_ALLOWED),
    ("showPost", ALLOWED),
    ("showPost", NOT_ALLOWED),
    ("suggest", ALLOWED),
    ("suggest", NOT_ALLOWED),
    ("describe", ALLOWED),  # takes nothing, so nothing is not allowed
)


def is_empty(value: object) -> bool:
    """Whether a value of a query says nothing. The document allows that, in words: no schema says it without more ado."""
    return any(one is None or not str(one).strip() for one in (value if isinstance(value, list) else [value]))


@pytest.mark.parametrize(("name", "mode"), TRIED, ids=[f"{name}, {mode.value}" for name, mode in TRIED])
def test_whatever_is_sent_the_answer_is_as_described(name: str, mode: GenerationMode, described: BaseSchema) -> None:
    operation = described.find_operation_by_id(name)

    @EXAMPLES
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case) -> None:
        assume(mode is ALLOWED or not any(is_empty(value) for value in case.query.values()))
        case.call_and_validate(headers={"Accept-Encoding": "identity"})

    send()
