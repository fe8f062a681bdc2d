"""E-mail domains whose addresses join an organisation at once, and those that belong to everybody."""

import re

from forum.accounts.queries import normal_email

# Providers with an address in many countries (yahoo.fr, hotmail.co.uk), and those with one or two.
PROVIDERS = re.compile(
    r"(gmail|googlemail|yahoo|ymail|hotmail|outlook|live|msn|icloud|gmx|yandex|aol|proton|protonmail|tutanota|zoho)"
    r"(\.[a-z]{2,3}){1,2}"
)
_PUBLIC = """
a1.net abv.bg alice.it aon.at arcor.de azet.sk bk.ru bluewin.ch bol.com btinternet.com centrum.cz chello.at
citromail.hu duck.com eircom.net email.cz email.de fastmail.com free.fr freemail.hu freenet.de hetnet.nl hey.com home.nl
hush.com inbox.lv inbox.ru inwind.it interia.pl iol.it kpnmail.nl kpnplanet.nl laposte.net libero.it list.ru luukku.com
mac.com mail.bg mail.com mail.de mail.ee mail.ru mailbox.org mailfence.com me.com me.net neuf.fr numericable.fr o2.pl
onet.pl online.de op.pl orange.fr otenet.gr passport.com planet.nl pm.me posteo.de posteo.net proximus.be rambler.ru
rediffmail.com rocketmail.com sapo.pt scarlet.be seznam.cz sfr.fr sky.com skynet.be systemli.org t-online.de telefonica.net
telenet.be telia.com terra.es tin.it tiscali.it tuta.com tuta.io tvcablenet.be ukr.net upcmail.nl versatel.nl virgilio.it
voo.be wanadoo.fr web.de wp.pl xs4all.nl ziggo.nl zonnet.nl
"""
PUBLIC = frozenset(_PUBLIC.split())


def normal_domain(written: str) -> str | None:
    """The domain as it is kept ("@De-Brug.example.org" -> "de-brug.example.org"); None when it cannot be one."""
    address = normal_email(f"somebody@{written.strip().removeprefix('@')}")
    return domain_of(address) if address else None


def domain_of(email: str) -> str:
    """The domain of an address in its normal form."""
    return email.rpartition("@")[2]


def is_public(domain: str) -> bool:
    """Whether anybody can have an address at this domain."""
    return domain in PUBLIC or PROVIDERS.fullmatch(domain) is not None
