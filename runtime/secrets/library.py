"""The forms that detect-secrets knows: of the fork that is kept, `bc-detect-secrets`.

Only its patterns are used: never its scan, which reads files and settings, and never its
verification, which sends what it found to whoever issued it.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from runtime.secrets.form import START, Form

_PACKAGE = "detect_secrets.plugins"


@dataclass(frozen=True, slots=True)
class Use:
    """How one pattern of a detector is used: from which anchors on, or, why it is not."""

    name: str = ""
    anchors: str = ""
    before: int = 8
    after: int = 256
    start: bool = False
    left_out: str = ""


_BLOCKS = Use(left_out="private keys are seen as blocks, with their beginning and their end")
_URL = Use(left_out="passwords in any URL are seen, for any user")
_NAMED = Use(left_out="seen by its name, whatever its length")

USES: dict[str, tuple[Use, ...]] = {
    "artifactory.ArtifactoryDetector": (
        Use("an Artifactory key", "AKC", before=1),
        Use(left_out="takes time out of proportion; its name is seen"),
    ),
    "aws.AWSKeyDetector": (
        Use("an AWS access key", "A3T AKIA ASIA ABIA ACCA"),
        Use(left_out="a commit's id matches as well; seen by its name"),
    ),
    "azure_storage_key.AzureStorageKeyDetector": (
        Use(left_out="a SHA-512 in base64 matches as well; seen by its name"),
    ),
    "basic_auth.BasicAuthDetector": (_URL,),
    "cloudant.CloudantDetector": (_NAMED, _NAMED, _URL, _URL),
    "discord.DiscordBotTokenDetector": (
        Use("a Discord bot token", "MT Mj Mz ND NT Nj Nz OD OT", before=0),
    ),
    "github_token.GitHubTokenDetector": (
        Use("a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", before=0),
    ),
    "ibm_cloud_iam.IbmCloudIamDetector": (_NAMED,),
    "ibm_cos_hmac.IbmCosHmacDetector": (_NAMED,),
    "jwt.JwtTokenDetector": (
        Use(left_out="takes time out of proportion on long lines; our own form is linear"),
    ),
    "mailchimp.MailchimpDetector": (Use("a Mailchimp key", "-us", before=33, after=6),),
    "npm.NpmDetector": (Use("an npm token", "npm_", before=0, after=48),),
    "private_key.PrivateKeyDetector": (_BLOCKS, _BLOCKS),
    "sendgrid.SendGridDetector": (Use("a SendGrid key", "SG.", before=0),),
    "slack.SlackDetector": (
        Use("a Slack token", "xox XOX", before=0),
        Use("a Slack webhook", "hooks.slack.com", before=8),
    ),
    "softlayer.SoftlayerDetector": (
        _NAMED,
        Use("a SoftLayer key", "api.softlayer.com", before=8),
    ),
    "square_oauth.SquareOAuthDetector": (Use("a Square secret", "sq0csp-", before=0),),
    "stripe.StripeDetector": (Use("a Stripe key", "sk_live_ rk_live_", before=0),),
    "twilio.TwilioKeyDetector": (
        Use("a Twilio key", "AC", before=0, start=True),
        Use("a Twilio key", "SK", before=0, start=True),
    ),
}
"""Every pattern of every detector that matches by pattern, in the library's order."""


def patterns(detector: str) -> list[re.Pattern[str]]:
    """Return the patterns of a detector, such as `npm.NpmDetector`."""
    module, _, name = detector.partition(".")
    return list(getattr(import_module(f"{_PACKAGE}.{module}"), name).denylist)


def forms() -> tuple[Form, ...]:
    """Return the library's forms that are used."""
    made: list[Form] = []
    with _without_a_way_out():
        for detector, uses in USES.items():
            if all(use.left_out for use in uses):
                continue
            for use, pattern in zip(uses, patterns(detector), strict=True):
                if not use.left_out:
                    made.append(_form(use, pattern))
    return tuple(made)


@contextmanager
def _without_a_way_out() -> Iterator[None]:
    """Load detectors with nothing to send by: they take `requests` for verification alone.

    So none can, by whatever mistake; and 5 MB of it stay out of processes that send nothing.
    """
    name = "requests"
    held = sys.modules.get(name)
    sys.modules[name] = ModuleType(name)
    try:
        yield
    finally:
        del sys.modules[name]
        if held:
            sys.modules[name] = held


def _form(use: Use, pattern: re.Pattern[str]) -> Form:
    if use.start:
        pattern = re.compile(rf"{START}(?:{pattern.pattern})", pattern.flags)
    return Form(use.name, tuple(use.anchors.split()), pattern, use.before, use.after)
