"""A request that carries a secret is refused, told why, and never told what."""

import base64
import bz2
import gzip
import io
import lzma
import subprocess
import sys
import tarfile
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from contracts.errors import Code, RefusedError
from contracts.requests import RunRequest
from runtime import refuse_secrets
from tests.secrets.kinds import FORMS

R = Random(11)  # noqa: S311 - the same every time


def refusal(**fields: Any) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        refuse_secrets(RunRequest(**fields))
    return caught.value


@pytest.mark.parametrize("kind", [each for each in FORMS if "private" not in each])
@pytest.mark.parametrize("field", ["request", "command", "context"])
def test_a_secret_of_any_form_is_refused_in_any_field(kind: str, field: str) -> None:
    made = FORMS[kind](R)
    fields: dict[str, Any] = {"request": "restart web"} if field != "command" else {}
    texts: dict[str, Any] = {
        "command": f"docker exec web use {made.text}",
        "request": f"restart web with {made.text}",
        "context": {"note": [f"see {made.text}"]},
    }
    error = refusal(**(fields | {field: texts[field]})).error
    assert error.code is Code.SECRET_IN_COMMAND
    assert f"`{field}`" in error.message
    assert made.core[:12] not in error.model_dump_json()


@pytest.mark.parametrize("field", ["target", "source_id"])
def test_a_secret_is_refused_in_a_short_field(field: str) -> None:
    token = FORMS["npm token"](R).text
    error = refusal(**{"request": "restart web", field: token}).error
    assert error.code is Code.SECRET_IN_COMMAND
    assert token not in error.model_dump_json()


def archive(text: str) -> bytes:
    """Return a tar archive with a file that holds a text."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        entry = tarfile.TarInfo("etc/app.env")
        entry.size = len(text.encode())
        tar.addfile(entry, io.BytesIO(text.encode()))
    return made.getvalue()


PACKINGS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "UTF-16": lambda text: text.encode("utf-16"),
    "tar": archive,
    "gzip": lambda text: gzip.compress(text.encode()),
    "tar.gz": lambda text: gzip.compress(archive(text)),
    "tar.bz2": lambda text: bz2.compress(archive(text)),
    "tar.xz": lambda text: lzma.compress(archive(text)),
}


def sending(file: bytes) -> dict[str, str]:
    return {
        "command": "docker cp - web:/srv",
        "upload": base64.b64encode(file).decode(),
    }


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("text", ["TOKEN={}\n", "use {}\n"])
def test_a_secret_in_a_file_is_refused_however_it_is_packed(packing: str, text: str) -> None:
    token = FORMS["npm token"](R).text
    error = refusal(**sending(PACKINGS[packing](text.format(token)))).error
    assert error.code is Code.SECRET_IN_COMMAND
    assert "`upload`" in error.message
    assert token not in error.model_dump_json()


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_file_without_a_secret_is_taken(packing: str) -> None:
    text = "listen 80;\nPASSWORD_FILE=/run/secrets/pg\n"
    refuse_secrets(RunRequest.model_validate(sending(PACKINGS[packing](text))))


@pytest.mark.parametrize("file", [b"\x1f\x8bno", b"BZhno", b"\xfd7zXZ\x00no", b"", b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_unpacked_is_read_as_it_is(file: bytes) -> None:
    refuse_secrets(RunRequest.model_validate(sending(file)))


def test_a_file_that_unpacks_without_end_is_looked_at_in_part() -> None:
    refuse_secrets(RunRequest.model_validate(sending(gzip.compress(b" " * 30_000_000))))


@pytest.mark.parametrize(
    "line",
    [
        "docker run -d -e POSTGRES_PASSWORD=devonly postgres:16",
        "docker run --env=API_KEY=abc123 app",
        "docker run -e 'DB_PASSWORD=two words' app",
        'docker run -e DB_"PASSWORD"=abc app',
        "docker run -e DB_PA'SSWORD=abc' app",
        "docker create --label hook.token=abc123 app",
        "docker exec db mysql -uroot -pS3cret -e 'select 1'",
        "docker exec db mysql -u root --password=abc",
        "docker exec cache redis-cli -a s3cret ping",
        "docker exec web curl -u admin:s3cret http://x/",
        "docker login -u me -p s3cret",
        "docker login --password s3cret registry.internal",
        "docker exec web app --api-key abc",
        "docker pull https://me:s3cret@registry.internal/app",
        "docker volume create -o type=cifs -o o=username=app,password=abc share",
    ],
)
def test_a_docker_line_that_gives_a_secret_is_refused(line: str) -> None:
    error = refusal(command=line).error
    assert error.code is Code.SECRET_IN_COMMAND
    assert "_FILE" in error.hint
    for secret in ("devonly", "abc", "two words", "S3cret", "s3cret"):
        assert secret not in error.message + error.hint


@pytest.mark.parametrize(
    "words",
    [
        "the password is Sup3r-geheim, log in and restart db",
        "restart db, password: Sup3r-geheim",
        "use token abc123def456 to pull the image",
        "set POSTGRES_PASSWORD=devonly on the new container",
    ],
)
def test_words_that_tell_a_secret_are_refused(words: str) -> None:
    assert refusal(request=words).error.code is Code.SECRET_IN_COMMAND


def test_the_name_is_told_and_a_secret_in_a_name_is_not() -> None:
    token = FORMS["GitHub token"](R).text
    told = refusal(command="docker run -e API_KEY=abc123 app").error.message
    assert "a value for `API_KEY`" in told
    hidden = refusal(command=f"docker run -e {token}_password=abc123 app").error
    assert token not in hidden.model_dump_json()


def test_a_secret_name_in_the_context_is_refused() -> None:
    error = refusal(request="restart db", context={"db": {"password": "devonly"}}).error
    assert "`context`" in error.message


@pytest.mark.parametrize(
    "fields",
    [
        {"request": "why is the token service failing?"},
        {"request": "restart auth: it says token: expired"},
        {"request": "reset the password of nobody, just restart vault"},
        {"request": "which container has POSTGRES_PASSWORD set?"},
        {"request": "is the password required by the api key service?"},
        {"command": "docker run -e POSTGRES_PASSWORD_FILE=/run/secrets/pg postgres"},
        {"command": "docker run -e POSTGRES_HOST_AUTH_METHOD=trust -e KEYCLOAK_USER=a postgres"},
        {"command": "docker run -e MYSQL_ALLOW_EMPTY_PASSWORD=yes mysql"},
        {"command": "docker run -e TOKEN web"},
        {"command": "docker exec web printenv SECRET_KEY"},
        {"command": "docker ps --filter name=token --filter label=secret=true"},
        {"command": "docker inspect -f '{{.Config.Env}}' secret-store"},
        {"command": f"docker rmi sha256:{'ab12' * 16}"},
        {"command": f"docker pull registry.internal/auth/token@sha256:{'ab12' * 16}"},
        {"command": "docker exec db mysql -uroot -e 'show tables'"},
        {"command": "docker run -p 8080:80 -u 1000:1000 nginx"},
        {"command": "docker exec web curl -u admin http://x/"},
        {"request": "restart web", "context": {"ticket": "OPS-1", "token_count": 512}},
        {"request": "restart web", "idempotency_key": "k" * 64},
    ],
)
def test_a_request_about_secrets_is_no_secret(fields: dict[str, Any]) -> None:
    refuse_secrets(RunRequest(**fields))


@pytest.mark.slow
def test_the_detectors_are_loaded_by_those_who_use_them_alone() -> None:
    heavy = "{'detect_secrets', 'requests', 'urllib3', 'yaml'}"
    for module, loaded in (
        ("runtime, functions.validate, functions.reply, functions.accept", "[]"),
        # With nothing that could send what was found to whoever issued it.
        ("runtime.secrets as s; s.detectors()", "['detect_secrets']"),
    ):
        program = f"import sys, {module}\nprint(sorted({heavy} & sys.modules.keys()))"
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() in {loaded, loaded.replace("]", ", 'yaml']")}
