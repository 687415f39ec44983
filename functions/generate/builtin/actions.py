"""What people say when they want something changed, as templates with slots.

`{x}` is the object, `{y}` a second one, `{n}` a new name. A template must fit the whole
clause: what is changed is never guessed from a word in passing. Vocabulary is added here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_FLAGS = re.IGNORECASE

TEMPLATES: tuple[tuple[str, str], ...] = (
    # restart
    ("restart", "(restart|re-start|reboot|bounce|recycle|relaunch|respawn|kick) {x}"),
    ("restart", "power cycle {x}"),
    ("restart", "(cycle|power-cycle|powercycle) {x}"),
    ("restart", "(turn|switch) {x} off and (then )?(back )?on( again)?"),
    ("restart", "(turn|switch) off and (then )?(back )?on( again)? {x}"),
    (
        "restart",
        "give {x} a (quick |good |gentle |little |swift |clean |fresh )?(restart|kick|bounce|reboot|fresh start)",
    ),
    (
        "restart",
        "(do|trigger|perform|issue|execute|make|schedule) a (quick |clean |graceful )?(restart|reboot) (of|for|on) {x}",
    ),
    (
        "restart",
        "{x} (needs|need|could use|requires|wants|deserves) (a |to be )?(quick |good )?(restart|restarting|restarted|reboot|rebooted|rebooting|bounce|kick)",
    ),
    ("restart", "have {x} restarted"),
    ("restart", "get {x} restarted"),
    # stop
    ("stop", "(stop|halt|shutdown|cease|terminate|end|abort|quit|deactivate|disable) {x}"),
    ("stop", "(shut|turn|switch|power|spin|wind|close) (down|off) {x}"),
    ("stop", "(shut|turn|switch|power|spin|wind) {x} (down|off)"),
    ("down", "(take|bring|tear|put|pull) {x} (down|offline)"),
    ("down", "(take|bring|tear|pull) (down|offline) {x}"),
    ("stop", "cease (the )?(execution|running|operation|operations) of {x}"),
    ("stop", "cease (running|executing|operating) {x}"),
    ("stop", "(stop|halt|end|terminate|abort) (the )?(execution|running) of {x}"),
    ("stop", "(stop|halt|end) running {x}"),
    ("stop", "(stop|prevent) {x} from running"),
    ("stop", "put an end to {x}"),
    ("stop", "bring {x} to a (halt|stop|standstill)"),
    ("stop", "take {x} (off the air|out of service|off line)( but do not kill (it|them))?"),
    ("stop", "(have|get) {x} (stopped|shut down)"),
    ("stop", "{x} (needs to be|should be|must be|has to be) (stopped|shut down|halted|turned off)"),
    ("stop", "{x} (should|must|has to|needs to) (stop|shut down)"),
    # start
    ("start", "(start|boot|launch|activate|enable) {x}"),
    ("start", "(fire|spin|bring|power|boot|start|crank|light) up {x}"),
    ("start", "(turn|switch|power) on {x}"),
    (
        "start",
        "(bring|spin|fire|start|boot|power) {x} (back )?(up|online|on line|to life)( again)?",
    ),
    ("start", "(bring|put|get) {x} back( up| online| to life| to work| in service)?( again)?"),
    ("start", "bring back {x}"),
    ("start", "(turn|switch|power|put) {x} (back )?on( again)?"),
    ("start", "get {x} (back )?(up and running|up|running|going|started)( again)?"),
    ("start", "(have|get) {x} started"),
    ("start", "start {x} (back )?(up|again)( again)?"),
    (
        "start",
        "{x} (needs to be|should be|must be|has to be) (started|running|up|turned on|back up)",
    ),
    ("start", "{x} (should|must|has to|needs to) (start|run|be running)"),
    ("wake", "wake (up )?{x}"),
    ("wake", "wake {x} up"),
    # pause, unpause
    ("pause", "(pause|freeze|suspend) {x}"),
    ("pause", "(hold|put) {x} on (hold|ice|pause)"),
    ("pause", "put (on hold|on pause|on ice) {x}"),
    ("pause", "(halt|stop) {x} temporarily"),
    ("pause", "temporarily (pause|freeze|suspend|halt|stop) {x}"),
    ("unpause", "(unpause|un-pause|resume|unfreeze|unsuspend|thaw|continue) {x}"),
    ("unpause", "let {x} (continue|resume|go on|carry on|run on|run again|proceed)( .*)?"),
    ("unpause", "take {x} off (hold|pause|ice)"),
    # kill
    ("kill", "(kill|sigkill|force-stop|force-kill|zap) {x}"),
    ("kill", "(force|hard) (stop|kill) {x}"),
    ("kill", "(forcefully|forcibly|brutally) (stop|kill|terminate|end|shut down) {x}"),
    ("kill", "force {x} to (stop|quit|exit|terminate|shut down)"),
    ("kill", "(stop|terminate|end) {x} (forcefully|forcibly|by force|the hard way|hard)"),
    ("kill", "pull the plug on {x}"),
    ("signal", "(send|deliver|issue) (a |an |the )?{s} to {x}"),
    (
        "signal",
        "(send|give) {x} (a |an |the )?(?P<s>(signal )?(sig[a-z0-9]+|hup|usr1|usr2|int|term|quit|winch)( signal)?|signal \\d+)",
    ),
    ("signal", "signal {x} with {s}"),
    # remove
    (
        "rm",
        "(remove|delete|rm|rmi|drop|destroy|erase|discard|trash|nuke|wipe|purge|eliminate|del|scrap|obliterate|bin) {x}",
    ),
    ("rm", "get rid of {x}"),
    ("rm", "dispose of {x}"),
    ("rm", "(throw|clear|clean|wipe|toss|chuck) (away|out|up) {x}"),
    ("rm", "(throw|clear|toss|chuck) {x} (away|out)"),
    ("rm", "get {x} (off|out of) (the|this|that|our) (host|machine|server|box|system)"),
    ("rm", "(take|strip|kick) {x} off (the|this|that|our) (host|machine|server|box|system)"),
    ("rm", "make {x} (disappear|go away)"),
    ("rm", "force (remove|delete) {x}"),
    ("rm", "force-(remove|delete) {x}"),
    ("rm", "(forcefully|forcibly) (remove|delete) {x}"),
    ("rm", "{x} can (go|be removed|be deleted)"),
    ("rm", "we (do not|no longer) need {x}( any ?more| anymore)?( ?, remove (it|them))?"),
    ("prune", "prune {x}"),
    ("prune", "prune"),
    ("prune", "(clean|tidy)( up)? {x}"),
    ("prune", "(reclaim|free|free up|recover|clear|release|get back|save) {x}"),
    ("prune", "(reclaim|free|recover) (up )?(the )?(disk )?(space|storage)( .*)?"),
    # rename
    ("rename", "rename {x} (to|as|into|=>|->) {n}"),
    ("rename", "(change|set) the name of {x} (to|into|from \\S+ to) {n}"),
    ("rename", "(change|set) {x} name to {n}"),
    ("rename", "give {x} the (new )?name {n}"),
    ("rename", "call {x} {n} (from now on|instead|in future)"),
    ("rename", "{x} (should|shall|must) be (called|named|renamed( to)?) {n}"),
    # wait
    (
        "wait",
        "(wait|block|hold on) (for|until|till) {x} (to )?(exit|exits|finish|finishes|stop|stops|end|ends|complete|completes|terminate|terminates|die|dies|quit|quits|is done|are done|is finished|has (finished|exited|stopped|ended)|is over|be done)( .*)?",
    ),
    ("wait", "wait (for|on) {x}"),
    (
        "wait",
        "(wait|block) (until|till) {x} (has|have|is|are) (exited|finished|stopped|done|ended|complete|completed|over)( .*)?",
    ),
    # update
    ("update", "(limit|cap|restrict|throttle|constrain) {x} (to|at|with) {v}"),
    (
        "update",
        "(limit|cap|restrict|throttle) (the )?(?P<what>memory|ram|cpus?|pids?|processes)( limit| usage| use)? (of|for|on) {x} (to|at) {v}",
    ),
    (
        "update",
        "(limit|cap|restrict) {x} (?P<what>memory|ram|cpus?|pids?)( limit| usage| use)? (to|at) {v}",
    ),
    (
        "update",
        "(set|raise|increase|lower|reduce|change|update|bump|adjust|decrease|double|make|put) (the )?(?P<what>memory|ram|mem|cpus?|cpu shares|pids?|process|memory swap|swap)( limits?| quota| cap| reservation| allowance| ceiling| count)? (of|for|on) {x} (to|at|up to|down to) {v}",
    ),
    (
        "update",
        "(set|raise|increase|lower|reduce|change|update|bump|adjust|decrease) {x} (?P<what>memory|ram|mem|cpus?|pids?)( limits?| quota| cap| reservation)? (to|up to|down to) {v}",
    ),
    (
        "update",
        "give {x} (?P<v>[\\d.]+ ?(g|gb|gib|m|mb|mib|gigs?|gigabytes?|megabytes?|megs?)( of)?( memory| ram)?|[\\d.]+ cpus?( cores?)?)",
    ),
    (
        "update",
        "allow {x} (to use )?(at most |up to |no more than )?(?P<v>[\\d.]+ ?(g|gb|m|mb|gigs?|gigabytes?|megabytes?)( of)?( memory| ram)?|[\\d.]+ cpus?( cores?)?)",
    ),
    (
        "update_vague",
        "(raise|increase|lower|reduce|change|update|bump|adjust|decrease|double|limit|cap|set) (the )?(memory|ram|mem|cpus?|pids?)( limits?| quota| cap)? (of|for|on) {x}",
    ),
    ("update_vague", "give {x} (more|less) (memory|ram|cpu|cpus|cores)"),
    (
        "restart_policy",
        "(set|change|update|switch|make) (the )?restart[ -]policy (of|for|on) {x} to {v}",
    ),
    ("restart_policy", "(set|change|update|switch) {x} restart[ -]policy to {v}"),
    (
        "restart_policy",
        "(set|update|make|have|let) {x} (to )?(?P<v>always restart|restart always|restart unless stopped|restart on failure|never restart|not restart)( automatically)?",
    ),
    # networks, volumes
    (
        "connect",
        "(connect|attach|join|add|hook|plug|put|link|hook up) {x} (to|on|onto|into|in|with) (the )?(network )?{y}( network)?",
    ),
    (
        "disconnect",
        "(disconnect|detach|remove|unplug|take|unhook|pull) {x} (from|off|off of|out of) (the )?(network (?P<y>\\S+)|(?P<z>\\S+)( network)?)",
    ),
    (
        "move",
        "move {x} (to|onto|into) (the )?(network )?{y}( network)? and off (the )?{z}( network)?",
    ),
    (
        "move",
        "move {x} (off|from|out of) (the )?(network )?{z}( network)? (to|onto|into|and onto) (the )?(network )?{y}( network)?",
    ),
    (
        "net_create",
        "(create|make|add|set up) (a |an |the |another )?(new )?((?P<driver>bridge|overlay|macvlan|ipvlan|internal) )?network (called |named |with the name |by the name of )?{n}",
    ),
    ("net_create", "(create|make|add) (a |an |the )?(new )?network"),
    (
        "vol_create",
        "(create|make|add|set up) (a |an |the |another )?(new )?(local )?volume (called |named |with the name |by the name of )?{n}",
    ),
    ("vol_create", "(create|make|add) (a |an |the )?(new )?volume"),
    # images
    (
        "pull",
        "(pull|download|fetch|update) (the |a )?((newest|latest|new|current) )?(version of (the )?)?(image )?{i}( image)?( from .*)?",
    ),
    ("pull", "(pull|download) {i}"),
    ("push", "(push|upload|publish) (the )?(image )?{i}( image)?( to (the |its |our )?registry)?"),
    ("tag", "(tag|retag) (the )?(image )?{i} (as|to|with|=>|->) {n}"),
    ("tag", "(add|give|put) (the )?tag {n} (to|on) (the )?(image )?{i}"),
    (
        "commit",
        "(commit|snapshot|save|freeze) (the )?(state of )?{x} (as|to|into) (a |an |the )?(new )?(image )?(called |named )?{n}",
    ),
    (
        "commit",
        "(make|create|take) (a |an )?(new )?(image|snapshot) (called |named )?(?P<n>\\S+) (from|of|out of) {x}",
    ),
    (
        "commit",
        "(make|create|take) (a |an )?(new )?(image|snapshot) (from|of|out of) {x} (called|named|as) {n}",
    ),
    (
        "image_save",
        "(save|export) (the )?(image )?{i} (to|as|into) (the )?(file )?(?P<f>\\S+\\.tar(\\.gz)?)",
    ),
    (
        "export",
        "(export) (the )?(file ?system of )?{x} (to|as|into) (the )?(file )?(?P<f>\\S+\\.tar(\\.gz)?)",
    ),
    # inside of a container
    (
        "exec",
        "(run|execute|exec|launch|start) (the command |the )?{c} (inside|in|within|on) (of )?(the |container )?{x}",
    ),
    ("exec", "(exec|run|execute) (in|into|inside|on) {x} (the command )?{c}"),
    # new containers
    ("run", "(run|start|launch|deploy|spin up|create|make|fire up) (a|an|another|one) {r}"),
    ("run", "(run|deploy) {r}"),
    ("run", "create but do not start (a |an )?{r}"),
    ("run", "(start|launch|create) (new|fresh) {r}"),
)

_SLOT = re.compile(r"\{(\w)\}")
_HEAD = re.compile(r"\((?!\?)([^()]*)\)|([\w-]+)")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A clause that was understood: what to do, and the words in its slots."""

    action: str
    slots: Mapping[str, str]
    text: str


def _compiled(template: str) -> re.Pattern[str]:
    named: set[str] = set()

    def slot(match: re.Match[str]) -> str:
        named.add(match.group(1))
        return f"(?P<{match.group(1)}>.+?)"

    body = _SLOT.sub(slot, template).replace(" ", r"\s+")
    body = re.sub(r"\((?!\?)", "(?:", body)
    body = body.replace(r"\s+)?", r"\s+)?").replace(r"(?:\s+", r"(?:\s+")
    return re.compile(body, _FLAGS)


def _heads(template: str) -> tuple[str, ...]:
    match = _HEAD.match(template)
    if match is None:
        return ("",)
    alternatives = match.group(1) or match.group(2)
    return tuple(each.split(" ")[0] for each in alternatives.split("|"))


def _by_head() -> dict[str, tuple[tuple[str, re.Pattern[str]], ...]]:
    table: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for action, template in TEMPLATES:
        pattern = _compiled(template)
        for head in dict.fromkeys(_heads(template)):
            table.setdefault(head, []).append((action, pattern))
    return {head: tuple(rules) for head, rules in table.items()}


_RULES = _by_head()
HEADS = frozenset(_RULES) - {""}
"""The words that an order begins with."""


def meanings(clause: str) -> Iterator[Meaning]:
    """Yield what an order may mean, the likeliest first."""
    head = clause.split(" ", 1)[0].lower()
    for action, pattern in (*_RULES.get(head, ()), *_RULES[""]):
        if match := pattern.fullmatch(clause):
            yield Meaning(action, {k: v for k, v in match.groupdict().items() if v}, clause)
