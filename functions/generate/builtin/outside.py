"""What is understood to be no job of the gateway's, with what it does instead."""

import re
from collections.abc import Callable

from contracts.errors import Code, RefusedError
from functions.generate.builtin.vocabulary import cue

_DOES = (
    "The gateway lists, inspects, starts, stops, restarts, pauses and removes containers, images, "
    "volumes and networks, and reads logs and statistics."
)

_AT_ONCE = "The gateway does things at once; it keeps no schedule."
_ESCAPE = "That would reach the host or go around the policy, which no request in words does."
_OUTSIDE: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        cue(
            r"""
    (?:reboot|restart|shut\s*down|power\s*(?:off|down|cycle)|turn off|halt|stop|patch|upgrade|
    update|reinstall|format|wipe) (?:the |this |my |our )?(?:whole |entire )?(?:host|machine|
    server|node|computer|laptop|vm|box|system|kernel|operating system|os|hypervisor|docker|
    docker daemon|docker engine|docker service|daemon|dockerd|engine)(?=\s*(?:$|[,.]|and|please|
    now|tonight|itself|daemon|at)) |
    (?:reboot|restart|shut\s*down|power\s*(?:off|down|cycle)|turn off) (?:the |this |my |our )?
    (?:[\w-]+ ){0,2}(?:host|machine|computer|laptop|vm|hypervisor|hardware|device|appliance|
    router|switch|nas|kernel
    |data ?cent(?:er|re)|rack)(?=\s*(?:$|[,.]|and|
    please|now)) |
    (?:drop|truncate|alter|create) (?:the |a )?(?:\S+ )?(?:table|schema|index|collection|
    database user)s? |
    (?:update|upgrade|patch|change|install) (?:the )?(?:linux |host )?(?:kernel|os|
    operating system|bios) |
    (?:in|from|of|under) /(?:var|etc|usr|home|opt|tmp|root|boot|srv|mnt)\S*(?: .*)? (?:on|
    of) (?:the |this )?(?:host|machine|server) |
    wi-?fi\b.* | systemctl | systemd | sudo | crontab | iptables | ufw | firewall |
    apt(?:-get)? (?:install|update|upgrade|remove) | (?:yum|dnf|apk|brew) \w+ |
    (?:host|server|machine|root|admin) password | password (?:of|for) | authorized_keys |
    ssh[\s-]?keys? | (?<!at )(?<!on )(?<!under )(?<!into )(?<!to )/etc/\S+ | /root/\S+ | ~/\S+ |
    id_rsa\S* |
    (?:ssh|log\s*in|login|sign in) (?:in)?to | ssh (?:me|us)\b |
    (?:new|add|create|delete|remove) (?:a |an |the )?(?:linux |unix |system |host )?
    user(?: account)? |
    (?:process(?:es)?|pids?)(?: \d+| \w+)? (?:on|of) (?:the |this )?(?:host|machine|server) |
    host (?:file\s*system|root|disk|directory|folder|files?|firewall|kernel|shell|os) |
    (?:the )?firmware | bios | root (?:file\s*system|shell|access)
    """
        ),
        "That is work on the host itself, and the gateway works on what its Docker engine holds.",
    ),
    (
        cue(
            r"""
    privileged(?: mode)? | full privileges | (?:every|all) capabilit(?:y|ies) | --privileged |
    cap[-_\s]add | docker[\s.]sock(?:et)? | /var/run/docker\S* |
    (?:without|no|disable) (?:seccomp|apparmor|selinux) | seccomp | unconfined |
    host(?:'s)? (?:pid|ipc|network) namespace | mount (?:the )?(?:host|/)\S*.*\binto |
    (?:bind[\s-]?mount|mount) .*\bhost\b | --(?:pid|ipc|uts|userns|net|network)[=\s]host |
    /dev/\S+ | policy (?:file|checks?|engine|off) | system prompt |
    (?:previous|prior|above|earlier|your) (?:instructions|rules|prompt) | developer mode |
    (?:environment|env|secrets?|keys?|credentials?|token) of (?:the )?gateway |
    your (?:own )?(?:api keys?|secrets?|credentials?|token)
    """
        ),
        _ESCAPE,
    ),
    (
        cue(
            r"""
    build (?:an? |the |me |my |our |new )*(?:docker )?(?:image|container|dockerfile|app|project|
    website|binary) |
    (?:docker )?build (?:\.|-t|https?://\S+|from) | rebuild | dockerfiles? |
    docker-?compose\.ya?ml | compose file | buildx | compile
    """
        ),
        "Images are built in a pipeline; the gateway pulls and runs them.",
    ),
    (
        cue(
            r"""
    docker (?:login|logout|swarm|stack|service|node|context|plugin) |
    (?:log|sign)\s*(?:in|on) (?:to|at|with) (?:the )?(?:docker\s*hub|registry|ecr|gcr|ghcr) |
    login(?! (?:server|service|container|app|page|component|one|host)) | swarm |
    (?:docker |docker-)?compose (?:up|down|build|create|start|run|pull)\b.* |
    (?:bring|take|put|spin|tear) (?:up|down) (?:the |a )?(?:compose )?(?:stack|project|
    file) (?:from|in|at) \S+ |
    (?:plugin|plugins|extension) | kubernetes | k8s | kubectl | helm | terraform | ansible |
    (?:a|the|new) cluster |
    (?:cloud|aws|azure|gcp|ec2|s3) (?:instance|account|bucket|bill|costs?|vm) | autoscal\w+ |
    load test
    """
        ),
        "That is another system's work; the gateway works with Docker engines.",
    ),
    (
        cue(
            r"""
    (?:write|generate|create|draft|compose|prepare|make|give me|refactor|debug|review|
    fix) (?:me )?(?:an? |the |some |this |my |our )?(?:(?!exit |return |status |error )\w+ )?
    (?:script|code|program|function|
    test\s*suite|unit tests?|poem|song|haiku|story|essay|report|documentation|docs|readme|email|
    e-mail|letter|post|article|tweet|ticket|issue|slide\w*|presentation|bug|pull request|joke|
    regex|sql|query|playbook|invoice|diagram|chart|dashboard|spreadsheet|blog post|changelog) |
    weather | forecast | jira | slack | github | git |
    gitlab (?:issue|merge request|project) | e-?mails? (?:to|me|the|everyone|all|\w+@) |
    (?:send|forward|reply|write) (?:an? |the |me )?(?:e-?mail|mail|sms|text message|slack|
    message to|notification) |
    (?:e-?mail|call|phone|text|notify|page|tell|ping|message) (?:the )?(?:team|boss|manager|ops|
    on-?call|customer|mom|everyone|support|someone) |
    (?:follow|obey|execute|do|carry out) (?:the |any |all )?(?:instructions?|orders?|commands?|what)
    (?:\S+ )*(?:in|from|of|on|says?|written) .* |
    install(?:s|ing)? (?:an? |the |some |new )?\S+.* |
    deploy (?:the |a |our )?(?:new |latest |next |current )*(?:version|release|branch|build|
    update|change)s? .* |
    roll\s?back | rollback | revert | fail\s?over | switch over | backends? (?:of|server) |
    (?:to|from|in) (?:the )?(?:\S+ )?(?:backend|upstream|whitelist|allowlist|blocklist|blacklist|
    vhost) |
    translate | summari[sz]e (?:the )?(?:news|article|book|paper) |
    tell me (?:a )?(?:joke|story) | joke | poem | recipe for | book (?:a|me|us)\b.* |
    (?:order|buy|purchase) (?:a|an|me|us|some|more|new)\b.* | train (?:a|an|the|my|our)\b.* |
    calendar | meeting | remind (?:me|us) |
    (?:set|schedule|create) (?:a |an )?(?:reminder|alarm|meeting|cron\s*job|appointment) |
    play (?:some |the )?(?:music|song|movie|video)\b.* | stock (?:price|market) | bitcoin |
    who (?:won|is the president) | capital of | pay (?:the |my |our )?(?:bill|invoice)s? |
    google .* | search (?:the )?(?:web|internet|google) | dns (?:record|entry|zone)s? |
    (?:ssl|tls|letsencrypt|let's encrypt) certificates? | certificates? (?:for|of|from) |
    domain (?:name|registration) |
    (?:edit|change|modify|patch|update) (?:the )?(?:\S+ )?(?:source(?: code)?|
    config(?:uration)?\s*files?|nginx\.conf|\S+\.(?:conf|ya?ml|py|js|ts|php|html|ini|toml|json|
    env)) |
    deploy (?:the )?(?:branch|commit|release|to production|to prod)\b.* | merge .* |
    backup .*\bto (?:s3|the cloud|dropbox|google drive) | refund .*
    """
        ),
        "That is not a request about containers.",
    ),
    (
        cue(
            r"""
    (?:every|each) (?:day|night|morning|evening|hour|minute|week|month|monday|tuesday|wednesday|
    thursday|friday|saturday|sunday|\d+ \w+) |
    (?:at|by) (?:\d{1,2}(?::\d\d)?\s*(?:am|pm|o'clock)|\d{1,2}:\d\d|midnight|noon|night) |
    tomorrow | tonight |
    next (?:week|month|monday|tuesday|wednesday|thursday|friday|saturday|sunday) |
    in (?:\d+|an?|two|three|five|ten) (?:minutes?|hours?|days?)(?! ago) | whenever |
    as soon as
    """
        ),
        _AT_ONCE,
    ),
)
_CONDITION = re.compile(
    r"^(?:if|when(?! (?:did|was|were|is|has|have|do|does|will)\b)|once|unless|in case"
    r"|should(?! (?:be|have)\b))\b"
    r".*\b(?:restart|stop|start|kill|remove|delete|pause|unpause|run)\b"
    r"|\b(?:unless(?! (?:\w+ ){0,3}stop(?:s|ped)?\b)|only if|only when|in case|otherwise"
    r"|in that case|provided that"
    r"|as long as|if (?:not|so|yes|no|necessary|needed))\b"
    r"|(?<!me )(?<!see )(?<!check )(?<!know )(?<!verify )(?<!out )\bif (?:it|they)\b",
    re.IGNORECASE,
)
_EVEN_IF = re.compile(r"\beven (?:if|though)\b", re.IGNORECASE)
_TERMINAL = cue(
    r"""
    (?:open|give|get|start|launch|spawn|want|need)(?: me| us)? (?:an? |the )?(?:interactive )?
    (?:root )?(?:shell|bash|terminal|tty|prompt) |
    attach (?:me )?to(?= (?:the )?[\w.-]+(?: container| service)?$) |
    (?:drop|log|get) (?:me )?into (?:the )?[\w.-]+(?: container)?
    """
)
_ADVICE = re.compile(
    r"^(?:how\s+(?:do|can|would|could|should|to)\b(?:\s+(?:i|we|one|you))?|what\s+if|what\s+(?:happens|would\s+happen)\s+if"
    r"|(?:show|tell)(?:\s+me)?\s+how\s+to"
    r"|should\s+(?:i|we)|explain\b|teach\b|what\s+does\s+docker\b|what\s+is\s+(?:docker|a\s+container|an\s+image)\b)",
    re.IGNORECASE,
)
_HOW_READS = re.compile(r"^how\s+(?:do|can)\s+(?:i|we)\s+(?:see|check|view|list)", re.IGNORECASE)


def refuse_outside(
    text: str, is_word: Callable[[str], bool], *, asked: bool = False, told: bool = False
) -> None:
    """Refuse what is understood to be outside of the gateway's job.

    A word that an object is known by does not count: there may be a container called `jira`. Nor
    does what would reach the host, where it is only `asked` about: which containers are privileged?
    What is only `told` may speak of times: `the webhook restarts every 12 seconds`.
    Raises RefusedError with UNSUPPORTED.
    """
    for pattern, why in _OUTSIDE:
        if (asked and why is _ESCAPE) or (told and why is _AT_ONCE):
            continue
        for match in pattern.finditer(text):
            if not is_word(match.group().lower()):
                raise RefusedError(Code.UNSUPPORTED, why, _DOES)
    if _TERMINAL.search(text):
        raise RefusedError(
            Code.UNSUPPORTED,
            "There is no terminal here.",
            "Ask to run one plain command in the container, or for its logs.",
        )
    if _CONDITION.search(text) and not _EVEN_IF.search(text):
        raise RefusedError(
            Code.UNSUPPORTED,
            "The gateway does not decide on conditions.",
            "Ask for the state first, then say what to do.",
        )
    if _ADVICE.search(text) and not _HOW_READS.search(text):
        raise RefusedError(
            Code.UNSUPPORTED, "The gateway does and looks; it gives no lessons.", _DOES
        )
