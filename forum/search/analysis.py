"""From text to the words an index compares: own-language stem first, accents folded then, one field for all languages."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain

from forum.core.languages import INTERFACE_LANGUAGES
from forum.vocabulary.words import ELIDED, plain, stem

VERSION = 3
LONGEST_WORD = 60
SOFT_HYPHEN = "\u00ad"
TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
APOSTROPHE = re.compile("['’]")

# Words that say nothing by themselves. They are indexed, for phrases, but a query of other words does not insist on them.
SMALL_WORDS = frozenset(
    """
    a about after all also an and are as at be been but by can do does for from had has have how if in into is it its
    me my no not of on or our so some than that the their them there these they this to up us was we were what when
    where which who why will with would you your get gets getting got did done does should could must very much
    aan als bij dan dat de deze die dit door een en er het hoe hun ik in is je kan maar me met mijn naar niet nog of
    om na onder ons onze ook op over te tegen tot u uit uw van voor waar wanneer wat we wel welke wie wij hoeveel
    worden wordt ze zich zijn zo waarom hebben heeft had moet moeten mag mogen zal zullen zou wil willen kunnen kunt
    wat waarvoor waarmee hoelang zeer
    après au aux avec c ce ces cette combien comme comment d dans des du elle en est et eux il ils j je l la le les
    leur leurs lui m ma mais mes mon n ne nos notre nous on ou où par pas pour qu que quel quelle quelles quels qui s
    sa sans se ses son sont sur t ta tes toi ton tu un une vos votre vous y pourquoi quand faut peut peuvent doit
    doivent avoir ont être etre avez avons très
    als am an auch auf aus bei bin bis da damit das dass dem den der des die doch dort du durch ein eine einem einen
    einer eines er es für hat ich ihr im ist ja kann mein mit nach nicht noch nur oder ohne sein sich sie sind so um
    und uns unser unter vom von vor was welche welchen welcher welches wenn wer werden wie wieviel wir wird wo zu zum
    zur über warum wieso weshalb haben habe hatte muss müssen können soll sollen darf dürfen will wollen man sehr
    gibt bekommen wann
    al como con cómo cuál cuáles cuándo cuánto cuántos de del desde después donde dónde e el ella ellas ellos en entre
    era es esta este esto está fue ha hay la las le les lo los mas me mi muy más ni no nos o para pero por porque que
    qué se ser si sin sobre son su sus también te tu un una unas uno unos y ya yo hacer tiene tienen puede pueden
    debe deben
    agli ai al alla alle anche che chi ci co col come con cosa cui da dal dalla dalle dei del della delle di dopo dove
    e ed gli ha hanno ho i il in io la le lei li lo loro lui ma mi ne nei nel nella non o per però più quale quali
    quando quante quanti quanto quello questa questo se si sono su sua sue sul sulla suo suoi ti tra tu un una uno vi
    è perché perche può possono deve devono essere avere molto
    """.split()  # noqa: SIM905  (a list of 300 literals is not easier to read)
)


def words_of(text: str) -> list[str]:
    """The lower-case words of a text, elided articles cut off ("l'emploi" -> "emploi")."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text).replace(SOFT_HYPHEN, "")
    found: list[str] = []
    for token in TOKEN.findall(composed.casefold()):
        found.extend(_unelided(token) if "'" in token or "’" in token else [token[:LONGEST_WORD]])
    return found


def _unelided(token: str) -> Iterator[str]:
    *before, last = APOSTROPHE.split(token)
    return (piece[:LONGEST_WORD] for piece in (*(one for one in before if one not in ELIDED), last))


def stems_of(words: Iterable[str], language: str) -> list[str]:
    """The stems of the words of a text in this language; a language without a stemmer keeps its words, without accents.

    A word with accents has a second stem where it would be cut otherwise without them: "lavandería", typed "lavanderia".
    """
    found: list[str] = []
    for word in words:
        found.append(stem(word, language))
        if not word.isascii() and (other := stem(plain(word), language)) != found[-1]:
            found.append(other)
    return found


def folded(words: Iterable[str]) -> list[str]:
    """The words without accents."""
    return [plain(word) for word in words]


def title_key(text: str) -> str:
    """A title, or a query, as the two are compared: its folded words."""
    return " ".join(folded(words_of(text)))


@lru_cache(maxsize=20_000)
def query_stems(word: str, languages: tuple[str, ...] = INTERFACE_LANGUAGES) -> tuple[str, ...]:
    """Every stem that a word of a query may have in these languages, and itself: one of them is in the index."""
    return tuple(dict.fromkeys(chain((stem(word, code) for code in languages), (plain(word),))))


def is_small(word: str) -> bool:
    """Whether a word says too little to insist on."""
    return word in SMALL_WORDS or plain(word) in SMALL_WORDS
