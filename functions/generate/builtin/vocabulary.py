"""Words that name nothing: what is common in English, and what requests are made of.

A word outside of these that fits no object is taken for a name that does not exist, or for a
keyword that was mistyped.
"""

import re
from functools import cache


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


COMMON = words(
    """
    a about above across actual actually add after again against ago all allow almost along
    already also always am among an and another any anybody anyone anything are around as ask at
    available away back bad be became because become been before began begin behind being below
    beside best better between big both bottom bound box break bring broke broken but by call
    called came can cannot care case change changed changes check close come comes coming common
    compare complete completely could current currently daily day days deal did different do
    does doing done down due during each early easy either else end enough entire even evening
    ever every everything exact exactly except exist existing exists extra face fact far fast
    feel few fewer file files find fine finish first five fix for found four free fresh from
    full fully further gave general get gets getting give given gives giving go goes going gone
    good got great grow had half hand handle happen happened happening happens hard has have
    having he help hence her here high him his hold hour hours how however i idea if important
    in inside instead interested interesting into is issue it its itself job just keep keeps
    kept kind know known large last late later least leave left less let level life light like
    line lines little local long longer look looking looks lose lost lot low made main make
    makes making man many mark matter may maybe me mean means meant mention might mind minute
    minutes moment month months more morning most move much must my name named names near need
    needed needs never new newest next nice night no nobody none nor normal not note nothing now
    number numbers of off offer often oh okay old on once one ones only onto open or order
    original other others our out outside over own owns part past people per perhaps person
    place plain plan please point possible present pretty previous prior probably problem
    problems produce produced properly put question quick quickly quite rather read ready real
    really reason receive recent recently regardless related rest result results return returned
    right rough run running runs safe said same save say saying says second seconds see seem
    seems seen send sent separate set several shall share she short should show shown side
    similar simple since single sit sitting six size slow small so some somebody someone
    something sometimes somewhere soon sort specific spot still stuff such suddenly sum sure
    system table take taken takes taking talk tell ten than that the their them then there
    therefore these they thing things think third this those though three through till time
    times to today together told tomorrow too took total toward tried trouble true try trying
    turn twice two type under unless until up upon us use used user uses using usual usually
    various very via view wait want wanted wants was way we week weeks well went were what
    whatever when where whether which while who whole whom whose why wide will wish with within
    without wonder work worked working works world worry would write wrong year years yes
    yesterday yet you your yours acting acts answer appears application applications apps asap
    attention based behave behaves behaving busy closely curious detail details display docker
    fetch filter filtered filters generate glance grab healthy host hosts info information
    lately machine meanwhile misbehaving output overview page print provide pull rundown screen
    server servers service services snapshot stack stand state status summary thanks thank
    troubles troubling underlying unfortunately weird wondering word retrieve enumerate identify
    specify specified regarding concerning containing contains contain include includes included
    including excluding matching match matches whichever belong belongs belonging attached
    mounted created generated started stopped exited paused list ls ps inspect tail describe
    count verify confirm examine dump watch stuck hung hanging hang hangs crashed crash crashes
    crashing fails fail died die dies dead dying slowly lag lagging flaky odd strange
    unresponsive responding response respond funny noisy loud killed restarted looping loops
    flapping bounced freezes froze frozen totally literally basically seriously honestly
    definitely certainly anymore team boss colleague customer customers complaining users client
    clients cause caused folks guys buddy mate friend dear darling beautiful lovely awesome
    sweet fantastic critical urgent priority ticket deploy deployed deployment release
    environment setup situation logs log image images container containers volume volumes
    network networks exit exits finishes finished launch launched boot booted alright failed
    restart restarts reboot stops starts kills privileged health plz pls thx lemme gimme tells asked
    hello hey hi sorry stored saved located living lives kept find finds hosted reading writing
    post posts shipped running seeing looked happens burns burn burning hog hogs hogging drain
    drains draining flood floods flooding grind grinds grinding crawl crawls crawling leak leaks
    leaking spike spikes spiking swamped overloaded choke chokes choking throw throws throwing
    spew spews spewing spit spits hit hits hitting push pushed reach reached sits lately recently
    site sites page traffic requests request latency timeouts timeout alarm pager incident outage
    shift maintenance weird broken slow fast silent quiet dying busy idle loaded heavy light
    completely entirely properly correctly fully partly mostly really truly suddenly constantly
    default responsible owns owned owning owner own belongs broken failing attention trouble
    oom store stores stuff data configs tables content contents records continuously permanently
    continually repeatedly regularly rarely always forever afterward
    dashboards recording doing hanging acting playing serves serving answering answers respond
    replies reply replying gone missing absent present alive dead outage degraded flapping
    finally eventually someone's reload forgot forgotten left leftover leftovers hopefully
    """
)


_TO_TWENTY = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen twenty
"""
NUMBERS = {word: number for number, word in enumerate(_TO_TWENTY.split())} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
    "hundred": 100,
    "a hundred": 100,
    "one hundred": 100,
    "two hundred": 200,
    "five hundred": 500,
    "thousand": 1000,
    "a thousand": 1000,
    "one thousand": 1000,
    "a dozen": 12,
    "dozen": 12,
    "couple": 2,
    "a couple of": 2,
    "a": 1,
    "an": 1,
}
NUMBER = r"(?:\d+|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + r")"


def number_of(word: str) -> int:
    """Return the number that a word or a row of digits says."""
    return int(word) if word.isdigit() else NUMBERS[word.lower()]


_MACROS = {
    "a": "(?:(?:the|a|an|my|our|your|its|their) )?",
    "ref": r"(?P<v>\w[\w./:@-]*)",
    "name": r"(?P<v>\w[\w.-]*)",
    "n": f"(?P<n>{NUMBER})",
    "unit": "(?P<unit>seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)",
}
_MACRO = re.compile("@(" + "|".join(sorted(_MACROS, key=len, reverse=True)) + ")")
_LEFT, _RIGHT = r"(?<![\w.=/:@-])", r"(?![\w=/:@-]|\.\w)"


@cache
def cue(alternatives: str) -> re.Pattern[str]:
    """Return a pattern for whole words; a word inside a name (`rm-worker`) does not count.

    The alternatives stand apart by ` | `, and a long one goes on in the next line. A space is a
    space of the plain text. `@a` is an optional article, `@n` a number, `@unit` a unit of time,
    `@name` and `@ref` a name and a reference of an image.
    """
    lines = "".join(
        f"{line.strip()}\n" if line.endswith(" |") else line.strip()
        for line in alternatives.splitlines()
    )
    body = "|".join(part.strip() for part in re.split(r" \|(?:\s+|$)", lines))
    body = _MACRO.sub(lambda match: _MACROS[match.group(1)], body)
    return re.compile(f"{_LEFT}(?:{body}){_RIGHT}", re.IGNORECASE)
