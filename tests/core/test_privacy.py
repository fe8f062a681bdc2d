"""What a text says by which somebody may be recognised: found with its context, and left alone without."""

import pytest

from forum.core.privacy import MOST_FOUND, traces_in

FOUND = {
    # A title and a single initial, as reports on one case are written
    "We begeleidden mevrouw J. naar een baan in de keuken.": "mevrouw J.",
    "Dhr. K. kwam in mei bij ons werken.": "Dhr. K.",
    "Madame D. a commencé par deux heures par jour.": "Madame D.",
    "Nous avons suivi M. L. pendant un an.": "M. L.",
    "Frau M. arbeitet seit drei Jahren bei uns.": "Frau M.",
    "Wir haben mit Herrn S. einen Plan gemacht.": "Herrn S.",
    "Mrs B. joined our laundry last spring.": "Mrs B.",
    "Mr. T. told us that he liked the work.": "Mr. T.",
    "La señora R. empezó con un contrato corto.": "señora R.",
    "La signora T. lavora in cucina da un anno.": "signora T.",
    # A first name, an age and a hard situation
    "Fatima (34) was homeless when she came to us.": "Fatima (34)",
    "Karim, 23 ans, sortait de prison.": "Karim, 23 ans",
    "Sofie, 41 jaar, heeft al lang schulden.": "Sofie, 41 jaar",
    "Mehmet (52) ist seit Jahren alkoholkrank.": "Mehmet (52)",
    "Lucía, 29 años, vivía sin hogar.": "Lucía, 29 años",
    "Marco, 38 anni, è un ex detenuto.": "Marco, 38 anni",
    "John is 27 years old and has a learning difficulty.": "John is 27 years old",
    # A title and a name, of whom a hard situation is said at once
    "Mevrouw Peeters is dakloos sinds vorig jaar.": "Mevrouw Peeters",
    "Mr Smith was addicted to alcohol for years.": "Mr Smith",
    "Madame Diallo a des dettes depuis longtemps.": "Madame Diallo",
    "La signora Bianchi ha una disabilità.": "signora Bianchi",
    # Numbers that belong to one person
    "Het nummer 85.07.30-033.28 staat op de kaart.": "85.07.30-033.28",
    "Son numéro est le 2 55 08 14 168 025 38.": "2 55 08 14 168 025 38",
    "BSN: 111222333 staat in het dossier.": "111222333",
    "Su documento es el 12345678Z y vive cerca.": "12345678Z",
    "Il codice è RSSMRA85T10A562S in archivio.": "RSSMRA85T10A562S",
    "Her number is QQ 12 34 56 C, she said.": "",
    "His number is AB 12 34 56 C, he said.": "AB 12 34 56 C",
    # A telephone number beside somebody in a hard situation
    "Mevrouw J. is verslaafd, bel haar op 0475 12 34 56.": "0475 12 34 56",
}
LEFT_ALONE = (
    "Mevrouw J. Peeters leidt de keuken.",
    "Mevrouw J. de Vries leidt de keuken.",
    "Mr J. R. Smith wrote the report.",
    "M. Schmit, commissaire, a présenté le plan contre le chômage de longue durée.",
    "Minister mevrouw Peeters heeft een plan tegen schulden.",
    "Herr Müller ist Geschäftsführer und sprach über Behinderung.",
    "Ask An Peeters how it works.",
    "Fatima (34) leads the bakery.",
    "In May (34) people with debts came to us.",
    "Tabel (34) toont hoeveel mensen schulden hebben.",
    "Artikel 34 jaar later gaat over schulden.",
    "We support 34 people who are homeless.",
    "People aged 18 to 25 with a disability work in the garden.",
    "Contact: An Peeters, 0475 12 34 56.",
    "Call us at +32 2 123 45 67.",
    "Bel 0475 12 34 56 voor een bezoek.",
    "The law of 13 December 2007, number 44/2007.",
    "Het nummer 85.07.30-033.29 is een tikfout.",
    "Rekening BE68 5390 0754 7034.",
    "Su documento es el 12345678A, inventado.",
    "Ley 44/2007, de 13 de diciembre, para personas con discapacidad.",
    "Our company number is 0123.456.789.",
    "Vitamin B. is good for you.",
    "Plan M. is for later, Plan B. for now.",
    "Don Bosco runs workshops for people with a disability.",
    "Frau und Mann arbeiten trotz Schulden zusammen.",
    "“I no longer have to pretend I have read the notice.” (a colleague in sorting, with her consent)",
    "",
)


@pytest.mark.parametrize("sentence", FOUND)
def test_what_may_show_who_somebody_is_is_found(sentence: str) -> None:
    words = [trace.words for trace in traces_in(f"We begin. {sentence} Then we end.")]
    assert FOUND[sentence] in words if FOUND[sentence] else words == []


@pytest.mark.parametrize("sentence", LEFT_ALONE)
def test_names_without_a_case_are_left_alone(sentence: str) -> None:
    assert traces_in(f"We begin here. {sentence} Then we end.") == []


def test_a_long_text_gives_at_most_twenty_findings() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert len(traces_in(" ".join(f"Mevrouw {letter}. kwam." for letter in letters))) == MOST_FOUND


def test_case_and_name_must_stand_in_one_sentence() -> None:
    assert traces_in("Fatima (34) leads the bakery. Many people here were homeless.") == []
