"""Words for the fields of a good practice."""

from flask_babel import lazy_gettext as _

from forum.web.wording.words import Words

STORY = {
    "problem": Words(
        _("The problem"),
        _("What was difficult, and for whom? For example: people without a diploma were never hired."),
        _("Which problem does this solve?"),
    ),
    "how_it_works": Words(
        _("How it works"),
        _("The steps, in their order. For example: first a trial week, then a plan for each person."),
        _("How does it work, step by step?"),
    ),
    "building_blocks": Words(
        _("Building blocks"),
        _("Parts that others can take over one by one."),
        columns={
            "title": _("Name of the part"),
            "purpose": _("What it is for"),
            "enabling_factors": _("What makes it work"),
            "lessons": _("What we learned"),
        },
    ),
}

RESULTS = {
    "results": Words(
        _("Results"),
        _("What changed, and how do you know? A story counts too."),
        _("What changed for the people?"),
    ),
    "numbers": Words(
        _("Figures"),
        _("One result in each row. For example: found a regular job, 14, people, 2025, own records."),
        columns={
            "indicator": _("What was counted"),
            "value": _("Number"),
            "unit": _("Unit"),
            "period": _("Period"),
            "source": _("Source"),
        },
    ),
    "people_supported": Words(_("People supported in a year")),
    "moved_within_6_months": Words(_("Moved to a regular job within 6 months"), _("Number of people.")),
    "moved_within_12_months": Words(_("Moved to a regular job within 12 months"), _("Number of people.")),
    "still_in_job_after_12_months": Words(_("Still in that job after 12 months"), _("Number of people.")),
    "satisfied_percent": Words(_("Satisfied participants, in percent"), _("From 0 to 100.")),
    "hours_trained": Words(_("Hours of training in a year"), _("Of all participants together.")),
    "evidence_claimed": Words(
        _("Evidence"),
        _("Your own judgement. Moderators add what studies show."),
        _("How sure are you?"),
        choices={
            "0": _("An idea or a story, no data yet"),
            "1": _("Well described: what, for whom and why it should work"),
            "2": _("Monitored: own figures over a period, with their source"),
        },
    ),
}

RESOURCES = {
    "staff_fte": Words(
        _("Staff (full-time jobs)"), _("For example: 2.5."), _("How many full-time jobs of staff does it take?")
    ),
    "coach_ratio": Words(_("Coaches and workers"), _("For example: 1 coach for 8 workers.")),
    "start_cost": Words(_("Cost to begin (euro)"), _("For example: 12000.")),
    "yearly_cost": Words(_("Cost of a year (euro)"), _("For example: 85000.")),
    "funding_sales": Words(_("Paid from sales, in percent"), _("From 0 to 100.")),
    "funding_subsidies": Words(_("Paid from subsidies, in percent"), _("From 0 to 100.")),
    "funding_donations": Words(_("Paid from donations, in percent"), _("From 0 to 100.")),
    "cost_band": Words(
        _("Cost of a year for one person"),
        _("A rough idea is enough."),
        choices={
            "1": _("Less than 1,000 euro"),
            "2": _("1,000 to 5,000 euro"),
            "3": _("5,000 to 10,000 euro"),
            "4": _("10,000 to 20,000 euro"),
            "5": _("More than 20,000 euro"),
        },
    ),
}

TRANSFER = {
    "legal_frame": Words(
        _("Law that makes it possible"),
        _("The law, scheme or agreement that you build on. For example: the Flemish decree on tailored work."),
        _("Which law or scheme makes this possible?"),
    ),
    "conditions_for_success": Words(
        _("What it needs to succeed"),
        _("For example: a coach on every work floor, and a customer who orders all year."),
        _("What does it need to succeed?"),
    ),
    "what_went_wrong": Words(
        _("What we would do differently"),
        _("Others learn most from this. For example: we began with too large a group."),
        _("What would you do differently?"),
    ),
    "transferability": Words(
        _("Advice for others"),
        _("What can others take over as it is, and what must they change?"),
        _("What should others know before they try?"),
    ),
    "transfer_needs": Words(
        _("Others need"),
        choices={
            "law": _("a law that allows it"),
            "funding": _("special funding"),
            "partner": _("a partner"),
            "equipment": _("equipment"),
        },
    ),
}

PEOPLE = {
    "workers_voice": Words(
        _("In the words of workers"),
        _("A quotation, if the person agrees. Leave out names and anything that tells who it is."),
    ),
    "equity_ethics": Words(_("Who is not reached"), _("People who should benefit but do not yet, and why.")),
}

FACTS = {
    "integration_model": Words(
        _("Kind of jobs"),
        _("Do people stay, or do they move on to a regular job?"),
        choices={"permanent": _("People stay"), "transitional": _("People move on"), "mixed": _("Both")},
    ),
    "orientation": Words(
        _("Main aim of the work"),
        choices={
            "productive": _("To make and to sell"),
            "social": _("To belong and to take part"),
            "training": _("To learn a trade"),
        },
    ),
    "stage": Words(
        _("How far it is"),
        choices={
            "idea": _("An idea"),
            "pilot": _("A first trial"),
            "running": _("Running"),
            "scaled": _("Running in several places"),
            "ended": _("Ended"),
        },
    ),
    "started_on": Words(_("Began on")),
    "ended_on": Words(_("Ended on")),
    "partners": Words(_("Partners"), _("For example: the city, a school, a construction company.")),
    "funding_sources": Words(_("Who pays for it"), _("For example: own sales, the region, a foundation.")),
    "programme": Words(_("Programme"), _("For example: ESF+ or Erasmus+.")),
    "visit_us": Words(_("Visitors are welcome"), choices={"yes": _("Yes"), "no": _("No")}),
    "visit_languages": Words(_("Languages for visitors")),
}

FIELDS = STORY | RESULTS | RESOURCES | TRANSFER | PEOPLE | FACTS
