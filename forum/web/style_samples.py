"""What the style page shows: invented posts and organisations in six languages, long words of the thesaurus, the words of forms.

The page is for people who work on the site. Its few words of its own are in English and stay out of the catalogue.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import url_for

from forum.core.languages import INTERFACE_LANGUAGES, country_name
from forum.core.markdown import render
from forum.vocabulary.queries import vocabulary
from forum.web.cards import Card, ConceptLink
from forum.web.form_fields import FormField
from forum.web.insights_charts import bars, columns, quarters
from forum.web.insights_dates import Coming, moment, timeline
from forum.web.insights_gaps import Head, matrix
from forum.web.insights_maps import country_map
from forum.web.labels import field_label, kind_label
from forum.web.wording.glossary import ABBREVIATIONS
from forum.web.wording.hints import HINTS

PROSE = """The line is always behind, so [we counted](https://example.org).

## How it works

1. **First** the round.
2. Then *sorting*.

- one
- two

### The figures

> It turned out differently.

| Where | Share |
|---|---:|
| Shops | 7 |
| Reuse | 46 |

`code`

```
a long line of code that has to scroll inside its own region, however narrow the page may be
```
"""
DAY = datetime(2026, 3, 17, 9, tzinfo=UTC)
TEXTS = {
    "en": (
        "A sorting table made to measure",
        "We cut textile sorting into five small tasks, each with a table of its own. People who needed a quiet place found one.",
        "Harbour Works",
    ),
    "nl": (
        "Werkplekbegeleiding die doorloopt tot na de proefperiode",
        "De jobcoach komt nog een jaar langs, ook als alles goed gaat. Daardoor haken minder mensen af in de eerste winter.",
        "De Sluis",
    ),
    "fr": (
        "Les mots du chantier : vingt minutes de français avant d’ouvrir la bétonnière",
        "Chaque matin, l’équipe apprend dix mots du métier. Les accidents ont diminué, et les conversations ont commencé.",
        "Atelier des Trois Ponts",
    ),
    "de": (
        "Arbeitsmarktdienstleistungen und Berufsausbildungsvorbereitung aus einer Hand",
        "Wäschereimitarbeiterinnen lernen an der Maschine, nicht im Klassenzimmer. Nach zwölf Wochen folgt die Teilqualifizierung.",
        "Neuland Inklusion",
    ),
    "es": (
        "Un consejo de trabajadoras y trabajadores donde nadie se queda más de tres años",
        "Las decisiones sobre turnos y descansos las toma el consejo. Funciona porque cada puesto rota y se prepara el relevo.",
        "Puerta Abierta",
    ),
    "it": (
        "Un banco dentro, un banco fuori: la falegnameria che accompagna chi esce dal carcere",
        "Chi lavora nel laboratorio interno ritrova lo stesso banco all’esterno. Il passaggio dura dai tre ai nove mesi.",
        "Bottega del Fiume",
    ),
}
VARIANTS: dict[str, dict[str, Any]] = {
    "en": {"kind": "practice", "review": "recommended", "reviewed_at": DAY, "comment_count": 4},
    "nl": {"kind": "research", "review": "reviewed", "reviewed_at": DAY, "is_new": True},
    "fr": {"kind": "policy", "review": "needs_recheck", "visibility": "members"},
    "de": {"kind": "question", "review": "changes_suggested", "visibility": "organisation", "comment_count": 1},
    "es": {"kind": "news", "review": "in_expert_review", "status": "archived"},
    "it": {"kind": "practice", "status": "draft"},
}
COUNTRIES = {"en": "IE", "nl": "BE", "fr": "FR", "de": "DE", "es": "ES", "it": "IT"}


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation as its card asks for it."""

    name: str
    kind: str
    language: str
    url: str
    summary: str
    country_name: str
    post_count: int
    member_count: int


@dataclass(frozen=True, slots=True)
class LongWords:
    """What a language has that is long: labels of themes and target groups, the name of a country."""

    language: str
    theme: str
    target: str
    country: str
    card: Card


def cards(language: str) -> list[Card]:
    """A card of every kind, with every mark, in every language."""
    return [card(code, language, place) for place, code in enumerate(TEXTS)]


def card(code: str, language: str, place: int = 0) -> Card:
    """The card of the sample in a language, as a reader of another language sees it."""
    title, summary, organisation = TEXTS[code]
    plain: dict[str, Any] = {
        "id": place,
        "url": "#",
        "title": title,
        "language": code,
        "summary": summary,
        "snippet": None,
        "organisation_name": organisation,
        "country_names": [country_name(COUNTRIES[code], language)],
        "published_at": DAY,
        "review": "new",
        "reviewed_at": None,
        "visibility": "public",
        "status": "published",
        "comment_count": 0,
        "themes": themes(language)[place * 2 : place * 2 + 2],
        "is_new": False,
    }
    return Card(**(plain | VARIANTS[code]))


def organisations(language: str) -> list[Organisation]:
    """A network and a member."""
    return [
        Organisation(name, kind, code, "#", summary, country_name(COUNTRIES[code], language), posts, members)
        for kind, code, posts, members in (("network", "en", 12, 31), ("member", "de", 1, 0))
        for _title, summary, name in (TEXTS[code],)
    ]


def themes(language: str) -> list[ConceptLink]:
    """The top themes, each with its woven pattern."""
    known = vocabulary()
    return [
        ConceptLink(known.heading(entry.id, language), url_for("themes.show_theme", slug=entry.key), entry.key)
        for entry in known.top("theme")
    ]


def long_words() -> Iterator[LongWords]:
    """The longest labels of each interface language, and the card in that language."""
    for code in INTERFACE_LANGUAGES:
        country = max((country_name(one, code) for one in ("BA", "GB", "CH", "CZ", "NL")), key=len)
        yield LongWords(code, longest("theme", code), longest("target", code), country, card(code, code))


def longest(scheme: str, language: str) -> str:
    """The label of a scheme with the longest word in a language."""
    known = vocabulary()
    found = [known.heading(entry.id, language) for entry in known.of_scheme(scheme)]
    return max(found, key=lambda label: max((len(word) for word in label.split()), default=0), default="")


def pictures(language: str) -> dict[str, Any]:
    """A map, charts, gaps and dates, of invented numbers."""
    today, kinds = date(2026, 11, 28), ("practice", "research", "policy")
    counts = {"BE": 19, "DE": 14, "ES": 15, "FI": 1, "FR": 14, "IT": 15, "PL": 3, "US": 1}
    starts = quarters(today)
    rows = [Head(theme.pattern, theme.label, theme.url) for theme in themes(language)[:4]]
    gaps: dict[tuple[Hashable, Hashable], int] = {
        (row.key, kind): (place * 3 + other * 5) % 8
        for place, row in enumerate(rows)
        for other, kind in enumerate(kinds)
    }
    dates = [(date(2022, 1, 14), "adopted_on"), (date(2023, 7, 1), "in_force_on"), (date(2027, 6, 30), "review_on")]
    coming = moment(date(2027, 1, 8), "comment_deadline", field_label("policy", "comment_deadline"), today)
    return {
        "map": country_map(counts, lambda _code: "#"),
        "bars": bars([(theme.label, (place * 7) % 20, "#") for place, theme in enumerate(themes(language)[:5])]),
        "columns": columns(starts, {place: (place * 5) % 13 for place in range(len(starts))}),
        "gaps": matrix(rows, [Head(kind, kind_label(kind)) for kind in kinds], gaps, lambda _row, _column: "#"),
        "timeline": timeline([(day, name, field_label("policy", name)) for day, name in dates], today),
        "coming": [Coming(coming, TEXTS["fr"][0], "fr", "#")],
    }


def editor_field(scheme: str, error: str = "") -> FormField:
    """The field of the writing surface."""
    _title, summary, _organisation = TEXTS["en"]
    return FormField(
        f"story-{scheme}", "editor", field_label("practice", "how_it_works"), TEXTS["fr"][1], (summary,), error=error
    )


def first_hint(_key: str) -> Any:
    """A hint, whoever reads: in place of the one that visitors never see."""
    return next(iter(HINTS.values()))


def first_abbreviation() -> str:
    """The key of an abbreviation."""
    return next(iter(ABBREVIATIONS))


def prose(scheme: str) -> str:
    """A text with everything that a writer can do, as HTML; the scheme gives its table a name of its own."""
    return render(PROSE.replace("Where", f"Where ({scheme})"), heading_base=4).html
