"""The kinds of post. A new kind is one entry here, one template and its labels; no migration.

`tiny` names what the first form asks (common and own fields, in this order); everything else is offered afterwards.
"""

from dataclasses import dataclass
from functools import cached_property

from forum.library.fields import Field, Type, Weight

NUDGED, REQUIRED = Weight.NUDGED, Weight.REQUIRED

RESEARCH_TYPES = (
    "systematic_review",
    "trial",
    "quasi_experimental",
    "before_after",
    "survey",
    "case_study",
    "action_research",
    "statistics",
    "cost_benefit",
    "tool",
    "opinion",
)
POLICY_STATUSES = (
    "announced",
    "consultation",
    "proposed",
    "in_negotiation",
    "adopted",
    "in_force",
    "partly_in_force",
    "amended",
    "suspended",
    "repealed",
    "rejected",
    "withdrawn",
)
MONEY = 1_000_000_000
PEOPLE = 1_000_000


@dataclass(frozen=True)
class Kind:
    """A kind of post: its own fields, what is asked first, and what it is called by schema.org and Dublin Core (DCMI types)."""

    name: str
    fields: tuple[Field, ...]
    tiny: tuple[str, ...]
    nudges: tuple[str, ...]
    schema_type: str
    dublin_core_type: str
    fresh_months: int | None = None

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The kind's own fields by their names."""
        return {field.name: field for field in self.fields}

    @property
    def required(self) -> tuple[str, ...]:
        """The names of own fields that a post of this kind cannot do without."""
        return tuple(field.name for field in self.fields if field.weight is REQUIRED)


def text(name: str, section: str, weight: Weight = Weight.OPTIONAL) -> Field:
    """A field of a few paragraphs."""
    return Field(name, Type.TEXT, weight, section=section)


def line(name: str, section: str, weight: Weight = Weight.OPTIONAL, maximum: int = 300) -> Field:
    """A field of one line."""
    return Field(name, Type.LINE, weight, maximum, section=section)


def count(name: str, section: str, maximum: int = PEOPLE) -> Field:
    """A whole number from nought."""
    return Field(name, Type.INTEGER, maximum=maximum, section=section)


def day(name: str, section: str = "dates", weight: Weight = Weight.OPTIONAL) -> Field:
    """A date."""
    return Field(name, Type.DATE, weight, section=section)


def choice(name: str, section: str, choices: tuple[str, ...], weight: Weight = Weight.OPTIONAL) -> Field:
    """One of a few answers."""
    return Field(name, Type.CHOICE, weight, choices=choices, section=section)


PRACTICE = Kind(
    "practice",
    fields=(
        text("problem", "story", NUDGED),
        text("how_it_works", "story", NUDGED),
        Field(
            "building_blocks",
            Type.ROWS,
            maximum=20,
            section="story",
            columns=(
                line("title", "story"),
                line("purpose", "story", maximum=1000),
                line("enabling_factors", "story", maximum=1000),
                line("lessons", "story", maximum=1000),
            ),
        ),
        text("results", "results", NUDGED),
        Field(
            "numbers",
            Type.ROWS,
            maximum=30,
            section="results",
            columns=tuple(line(name, "results") for name in ("indicator", "value", "unit", "period", "source")),
        ),
        count("people_supported", "results"),
        count("moved_within_6_months", "results"),
        count("moved_within_12_months", "results"),
        count("still_in_job_after_12_months", "results"),
        count("satisfied_percent", "results", maximum=100),
        count("hours_trained", "results"),
        choice("integration_model", "facts", ("permanent", "transitional", "mixed")),
        choice("orientation", "facts", ("productive", "social", "training")),
        Field("staff_fte", Type.NUMBER, NUDGED, maximum=100_000, section="resources"),
        line("coach_ratio", "resources", maximum=60),
        count("start_cost", "resources", maximum=MONEY),
        count("yearly_cost", "resources", maximum=MONEY),
        count("funding_sales", "resources", maximum=100),
        count("funding_subsidies", "resources", maximum=100),
        count("funding_donations", "resources", maximum=100),
        Field("cost_band", Type.INTEGER, minimum=1, maximum=5, section="resources"),
        text("legal_frame", "transfer", NUDGED),
        text("conditions_for_success", "transfer", NUDGED),
        text("what_went_wrong", "transfer", NUDGED),
        text("transferability", "transfer", NUDGED),
        Field("transfer_needs", Type.CHOICES, choices=("law", "funding", "partner", "equipment"), section="transfer"),
        text("workers_voice", "people"),
        text("equity_ethics", "people"),
        choice("stage", "facts", ("idea", "pilot", "running", "scaled", "ended"), REQUIRED),
        day("started_on", "facts"),
        day("ended_on", "facts"),
        line("partners", "facts", maximum=1000),
        line("funding_sources", "facts", maximum=1000),
        line("programme", "facts"),
        Field("visit_us", Type.YES_NO, section="facts"),
        Field("visit_languages", Type.LANGUAGES, section="facts"),
        Field("evidence_claimed", Type.INTEGER, NUDGED, maximum=2, section="results"),
    ),
    tiny=("title", "body", "themes", "stage"),
    nudges=(
        "summary",
        "target_groups",
        "problem",
        "results",
        "how_it_works",
        "what_went_wrong",
        "staff_fte",
        "legal_frame",
        "conditions_for_success",
        "transferability",
        "evidence_claimed",
    ),
    schema_type="HowTo",
    dublin_core_type="Text",
    fresh_months=24,
)

RESEARCH = Kind(
    "research",
    fields=(
        Field("source_url", Type.URL, NUDGED, section="source"),
        text("so_what", "story", NUDGED),
        choice("research_type", "method", RESEARCH_TYPES, NUDGED),
        line("study_authors", "source", NUDGED, maximum=500),
        Field("year", Type.INTEGER, NUDGED, minimum=1900, maximum=2100, section="source"),
        line("publisher", "source", NUDGED),
        Field("countries_studied", Type.COUNTRIES, NUDGED, section="method"),
        Field("sample_n", Type.INTEGER, NUDGED, maximum=100_000_000, section="method"),
        line("population", "method", NUDGED),
        line("period", "method", NUDGED),
        text("limits", "story", NUDGED),
        Field("peer_reviewed", Type.YES_NO, section="method"),
        line("funded_by", "method"),
        line("conflict_of_interest", "method", maximum=1000),
        choice("access", "source", ("open", "registration", "paid")),
        Field("data_available", Type.URL, section="source"),
    ),
    tiny=("title", "body", "themes", "source_url"),
    nudges=(
        "summary",
        "so_what",
        "research_type",
        "study_authors",
        "year",
        "countries_studied",
        "sample_n",
        "limits",
        "target_groups",
    ),
    schema_type="ScholarlyArticle",
    dublin_core_type="Text",
    fresh_months=36,
)

POLICY = Kind(
    "policy",
    fields=(
        choice("jurisdiction", "facts", ("eu", "national", "regional", "local"), REQUIRED),
        line("region", "facts"),
        choice("policy_status", "facts", POLICY_STATUSES, REQUIRED),
        Field("source_url", Type.URL, NUDGED, section="source"),
        line("official_id", "source"),
        *(
            day(name)
            for name in (
                "announced_on",
                "adopted_on",
                "published_on",
                "in_force_on",
                "applies_from",
                "transposition_deadline",
                "comment_deadline",
                "review_on",
                "expires_on",
            )
        ),
        choice("effect", "story", ("strengthens", "weakens", "neutral", "unclear"), NUDGED),
        text("what_to_do", "story", NUDGED),
        day("what_to_do_by", "story"),
        text("position", "story"),
        text("translation_note", "story", NUDGED),
    ),
    tiny=("title", "body", "jurisdiction", "policy_status", "source_url", "themes"),
    nudges=("summary", "instruments", "effect", "what_to_do", "in_force_on", "target_groups", "translation_note"),
    schema_type="Legislation",
    dublin_core_type="Text",
    fresh_months=6,
)

QUESTION = Kind(
    "question",
    fields=(text("already_tried", "story", NUDGED), day("needed_by", "facts")),
    tiny=("title", "body", "themes"),
    nudges=("already_tried", "target_groups"),
    schema_type="QAPage",
    dublin_core_type="InteractiveResource",
)

NEWS = Kind(
    "news",
    fields=(
        day("event_on", "facts"),
        line("event_place", "facts"),
        Field("source_url", Type.URL, section="source"),
    ),
    tiny=("title", "body", "themes"),
    nudges=("summary", "event_on"),
    schema_type="NewsArticle",
    dublin_core_type="Text",
)

KINDS = {kind.name: kind for kind in (PRACTICE, RESEARCH, POLICY, QUESTION, NEWS)}
