"""The words that tell what a question is about. Vocabulary is added here."""

import re

from functions.generate.builtin.vocabulary import cue

LOGS = cue(
    r"""
    been (?:up to|doing) |
        logs? | logging | logged | log\s*(?:file|lines?|output|entries|messages?) |
    print(?:s|ed|ing)? | std(?:out|err) | console(?: output)? | messages? | traceback |
    stack\s*trace | output(?:s|ted)? | said | saying | says? | wrote |
    spit(?:ting)?(?: out)? | complain(?:s|ed|ing)?(?: about)? | errors? | warnings? |
    exceptions? | tail | lines | report(?:s|ed|ing)? | mutter\w* | emit(?:s|ted|ting)?
    """
)
STATS = cue(
    r"""
    stats? | statistics | cpus? | processor | memory | mem | ram | resources? | usage |
    utili[sz]ation | what (?:does|do) (?:\S+ ){1,4}(?:use|consume|need)\s*$ | how hard |
    working hard | stress(?:ed)? | sweat\w* | overloaded |
    consum\w+ | load(?:ed)? | hungry | hungriest | busy | busiest | hogs? |
    hogging | network (?:io|i/o|traffic) | (?:block )?(?:io|i/o) | performance | heavy |
    heaviest | eat(?:s|ing)?(?: up)? | metrics
    """
)
TOP = cue(
    r"""
    process(?:es)? | top | pids? | (?:running|executing|runs|run) (?:inside|within) |
    threads
    """
)
DIFF = cue(
    r"""
    diff | (?:file\s*system|filesystem|fs) |
    (?:changed|modified|added|altered|touched|new|written) files? |
    (?:chang|modif|alter|touch|edit|creat|writ|delet)\w* (?:any |some |the |its |other )*files? |
    files? (?:(?:that )?(?:were|was|have been|has been|got|did) )?(?:\w+ )?(?:changed|change|
    modified|modify|added|altered|touched|written|created|deleted) |
    (?:changed|modified|different) (?:on disk|inside|in the (?:file\s*system|container)|
    since (?:it was created|(?:its )?creation|the image)) |
    what (?:has |have )?changed (?:in|inside|on) | file changes? |
    changes (?:made )?(?:to|in|on|inside)
    """
)
PORTS = cue(
    r"""
    ports? | port\s*mappings? | published | publish(?:es)? | expos(?:es?|ed) |
    listen(?:s|ing)? | reach(?:able)? | bound
    """
)
PORT_NUMBER = cue(
    r"""
    ports? (?:number )?\d{1,5}(?:/\w+)? |
    (?:listen(?:s|ing)?|publish(?:es|ed|ing)?|bound|expos(?:es|ed|ing)) (?:on |to )?:?\d{2,5} |
    :\d{2,5}
    """
)
DETAILS = cue(
    r"""
    inspect(?:ion)? | details? | config(?:uration|ured)? | settings? | metadata |
    everything about | (?:full|low-level|all|complete) info(?:rmation)? | exit\s*codes? |
    restart\s*(?:counts?|polic(?:y|ies)) |
    (?:start|stop|run|exit|kill|restart)\s*(?:times?|signals?|reasons?|timeouts?|commands?) |
    (?:which|what) code | (?:how often|how many times) |
    restarted |
    env(?:ironment)?(?: var\w*)? | variables? | mounts? | mounted | binds? |
    ip(?: address(?:es)?)? | address | mac | gateway ip | entry\s?point | command(?: line)? |
    working dir\w* | limits? | created | when (?:was|did|were|has) | labels? | json |
    how did(?= .*\b(?:end|exit|finish|die|stop)\b) | hostname | who owns | owner |
    (?:keep|have|get)(?:s)? (?:its|their) (?:data|files|stuff|things|state) |
    where (?:does|do)(?= .*\b(?:keep|store|put|save|have|write)\b) |
    where (?:is|are)(?= .*\b(?:data|files|stuff|volumes?|state|configs?|configuration)\b) |
    (?:store|stores|stored|storing|save|saves|put|puts|write|writes|live|lives)
    \s(?:its|their|the)?\s*(?:data|files|stuff|things|state|content|records|tables|configs?) |
    health\s*checks? | which image | what image | image | info(?:rmation)? | describe |
    about | user | path | definition | properties | oom\w* | driver | privileged |
    capabilities | networks? | volumes? | version | started at | digest | architecture |
    started | policy
    """
)
STATUS = cue(
    r"""
    status | states? | health(?:y)? | unhealthy | up | down | running | alive | ok(?:ay)? |
    fine | doing | uptime | how long | working | online | dead | stopped | paused | exited |
    exist(?:s)? | well | crash(?:ed|ing) | restarting | ready | still | there | good | happy |
    wrong | since when | how (?:is|are) |
    broken | fail(?:s|ed|ing)? | finished | crash(?:es|ed)? | survive[ds]?
    """
)
IMAGES = cue(r"images? | tags?")
CONTAINERS = cue(
    r"""
    containers? | services? | apps? | ones | workloads? | jobs? | instances?
    """
)
NETWORKS = cue(r"networks? | subnets?")
VOLUMES = cue(r"volumes?")
SPACE = cue(
    r"disk(?: (?:space|usage))? | storage | space | df | (?:taking up|takes up|eats?"
    r"|eating) (?:\w+ )?room"
)
DOCKER = cue(
    r"""
    docker | engine | daemon | client | api | system | server | host | dockerd | box |
    machine
    """
)
VERSION = cue(r"versions?")
INFO = cue(
    r"""
    (?:docker|system|engine|daemon|host|server)(?:[\s-]?wide)? info(?:rmation)? |
    info(?:rmation)? (?:about|on|of) (?:the |this )?(?:docker|engine|daemon|system|host|
    installation|server)\w*(?: \w+)? |
    storage driver | logging driver | cgroup (?:driver|version) | kernel(?: version)? |
    docker root(?: dir\w*)? | registry mirrors? | operating system | how many cpus |
    runtimes? | ^info$ | (?:engine|daemon) (?:details|configuration|config|settings)
    """
)
EVENTS = cue(
    r"events? | what (?:has |have |is |was )?(?:been )?(?:went|gone|going) on "
    r"| what (?:has )?happened | activity"
)
HISTORY = cue(r"layers? | history | how (?:was|is) \S+ built | built")
COMPOSE = cue(
    r"""
    (?:compose )?(?:projects|stacks) | compose (?:ls|list) | compose projects?
    """
)
LIST = cue(
    r"""
    list | ls | ps | show | display | enumerate | which | what | who | whose | find | see |
    view | how many | count | all | get | give | any | print | are there | return | tell |
    there | running | retrieve | overview | provide | fetch | identify | check | search |
    report | output | look | need | want | know | only | everything | anything
    """
)
WHY = re.compile(
    r"^(?:why|how\s+come|for\s+what\s+reason|what\s+(?:is\s+)?(?:the\s+)?(?:reason|cause|caused|causes|made|makes|killed|kills|broke|went\s+wrong|is\s+wrong|is\s+the\s+(?:matter|problem)|happened\s+(?:to|with))|diagnose|investigate|troubleshoot|find\s+out\s+(?:why|what)|figure\s+out\s+why|explain\s+why|debug)\b",
    re.IGNORECASE,
)
FACTS = cue(
    r"""
    how did(?= .*\b(?:end|exit|finish|die|stop)\b) | labels? (?:on|of|for|does|do) |
    which (?:\w+ )?labels? (?:is|are|does|do|has) |
    inspect | details? | exit ?(?:codes?|status) | restart (?:counts?|polic(?:y|ies)) | restarted |
    env(?:ironment)?(?: var\w*)? | variables? | mounts? | ip(?: address(?:es)?)? | entry ?point |
    working dir\w* | hostname | how (?:often|many times) | config(?:uration)? | metadata |
    everything about | (?:full|low-level|all) info(?:rmation)? | health ?check(?:s)? | oom\w* |
    when (?:was|did|were) | started at | command line
    """
)
EXIT_CODE = cue(r"exit\s*code | exit\s*status | restart\s*count | oom\w*")
CAUSES = cue(
    r"""
    crash(?:es|ed|ing)? | slow | fail(?:s|ed|ing|ure)? | dying | die[sd]? |
    restart(?:s|ed|ing)? | loop(?:s|ing)? | stop(?:s|ped|ping)? | exit(?:s|ed|ing)? |
    kill(?:s|ed|ing)? | unhealthy | down | broken | boot\s*loop(?:ing)? | flapping |
    quit(?:s|ting)? | start(?:s|ed|ing)? | respond(?:s|ing)? | paused | gone | bounc\w+ |
    misbehav\w+ | reason | cause | wrong | problem | matter
    """
)
LISTING = cue(
    r"""
    (?:which|what|list(?: \w+)?|show(?: me)?(?: all)?(?: the)?) (?:containers?|images?|volumes?|
    networks?) |
    list (?:all )?(?:the )?\w+ (?:containers|images|volumes|networks)
    """
)
LOG_WORDS = cue(
    r"""
    full | entire | whole | complete | dump | dying | died | crash(?:ed|ing)? | beginning |
    last | latest | recent | newest | anything | new | read | scroll | peek | history |
    started | stopped | exited | everything | failed | restarted | access | startup |
    container
    """
)
STAT_WORDS = cue(
    r"""
    most | least | top | \d+ | by | live | real-?time | much | snapshot | one-off | one-shot | per |
    highest | lowest | percent(?:age)? | footprint | pressure | box | host | machine |
    server | docker | containers? | all | each | every | running | figures? | numbers? | no |
    stream(?:ing)? | once | everything | hungriest | use[sd]? | using | services? |
    percentages? | network | io | i/o | disk
    """
)
MANY = cue(
    r"""
    all | every | each | containers | services | project | stack | both | and | left | rest |
    remaining |
    (?!(?:is|was|has|does|its|this|status|logs|ports|stats|us|as|runs|uses|details|processes|alias)\b)
    \w{2,}s
    """
)
OF_ONE = cue(
    r"""
    (?:of|in|for|inside) (?:the )?(?!host)[\w.-]+ (?:mapped|published|bound|forwarded|exposed|
    reachable) |
    mapped to\s*$ | port \d+ (?:of|in(?! use)|inside)
    """
)
PORT_WORDS = cue(
    r"""
    mapp(?:ed|ings?) | map(?:s|ped)? | host | open | container | reach(?:able)? |
    forward(?:ed|ing|s)? | available | public | external(?:ly)? | internal | bindings? |
    number | access(?:ible)? | all | use[sd]? | using | served? | serves | docker | assigned |
    allocated | connect
    """
)
OF_OWNER = re.compile(
    r"\b(?:which|what) (?:volumes?|networks?) (?:do|does|is|are|has)\b"
    r"|\b(?:used|mounted|attached|joined) (?:by|in|to)\b|\b(?:it|they) (?:is|are|uses?)\b"
    r"|\b(?:volumes?|networks?) of\b|\b(?:its|their) (?:volumes?|networks?)",
    re.IGNORECASE,
)
OWNERS = re.compile(
    r"^(?:what|who|which (?!volumes?|networks?)\w+) (?:(?:is|are|still|currently) )*"
    r"(?:own|us|mount|hold|consum|has|have|need|access|writ|read)\w*\b",
    re.IGNORECASE,
)
PLURAL_FIRST = re.compile(r"(?:\S+ ){0,3}(?:containers|services|instances)\b", re.IGNORECASE)
TOPIC_WORDS = (LOGS, STATS, TOP, EVENTS, HISTORY, SPACE, VERSION, DETAILS, STATUS, LIST)
ASKED = cue(
    r"""
    logs? | logging | status | states? | health(?:y)? | unhealthy | stats? | statistics | usage |
    cpus? | memory | ram | ports? | images? | containers? | volumes? | networks? | events? |
    versions? | info(?:rmation)? | process(?:es)? | top | diff | changes | details? |
    config(?:uration)? | inspect(?:ion)? | history | layers? | disk | space | uptime | count |
    policy | ip | who owns | owner of | running | up |
    ok | exited | paused | stopped | output | errors? | printed | projects? |
    stacks? | env(?:ironment)? | mounts? | load | code | lines | everything | services |
    timestamps? | (?:last|latest|recent|newest|final) (?:\d+|few|\w+) .*
    """
)
"""What makes a look of a clause that begins with no verb: `grafana logs`."""
CUE_WORDS = frozenset(
    word
    for pattern in (
        LOGS,
        STATS,
        TOP,
        DIFF,
        PORTS,
        DETAILS,
        STATUS,
        SPACE,
        EVENTS,
        HISTORY,
        LIST,
        INFO,
    )
    for word in re.findall(r"[a-z]{3,}", pattern.pattern)
)
"""Every word that a topic has."""
