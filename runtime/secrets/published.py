"""Forms that their issuers publish and the library does not have, or not in full.

The sources are the issuers' own pages and the rules of GitHub's and GitLab's secret scanning.
"""

import re

from runtime.secrets.form import AFTER, START, Form

_URLSAFE = r"[A-Za-z0-9_-]"


def _form(name: str, anchors: str, rest: str, *, after: int = AFTER) -> Form:
    """Return a form that begins with one of the anchors, which blanks separate."""
    texts = tuple(anchors.split())
    begin = "|".join(map(re.escape, texts))
    return Form(name, texts, re.compile(f"{START}(?:{begin}){rest}"), 0, after)


PUBLISHED: tuple[Form, ...] = (
    _form("a token of this gateway", "acg_", rf"[a-z2-7]{{8}}_{_URLSAFE}{{43}}"),
    _form("a GitHub token", r"github_pat_", rf"{_URLSAFE}{{22,}}"),
    _form("a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"[A-Za-z0-9_]{30,}"),
    _form(
        "a GitLab token",
        "glpat- gldt- glrt- glrtr- glcbt- glptt- glft- glimt- glagent- gloas- glsoat- glffct-",
        rf"{_URLSAFE}{{20,}}",
    ),
    _form("a Slack token", "xoxa xoxb xoxc xoxe xoxo xoxp xoxr xoxs", r"[-.][A-Za-z0-9.-]{10,}"),
    _form("a Slack token", r"xapp-", r"[0-9]-[A-Za-z0-9-]{20,}"),
    _form("a Stripe key", "sk_live_ rk_live_ sk_test_ rk_test_", r"[A-Za-z0-9]{16,}"),
    _form("a Stripe webhook secret", r"whsec_", r"[A-Za-z0-9+/]{24,}"),
    _form("a Google API key", r"AIza", rf"{_URLSAFE}{{35}}"),
    _form("a Google OAuth secret", r"GOCSPX-", rf"{_URLSAFE}{{24,}}"),
    _form("a Google access token", "ya29.", r"[A-Za-z0-9_.-]{20,}"),
    _form(
        "an OpenAI, Anthropic or similar key",
        r"sk-",
        rf"(?:[A-Za-z0-9]{{32,}}|(?:ant|proj|or|svcacct|admin|None|lf)-{_URLSAFE}{{20,}})",
    ),
    _form("a Hugging Face token", "hf_ api_org_", r"[A-Za-z0-9]{30,}"),
    _form("a Groq key", r"gsk_", r"[A-Za-z0-9]{40,}"),
    _form("a Perplexity key", r"pplx-", r"[A-Za-z0-9]{40,}"),
    _form("a Replicate token", r"r8_", r"[A-Za-z0-9]{37}"),
    _form("an xAI key", r"xai-", r"[A-Za-z0-9]{60,}"),
    _form("an npm token", r"npm_", r"[A-Za-z0-9]{36}"),
    _form("a PyPI token", r"pypi-AgE", rf"{_URLSAFE}{{40,}}"),
    _form("a RubyGems key", r"rubygems_", r"[a-f0-9]{48}"),
    _form("a crates.io token", r"cio", r"[A-Za-z0-9]{32}(?![A-Za-z0-9])"),
    _form("a Docker access token", "dckr_pat_ dckr_oat_", rf"{_URLSAFE}{{20,}}"),
    _form("a swarm join token or key", "SWMTKN-1- SWMKEY-1-", r"[A-Za-z0-9+/-]{40,}"),
    _form(
        "a Discord bot token",
        "MT Mj Mz ND NT Nj Nz OD OT",
        r"[AEIMQUYcgk][w-z0-5][\w-]{19,24}\.[\w-]{6}\.[\w-]{27,}",
    ),
    _form(
        "a Discord webhook",
        "discord.com/api/webhooks/ discordapp.com/api/webhooks/",
        r"[0-9]+/[\w-]{60,}",
    ),
    _form("a SendGrid key", "SG.", r"[\w-]{20,24}\.[\w-]{39,50}"),
    _form("a DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", r"[a-f0-9]{64}"),
    _form("a Shopify token", "shpat_ shpca_ shppa_ shpss_ shpua_", r"[a-fA-F0-9]{32}"),
    _form("a Databricks token", r"dapi", r"[a-f0-9]{32}"),
    _form("a Vault token", "hvs. hvb. hvr.", rf"{_URLSAFE}{{24,}}"),
    _form(
        "a Vault token",
        "s.",
        r"(?=[A-Za-z]*[0-9])(?=[a-z0-9]*[A-Z])[A-Za-z0-9]{24}(?![A-Za-z0-9_.])",
    ),
    _form("a Grafana token", "glsa_ glc_", r"[A-Za-z0-9+/=_]{32,}"),
    _form("a New Relic key", "NRAK- NRAA- NRRA- NRJS- NRII-", rf"{_URLSAFE}{{20,}}"),
    _form("a Sentry token", "sntrys_ sntryu_", r"[A-Za-z0-9+/=_-]{40,}"),
    _form("an Atlassian token", r"ATATT3", r"[A-Za-z0-9_=-]{50,}"),
    _form("a Bitbucket token", r"ATCTT3", r"[A-Za-z0-9_=-]{50,}"),
    _form("a Linear key", "lin_api_ lin_oauth_", r"[A-Za-z0-9]{32,}"),
    _form("a Notion token", r"ntn_", r"[A-Za-z0-9]{40,}"),
    _form("a Postman key", r"PMAK-", r"[a-f0-9]{24}-[a-f0-9]{34}"),
    _form("a Pulumi token", r"pul-", r"[a-f0-9]{40}"),
    _form(
        "a Doppler token", "dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.", r"[A-Za-z0-9._-]{40,}"
    ),
    _form("a Fly.io token", "fm1_ fm1a_ fm1r_ fm2_", r"[A-Za-z0-9+/=,_-]{60,}"),
    _form("a Supabase token", r"sbp_", r"[a-f0-9]{40}"),
    _form("a PlanetScale secret", "pscale_tkn_ pscale_pw_ pscale_oauth_", r"[A-Za-z0-9_=.-]{32,}"),
    _form("a Heroku key", r"HRKU-", rf"{_URLSAFE}{{36,}}"),
    _form("a Square token", "sq0csp- sq0atp- sq0idp-", rf"{_URLSAFE}{{22,}}"),
    _form("a Facebook token", r"EAACEdEose0cBA", r"[A-Za-z0-9]+"),
    _form("an Alibaba key", r"LTAI", r"[A-Za-z0-9]{16,24}(?![A-Za-z0-9])"),
    _form("a Tailscale key", r"tskey-", rf"[a-z]+-{_URLSAFE}{{16,}}"),
    _form("a 1Password token", r"ops_eyJ", r"[A-Za-z0-9+/=_-]{200,}", after=1024),
    _form("an age key", r"AGE-SECRET-KEY-1", r"[0-9A-Z]{58}"),
    _form("an nkey seed", "SU SA SO SN SC SX", r"[A-Z2-7]{56}(?![A-Z2-7])"),
    _form("a Twilio key", "AC SK", r"[0-9a-fA-F]{32}(?![0-9A-Za-z])"),
    _form("an Airtable token", "pat", r"[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    _form("an Artifactory token", "cmVmd", r"[A-Za-z0-9]{59}(?![A-Za-z0-9])"),
    _form("an Amazon Bedrock key", "ABSK bedrock-api-key-", r"[A-Za-z0-9+/=]{40,}"),
    _form("a ClickHouse Cloud key", "4b1d", r"[A-Za-z0-9]{38}(?![A-Za-z0-9])"),
    _form("a Clojars token", "CLOJARS_", r"[a-z0-9]{60}"),
    _form("a Cloudflare origin key", "v1.0-", r"[a-f0-9]{24}-[a-f0-9]{146}"),
    _form("a Dropbox token", "sl.", r"[A-Za-z0-9_=-]{120,}"),
    _form("a Duffel token", "duffel_test_ duffel_live_", r"[\w=-]{43}"),
    _form("a Dynatrace token", "dt0c01. dt0s01. dt0s16.", r"[A-Za-z0-9]{24}\.[A-Za-z0-9]{64}"),
    _form("an EasyPost key", "EZAK EZTK", r"[A-Za-z0-9]{54}"),
    _form("a Facebook token", "EAAM EAAC EAAB", r"[A-Za-z0-9]{80,}"),
    _form("a Flutterwave key", "FLWSECK_TEST- FLWSECK-", r"[a-zA-Z0-9]{12,}"),
    _form("a Frame.io token", "fio-u-", r"[\w=-]{64}"),
    _form("a GitLab token", "GR1348941", rf"{_URLSAFE}{{20,}}"),
    _form("a Grafana key", "eyJrIjoi", r"[A-Za-z0-9+/=]{60,}"),
    _form("a Harness key", "pat. sat.", r"[\w-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}"),
    _form("an Infracost token", "ico-", r"[A-Za-z0-9]{32}(?![A-Za-z0-9])"),
    _form("a 42 secret", "s-s4t2", r"(?:ud|af)-[a-f0-9]{64}"),
    _form("an Octopus Deploy key", "API-", r"[A-Z0-9]{26}(?![A-Z0-9])"),
    _form("an OpenShift token", "sha256~", r"[\w-]{43}"),
    _form(
        "a Plaid token", "access-sandbox- access-development- access-production-", r"[0-9a-f-]{36}"
    ),
    _form("a Prefect token", "pnu_", r"[A-Za-z0-9]{36}"),
    _form("a ReadMe token", "rdme_", r"[a-z0-9]{60,}"),
    _form("a Scalingo token", "tk-us-", r"[\w-]{48}"),
    _form("a Brevo key", "xkeysib-", r"[a-f0-9]{64}-[A-Za-z0-9]{16}"),
    _form("a Settlemint token", "sm_aat_ sm_pat_ sm_sat_", r"[A-Za-z0-9]{16}"),
    _form("a Shippo token", "shippo_live_ shippo_test_", r"[a-fA-F0-9]{40}"),
    _form("a Defined Networking token", "dnkey-", r"[a-z0-9=_-]{26,}"),
    _form("a Sourcegraph token", "sgp_", r"[A-Za-z0-9]{0,16}_?[a-fA-F0-9]{40}"),
    _form("a Square token", "EAAA", r"[\w-]{22,60}(?![\w-])"),
    _form("a Typeform token", "tfp_", r"[\w.=-]{40,}"),
    _form("a 1Password secret key", "A3-", r"[A-Z0-9]{6}-[A-Z0-9-]{28}(?![A-Z0-9])"),
    _form("a Twitter token", "A" * 20, r"[A-Za-z0-9%]{80,}"),
    _form("a Yandex key", "AQVN", r"[\w-]{35,38}(?![\w-])"),
    _form("a GoCardless token", "live_", r"[\w=-]{40}(?![\w-])"),
    Form(
        "an Azure client secret",
        ("Q~",),
        re.compile(rf"{START}[A-Za-z0-9_~.]{{3}}[0-9]Q~[A-Za-z0-9_~.-]{{31,34}}"),
        before=4,
    ),
    Form(
        "a MaxMind key",
        ("_mmk",),
        re.compile(rf"{START}[A-Za-z0-9]{{6}}_[A-Za-z0-9]{{29}}_mmk"),
        before=36,
    ),
    _form("a Slack webhook", "hooks.slack.com/", r"(?:services|workflows|triggers)/[\w/+-]{30,}"),
    Form(
        "a Telegram bot token",
        (":A",),
        re.compile(rf"{START}[0-9]{{8,10}}:A{_URLSAFE}{{34}}"),
        before=10,
    ),
    Form(
        "a Terraform Cloud token",
        (".atlasv1.",),
        re.compile(rf"{START}[A-Za-z0-9]{{14}}\.atlasv1\.{_URLSAFE}{{60,}}"),
        before=14,
    ),
    Form(
        "a Mailgun key",
        ("key-",),
        re.compile(r"(?<![\w-])key-[0-9a-f]{32}(?![0-9a-f])", re.ASCII),
        before=0,
    ),
    Form(
        "an AWS access key",
        ("A3T", "AKIA", "ASIA", "ABIA", "ACCA"),
        re.compile(rf"{START}(?:A3T[A-Z0-9]|A[KSBC][IC]A)[A-Z0-9]{{16}}(?![A-Za-z0-9])"),
        before=0,
    ),
    Form(
        # Signed (three parts) or encrypted (five): RFC 7515 and 7516. The header is JSON, so it
        # begins with `{"`.
        "a JSON web token",
        ("eyJ",),
        re.compile(
            rf"(?<![_-]){START}"
            r"eyJ[\w-]{8,}+\.(?:eyJ[\w-]{8,}+(?:\.[\w-]*+)?|[\w-]*+\.[\w-]++\.[\w-]++\.[\w-]++)",
            re.ASCII,
        ),
        before=0,
        after=16 * 1024,
    ),
)
