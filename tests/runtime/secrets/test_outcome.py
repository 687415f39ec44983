"""Outcomes, refusals and pictures: text and data lose the same, and archives are left alone."""

import base64
import json
from datetime import UTC, datetime
from random import Random

import pytest
from pydantic import JsonValue

from contracts.docker.errand import Errand
from contracts.docker.outcome import Outcome
from contracts.errors import Code, RefusedError
from contracts.world import Container, HostPicture
from runtime.secrets.outcome import Redaction, picture_without_secrets
from tests.secrets.kinds import ALNUM, FORMS, chars
from tests.secrets.lines import digest

R = Random(7)  # noqa: S311 - the same every time
TOKEN = FORMS["GitLab token"](R).text


async def redacted(**fields: object) -> Outcome:
    return await Redaction(Errand()).outcome(Outcome.model_validate(fields))


async def test_an_outcome_without_secrets_stays_as_it_is() -> None:
    fields: dict[str, object] = {
        "stdout": f"{digest(R)}\n",
        "data": {"Id": digest(R), "Labels": {"a": "b"}, "n": [1, None, True, 2.5]},
        "exit_code": 3,
    }
    assert await redacted(**fields) == Outcome.model_validate(fields)


@pytest.mark.parametrize(
    "data",
    [
        TOKEN,
        {"text": f"see {TOKEN}"},
        {"deep": [{"deeper": [f"a={TOKEN}"]}]},
        {"Labels": {"db.password": "hunter2-hunter2"}},
        {TOKEN: 1},
        [{"name": "DB_PASSWORD", "value": "hunter2-hunter2"}],
        {"Env": ["A=1", "B_TOKEN=abcdef-123456"]},
    ],
)
async def test_data_loses_its_secrets_at_any_depth(data: JsonValue) -> None:
    outcome = await redacted(data=data)
    kept = json.dumps(outcome.data)
    assert TOKEN not in kept
    assert "hunter2" not in kept
    assert "abcdef-123456" not in kept
    assert outcome.redactions == 1


async def test_redactions_are_counted_once_for_text_and_data() -> None:
    outcome = await redacted(stdout=f"{TOKEN} {TOKEN}\n", stderr=TOKEN, data=[TOKEN, TOKEN])
    assert outcome.redactions == 3
    assert TOKEN not in outcome.model_dump_json()


async def test_an_archive_is_not_looked_into() -> None:
    like_a_key = FORMS["AWS access key id"](R).text
    archive = base64.b64encode(R.randbytes(6000)).decode() + f"/{like_a_key}/"
    assert "[redacted]" in (await redacted(data=f"/{like_a_key}/")).model_dump_json()
    outcome = await redacted(data={"archive": archive})
    assert outcome.data == {"archive": archive}


async def test_a_large_outcome_loses_its_secrets_too() -> None:
    outcome = await redacted(stdout="line of a log\n" * 10_000 + f"{TOKEN}\n")
    assert outcome.stdout.endswith("log\n[redacted]\n")


@pytest.mark.parametrize("at", [0, 30, 100])
async def test_half_a_secret_at_a_cut_is_left_out_too(at: int) -> None:
    """A log of one long line is cut anywhere: what is left of a token has no form any more."""
    core = chars(R, ALNUM, 36)
    text = "x" * at + f" {'gh' + 'p_'}{core[:12]}... 4711 bytes left out ...\n{core[12:]} end"
    outcome = await redacted(stdout=text, truncated=True)
    assert core[:12] not in outcome.stdout
    assert core[12:] not in outcome.stdout
    assert outcome.stdout.endswith(" end")


async def test_whole_lines_at_a_cut_stay() -> None:
    text = "first\n... 4711 bytes left out ...\nlast but one\nlast\n"
    assert (await redacted(stdout=text, truncated=True)).stdout == text


async def test_a_refusal_loses_the_secrets_of_the_engines_words() -> None:
    refused = RefusedError(
        Code.ENGINE_ERROR, f"pull failed: {TOKEN}", "Look.", options=(TOKEN, "b")
    )
    error = (await Redaction(Errand()).refusal(refused)).error
    assert error.code is Code.ENGINE_ERROR
    assert error.message == "pull failed: [redacted]"
    assert error.options == ("[redacted]", "b")
    plain = RefusedError(Code.ENGINE_ERROR, "no", "Look.")
    assert await Redaction(Errand()).refusal(plain) is plain


def test_a_picture_loses_the_secrets_of_labels_and_nothing_else() -> None:
    labels = {"com.docker.compose.project": "auth", "hook.token": "abc-123-def", "x": TOKEN}
    container = Container(
        id="a" * 64, name="token", image=digest(R), state="running", labels=labels
    )
    picture = HostPicture(host="local", as_of=datetime.now(UTC), containers=(container,))
    (seen,) = picture_without_secrets(picture).containers
    hidden = {"com.docker.compose.project": "auth", "hook.token": "[redacted]", "x": "[redacted]"}
    assert seen == container.model_copy(update={"labels": hidden})
    plain = picture.model_copy(update={"containers": ()})
    assert picture_without_secrets(plain) is plain
