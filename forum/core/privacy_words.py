"""Words for `core.privacy` in six languages: of hard situations, and what stands before a number as a name does."""

from forum.core.text import fold

# What is said of somebody in a hard situation: words, or beginnings of words, compared without accents and capitals.
_SITUATIONS = (
    "abhangig, abuse, addict, adicc, adicta, adicto, alcohol, alcol, alcool, alkohol, analfabeet, analfabet, analphab, "
    "analphabet, antecedentes, asiel, asile, asilo, asyl, asylum, autis, autisme, behinder, benefits, beperking, "
    "burgergeld, burn-out, burnout, cancer, cancro, carcel, carcere, casier, chomage de longue duree, convict, dakloos, "
    "dakloze, debiti, debts, dependan, depresi, depress, depressi, depressie, depression, detenu, detenut, dettes, deudas, "
    "dipendenz, disabil, disabilit, disabled, discapacidad, disoccupat, domestic violence, droga, drogas, drogen, drogue, "
    "drug, drugs, enferm, epilep, epileps, epilepsie, epiless, fluchtling, gedetineerd, gefangnis, gefluchtet, gevangenis, "
    "gewalt, haft, handicap, homeless, huiselijk geweld, illettr, illitera, in debt, incarcer, kanker, krank, krebs, "
    "laaggeletterd, langdurig werkloos, langdurig werkzoekend, langzeitarbeitslos, learning difficult, leefloon, long-term "
    "unemployed, malad, malat, maltrait, maltrat, maltratt, mental health, mental illness, mishandel, obdachlos, offender, "
    "ohne papiere, paro de larga duracion, precedenti penali, presa, preso, prision, prison, psichiatr, psiquiatr, "
    "psychiatr, psychique, psychisch, refugee, refugiad, refugie, renta minima, rifugiat, rsa, salud mental, salute "
    "mentale, sans abri, sans papiers, sans-abri, schulden, sdf, senza dimora, senza documenti, senza permesso, senzatetto, "
    "sin hogar, sin papeles, sin techo, strafblad, straffallig, sucht, suchtkrank, surendett, thuisloos, tossicodip, "
    "toxicoman, tumore, undocumented, verschuldet, verslaafd, verslav, violences conjugales, violencia de genero, violenza "
    "domestica, vluchteling, vorbestraft, wohnungslos, ziek, zonder papieren "
)

# Not first names, though they stand before a number with a capital letter.
_NOT_NAMES = (
    "abril agosto allegato and anexo anhang annex annexe aout april aprile art article articolo articulo artikel august "
    "augustus avril bijlage capitolo capitulo chapitre chapter das december decembre der dicembre diciembre die dit een ein "
    "eine ella elle enero er ese etape febbraio febrero februar februari february fevrier figura figure figuur gennaio "
    "gesetz giugno he het hij hoofdstuk il januar januari january janvier juillet juin juli julio july june juni junio "
    "kapitel law legge ley loi luglio maart maggio mai march mars marz marzo may mayo mei nous november novembre noviembre "
    "october octobre octubre oktober ons ottobre our paso passo schritt september septembre septiembre settembre she sie "
    "stap step tabel tabella tabelle tabla table the they und une wet wir ze zij "
)

SITUATIONS = tuple(sorted({fold(word.strip()) for word in _SITUATIONS.split(",")}))
NOT_NAMES = frozenset(_NOT_NAMES.split())
