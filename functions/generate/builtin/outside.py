"""What is understood to be no job of the gateway's, with what it does instead."""

import re
from collections.abc import Callable

from contracts.errors import Code, RefusedError
from functions.generate.builtin.vocabulary import cue

_DOES = (
    "The gateway lists, inspects, starts, stops, restarts, pauses and removes containers, images, "
    "volumes and networks, and reads logs and statistics."
)

_OUTSIDE: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        cue(
            r"(?:reboot|restart|shut\s*down|power\s*(?:off|down|cycle)|turn\s+off|halt|stop|patch|upgrade|update|reinstall|format|wipe)\s+(?:the\s+|this\s+|my\s+|our\s+)?(?:whole\s+|entire\s+)?(?:host|machine|server|node|computer|laptop|vm|box|system|kernel|operating\s+system|os|hypervisor|docker|docker\s+daemon|docker\s+engine|docker\s+service|daemon|dockerd|engine)(?=\s*(?:$|[,.]|and|please|now|tonight|itself|daemon|at))",
            r"systemctl",
            r"systemd",
            r"sudo",
            r"crontab",
            r"iptables",
            r"ufw",
            r"firewall",
            r"apt(?:-get)?\s+(?:install|update|upgrade|remove)",
            r"(?:yum|dnf|apk|brew)\s+\w+",
            r"(?:host|server|machine|root|admin)\s+password",
            r"password\s+(?:of|for)",
            r"authorized_keys",
            r"ssh[\s-]?keys?",
            r"/etc/\S+",
            r"/root/\S+",
            r"~/\S+",
            r"id_rsa\S*",
            r"(?:ssh|log\s*in|login|sign\s+in)\s+(?:in)?to",
            r"ssh\s+(?:me|us)\b",
            r"(?:new|add|create|delete|remove)\s+(?:a\s+|an\s+|the\s+)?(?:linux\s+|unix\s+|system\s+|host\s+)?user(?:\s+account)?",
            r"host\s+(?:file\s*system|root|disk|directory|folder|files?|firewall|kernel|shell|os)",
            r"(?:the\s+)?firmware",
            r"bios",
            r"root\s+(?:file\s*system|shell|access)",
        ),
        "That is work on the host itself, and the gateway works on what its Docker engine holds.",
    ),
    (
        cue(
            r"privileged(?:\s+mode)?",
            r"full\s+privileges",
            r"(?:every|all)\s+capabilit(?:y|ies)",
            r"--privileged",
            r"cap[-_\s]add",
            r"docker[\s.]sock(?:et)?",
            r"/var/run/docker\S*",
            r"(?:without|no|disable)\s+(?:seccomp|apparmor|selinux)",
            r"seccomp",
            r"unconfined",
            r"host(?:'s)?\s+(?:pid|ipc|network)\s+namespace",
            r"mount\s+(?:the\s+)?(?:host|/)\S*.*\binto",
            r"(?:bind[\s-]?mount|mount)\s+.*\bhost\b",
            r"--(?:pid|ipc|uts|userns|net|network)[=\s]host",
            r"/dev/\S+",
            r"policy\s+(?:file|checks?|engine|off)",
            r"system\s+prompt",
            r"(?:previous|prior|above|earlier|your)\s+(?:instructions|rules|prompt)",
            r"developer\s+mode",
            r"(?:environment|env|secrets?|keys?|credentials?|token)\s+of\s+(?:the\s+)?gateway",
            r"your\s+(?:own\s+)?(?:api\s+keys?|secrets?|credentials?|token)",
        ),
        "That would reach the host or go around the policy, which no request in words does.",
    ),
    (
        cue(
            r"build\s+(?:an?\s+|the\s+|me\s+|my\s+|our\s+|new\s+)*(?:docker\s+)?(?:image|container|dockerfile|app|project|website|binary)",
            r"(?:docker\s+)?build\s+(?:\.|-t|https?://\S+|from)",
            r"rebuild",
            r"dockerfiles?",
            r"docker-?compose\.ya?ml",
            r"compose\s+file",
            r"buildx",
            r"compile",
        ),
        "Images are built in a pipeline; the gateway pulls and runs them.",
    ),
    (
        cue(
            r"docker\s+(?:login|logout|swarm|stack|service|node|context|plugin)",
            r"(?:log|sign)\s*(?:in|on)\s+(?:to|at|with)\s+(?:the\s+)?(?:docker\s*hub|registry|ecr|gcr|ghcr)",
            r"login",
            r"swarm",
            r"kubernetes",
            r"k8s",
            r"kubectl",
            r"helm",
            r"terraform",
            r"ansible",
            r"(?:a|the|new)\s+cluster",
            r"(?:cloud|aws|azure|gcp|ec2|s3)\s+(?:instance|account|bucket|bill|costs?|vm)",
            r"autoscal\w+",
            r"load\s+test",
        ),
        "That is another system's work; the gateway works with Docker engines.",
    ),
    (
        cue(
            r"(?:write|generate|create|draft|compose|prepare|make|give\s+me|refactor|debug|review|fix)\s+(?:me\s+)?(?:an?\s+|the\s+|some\s+|this\s+|my\s+|our\s+)?(?:\w+\s+)?(?:script|code|program|function|test\s*suite|unit\s+tests?|poem|song|haiku|story|essay|report|documentation|docs|readme|email|e-mail|letter|post|article|tweet|ticket|issue|slide\w*|presentation|bug|pull\s+request|joke|regex|sql|query|playbook|invoice|diagram|chart|dashboard|spreadsheet|blog\s+post|changelog)",
            r"weather",
            r"forecast",
            r"jira",
            r"slack",
            r"github",
            r"git",
            r"gitlab\s+(?:issue|merge\s+request|project)",
            r"e-?mails?\s+(?:to|me|the|everyone|all|\w+@)",
            r"(?:send|forward|reply|write)\s+(?:an?\s+|the\s+|me\s+)?(?:e-?mail|mail|sms|text\s+message|slack|message\s+to|notification)",
            r"(?:e-?mail|call|phone|text|notify|page|tell|ping|message)\s+(?:the\s+)?(?:team|boss|manager|ops|on-?call|customer|mom|everyone|support|someone)",
            r"translate",
            r"summari[sz]e\s+(?:the\s+)?(?:news|article|book|paper)",
            r"tell\s+me\s+(?:a\s+)?(?:joke|story)",
            r"joke",
            r"poem",
            r"recipe\s+for",
            r"book\s+(?:a|me|us)\b.*",
            r"(?:order|buy|purchase)\s+(?:a|an|me|us|some|more|new)\b.*",
            r"train\s+(?:a|an|the|my|our)\b.*",
            r"calendar",
            r"meeting",
            r"remind\s+(?:me|us)",
            r"(?:set|schedule|create)\s+(?:a\s+|an\s+)?(?:reminder|alarm|meeting|cron\s*job|appointment)",
            r"play\s+(?:some\s+|the\s+)?(?:music|song|movie|video)\b.*",
            r"stock\s+(?:price|market)",
            r"bitcoin",
            r"who\s+(?:won|is\s+the\s+president)",
            r"capital\s+of",
            r"pay\s+(?:the\s+|my\s+|our\s+)?(?:bill|invoice)s?",
            r"google\s+.*",
            r"search\s+(?:the\s+)?(?:web|internet|google)",
            r"dns\s+(?:record|entry|zone)s?",
            r"(?:ssl|tls|letsencrypt|let's\s+encrypt)\s+certificates?",
            r"certificates?\s+(?:for|of|from)",
            r"domain\s+(?:name|registration)",
            r"(?:edit|change|modify|patch|update)\s+(?:the\s+)?(?:\S+\s+)?(?:source(?:\s+code)?|config(?:uration)?\s*files?|nginx\.conf|\S+\.(?:conf|ya?ml|py|js|ts|php|html|ini|toml|json|env))",
            r"deploy\s+(?:the\s+)?(?:branch|commit|release|to\s+production|to\s+prod)\b.*",
            r"merge\s+.*",
            r"backup\s+.*\bto\s+(?:s3|the\s+cloud|dropbox|google\s+drive)",
            r"refund\s+.*",
        ),
        "That is not a request about containers.",
    ),
    (
        cue(
            r"(?:every|each)\s+(?:day|night|morning|evening|hour|minute|week|month|monday|tuesday|wednesday|thursday|friday|saturday|sunday|\d+\s+\w+)",
            r"(?:at|by)\s+(?:\d{1,2}(?::\d\d)?\s*(?:am|pm|o'clock)|\d{1,2}:\d\d|midnight|noon|night)",
            r"tomorrow",
            r"tonight",
            r"next\s+(?:week|month|monday|tuesday|wednesday|thursday|friday|saturday|sunday)",
            r"in\s+(?:\d+|an?|two|three|five|ten)\s+(?:minutes?|hours?|days?)(?!\s+ago)",
            r"whenever",
            r"as\s+soon\s+as",
        ),
        "The gateway does things at once; it keeps no schedule.",
    ),
)
_ADVICE = re.compile(
    r"^(?:how\s+(?:do|can|would|could|should|to)\b(?:\s+(?:i|we|one|you))?|what\s+(?:happens|would\s+happen)\s+if"
    r"|should\s+(?:i|we)|explain\b|teach\b|what\s+does\s+docker\b|what\s+is\s+(?:docker|a\s+container|an\s+image)\b)",
    re.IGNORECASE,
)
_HOW_READS = re.compile(r"^how\s+(?:do|can)\s+(?:i|we)\s+(?:see|check|view|list)", re.IGNORECASE)


def refuse_outside(text: str, is_word: Callable[[str], bool]) -> None:
    """Refuse what is understood to be outside of the gateway's job.

    A word that an object is known by does not count: there may be a container called `jira`.
    Raises RefusedError with UNSUPPORTED.
    """
    for pattern, why in _OUTSIDE:
        for match in pattern.finditer(text):
            if not is_word(match.group().lower()):
                raise RefusedError(Code.UNSUPPORTED, why, _DOES)
    if _ADVICE.search(text) and not _HOW_READS.search(text):
        raise RefusedError(
            Code.UNSUPPORTED, "The gateway does and looks; it gives no lessons.", _DOES
        )
