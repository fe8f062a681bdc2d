"""Which edits of a reviewed post ask for another look: those of results and method. Typos, links and contact keep the badge."""

from forum.core.diff import compare
from forum.library.content import Content
from forum.library.operations.versions import changed_fields

RESULTS_AND_METHOD: dict[str, frozenset[str]] = {
    "practice": frozenset({
        "how_it_works", "building_blocks", "results", "numbers", "people_supported", "moved_within_6_months",
        "moved_within_12_months", "still_in_job_after_12_months", "satisfied_percent", "hours_trained",
        "integration_model", "what_went_wrong", "stage", "evidence_claimed",
    }),
    "research": frozenset({
        "source_url", "so_what", "research_type", "sample_n", "population", "period", "countries_studied", "limits",
    }),
    "policy": frozenset({
        "jurisdiction", "policy_status", "official_id", "effect", "what_to_do", "what_to_do_by", "in_force_on",
        "applies_from", "transposition_deadline", "expires_on",
    }),
    "question": frozenset(),
    "news": frozenset({"event_on", "event_place"}),
}  # fmt: skip
SMALL_EDIT = 20  # words taken out or put in; beyond, the main text is no longer what was reviewed


def weighty_fields(before: Content, after: Content) -> list[str]:
    """The changed fields that ask for another look, in the order of the post; none for a small edit."""
    weighty = RESULTS_AND_METHOD[after.kind]
    return [
        name
        for name in changed_fields(before, after)
        if name in weighty or (name == "body" and words_changed(before.body, after.body) > SMALL_EDIT)
    ]


def words_changed(old: str, new: str) -> int:
    """How many words were taken out or put in, whichever are more."""
    words = {"removed": 0, "added": 0, "kept": 0}
    for change in compare(old, new):
        words[change.kind] += len(change.text.split())
    return max(words["removed"], words["added"])
