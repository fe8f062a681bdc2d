"""A sample of every mail, for people who work on the site to look at, and for tests."""

from datetime import date
from typing import Any

from forum.notifications.letters import Errand

LINK = "bJ5v0aKpQk2mYw7tXc9dRz3nLs8fHg1eUo6iTa4xVqM"
DE_BRUG = "De Brug maatwerkbedrijf"
PRACTICE = {
    "title": "Lavar sábanas a 1,68 € cuando cuestan 2,14 €",
    "language": "es",
    "place": "Tejo lavandería, España",
    "summary": "",
}
TRIED = {
    "practice": {**PRACTICE, "path": "/posts/9/lavar-sabanas-a-168"},
    "organisation": "Il Filo",
    "changed": False,
    "intent": "trying",
    "outcome": "",
}
SAMPLES: dict[str, dict[str, Any]] = {
    "confirmation": {"link": f"/confirm/{LINK}"},
    "known_address": {"link": "/sign-in"},
    "reset": {"link": f"/new-password/{LINK}"},
    "sign_in": {"link": f"/sign-in/link/{LINK}"},
    "prove": {"link": f"/prove/link/{LINK}"},
    "address_old": {"link": f"/address/old/{LINK}", "address": "an@de-brug.example"},
    "address_new": {"link": f"/address/new/{LINK}"},
    "address_taken": {"link": "/sign-in"},
    "address_changed": {"link": "/accessibility#write", "address": "an@de-brug.example", "day": date(2026, 3, 9)},
    "password_changed": {"link": "/forgotten-password", "day": date(2026, 3, 9)},
    "second_step_changed": {"link": "/forgotten-password", "day": date(2026, 3, 9), "change": "passkey_added"},
    "invitation": {
        "link": f"/invitations/{LINK}",
        "organisation": DE_BRUG,
        "inviter": "An Peeters",
        "until": date(2026, 3, 23),
    },
    "membership_requested": {
        "link": "/organisations/de-brug/people",
        "organisation": DE_BRUG,
        "person": "Aïcha El Idrissi",
    },
    "membership_started": {"link": "/organisations/de-brug", "organisation": DE_BRUG},
    "membership_declined": {"link": "/organisations/de-brug", "organisation": DE_BRUG},
    "message_received": {"link": "/messages"},
    "checks_due": {
        "link": "/to-confirm",
        "records": [
            {
                "title": "Een bakkerij die ook een leerplek is",
                "language": "nl",
                "path": "/posts/7/een-bakkerij-die-ook-een-leerplek-is",
                "edit": "/posts/7/edit",
                "answer": f"/still-true/{LINK}",
                "checked_on": date(2024, 3, 9),
            },
            {
                "title": DE_BRUG,
                "language": "nl",
                "path": "/organisations/de-brug",
                "edit": "/organisations/de-brug/edit",
                "answer": f"/still-true/{LINK[::-1]}",
                "checked_on": None,
            },
        ],
    },
    "looks_outdated": {
        "link": f"/still-true/{LINK}",
        "record": {
            "title": "Een bakkerij die ook een leerplek is",
            "language": "nl",
            "path": "/posts/7/een-bakkerij-die-ook-een-leerplek-is",
            "checked_on": date(2024, 3, 9),
        },
        "note": "De wet is in mei veranderd.",
    },
    "suggestions_sent": {"link": "/posts/7/request", "title": "Een bakkerij die ook een leerplek is", "number": 3},
    "suggestions_waiting": {"link": "/posts/7/request", "title": "Een bakkerij die ook een leerplek is", "number": 1},
    "suggestions_answered": {
        "link": "/posts/7/request",
        "title": "Een bakkerij die ook een leerplek is",
        "person": "An Peeters",
    },
    "request_written": {
        "link": "/posts/7/request",
        "title": "Een bakkerij die ook een leerplek is",
        "person": "Helen Marsh",
    },
    "expert_invited": {
        "link": f"/opinions/{LINK}",
        "inviter": "Helen Marsh",
        "why": "You know both laundries and accounts of costs.",
        "practice": PRACTICE,
        "minutes": 20,
        "until": date(2026, 3, 23),
    },
    "expert_reminded": {"link": f"/opinions/{LINK}", "practice": PRACTICE, "minutes": 20, "until": date(2026, 3, 23)},
    "expert_thanked": {"link": f"/opinions/{LINK}", "practice": PRACTICE},
    "notice_received": {"link": f"/notices/{LINK}", "number": 12, "day": date(2026, 3, 9)},
    "notice_decided": {"link": f"/notices/{LINK}", "number": 12, "day": date(2026, 3, 9), "acted": True},
    "decision_made": {
        "link": f"/statements/{LINK}",
        "number": 7,
        "action": "silence",
        "until": date(2026, 3, 23),
    },
    "appeal_decided": {"link": f"/statements/{LINK}", "number": 7, "action": "hide", "reversed": True},
    "transfer_offered": {
        "link": "/offers/7",
        "title": PRACTICE["title"],
        "former": DE_BRUG,
        "organisation": "Il Filo",
        "until": date(2026, 4, 8),
    },
    "transfer_answered": {
        "link": "/posts/7/transfer",
        "title": PRACTICE["title"],
        "former": DE_BRUG,
        "organisation": "Il Filo",
        "outcome": "accepted",
    },
    "adoption_reported": {"link": "/adoptions/7", **TRIED},
    "adoption_answered": {"link": "/adoptions/7#answer", "owner": DE_BRUG, **TRIED},
    "adoption_asked": {"link": "/adoptions/7/edit", **TRIED},
    "searches_matched": {
        "link": "/searches",
        "searches": [
            {
                "id": 1,
                "name": "“bakkerij”, België",
                "path": "/search?q=bakkerij&country=BE&sort=newest",
                "more": 2,
                "posts": [
                    {
                        "title": "Een bakkerij die ook een leerplek is",
                        "language": "nl",
                        "path": "/posts/7/een-bakkerij-die-ook-een-leerplek-is",
                        "place": f"{DE_BRUG}, België",
                        "summary": "Zes mensen leren er het vak, twee van hen kregen een vaste baan.",
                    },
                    {
                        "title": "Une boulangerie d’insertion ouvre le dimanche",
                        "language": "fr",
                        "path": "/posts/8/une-boulangerie-d-insertion-ouvre-le-dimanche",
                        "place": "Le Pain Levé, France",
                        "summary": "",
                    },
                ],
            },
        ],
    },
}


def sample_errand(template: str, language: str) -> Errand:
    """A mail of this template to somebody who does not exist."""
    if template == "invitation" or template.startswith("expert_"):
        return Errand("", "giulia@example.org", language, template, SAMPLES[template])
    return Errand("Giulia Ferrari", "giulia@example.org", language, template, SAMPLES[template], person_id=0)
