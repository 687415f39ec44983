import base64
import re
from pathlib import Path

import pytest

from contracts.requests import MAX_REQUEST_BYTES, MAX_UPLOAD
from runtime.cli.asking import UsageError, run_request, seconds, status_request


@pytest.mark.parametrize(
    ("words", "request_", "command"),
    [
        (["restart web"], "restart web", None),
        (["restart", "web"], "restart web", None),
        (["docker restart web"], None, "docker restart web"),
        (["docker", "logs", "web"], None, "docker logs web"),
        (["docker", "inspect", "-f", "{{.State.Status}} now", "web"], None,
         "docker inspect -f '{{.State.Status}} now' web"),
        (["  docker ps"], None, "docker ps"),
        (["dockerize", "it"], "dockerize it", None),
    ],
)  # fmt: skip
def test_words_that_begin_with_docker_are_a_docker_line(
    words: list[str], request_: str | None, command: str | None
) -> None:
    made = run_request(words)
    assert (made.request, made.command) == (request_, command)


def test_each_request_gets_a_key_of_its_own_unless_one_is_given() -> None:
    keys = {run_request(["x"]).idempotency_key for _ in range(20)}
    assert len(keys) == 20
    assert run_request(["x"], idempotency_key="mine").idempotency_key == "mine"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("90", 90), ("90s", 90), ("5m", 300), ("2h", 7200), ("1d", 86400), ("1.5h", 5400)],
)
def test_durations_are_read_with_their_unit(text: str, wanted: float) -> None:
    assert seconds(text) == wanted


@pytest.mark.parametrize(
    ("words", "options", "says"),
    [
        (["x"], {"deadline_s": "0"}, "--deadline: should be greater than or equal to 1"),
        (["x"], {"deadline_s": "8d"}, "--deadline: should be less than or equal to 604800"),
        (["x"], {"deadline_s": "soon"}, "'soon' is no duration"),
        (["x"], {"deadline_s": "nan"}, "'nan' is no duration"),
        (["a\x07b"], {}, "the request: holds the invisible or control character U+0007"),
        (["docker ps\n-a"], {}, "the docker line: holds the invisible"),
        ([""], {}, "the request: is empty"),
        (["x"], {"idempotency_key": "a b"}, "--key:"),
        (["x"], {"host": "-a"}, "--host:"),
        (["x"], {"target": ""}, "--target:"),
        (["x"], {"context": '{"a": "\x00"}'.replace("\x00", "\\u0000")}, "--context:"),
        (["x" * MAX_REQUEST_BYTES], {}, "bytes"),
    ],
)
def test_what_no_gateway_could_take_is_named_by_its_option(
    words: list[str], options: dict[str, str], says: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        run_request(words, **options)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [('{"a": [1]}', {"a": [1]}), ("[1]", [1]), ("{no json", "{no json"), ("1", "1")],
)
def test_a_context_is_json_where_it_reads_as_an_object_or_array(text: str, wanted: object) -> None:
    assert run_request(["x"], context=text).context == wanted


def test_a_status_needs_an_id() -> None:
    with pytest.raises(UsageError, match="no command id"):
        status_request("web")


def test_a_file_goes_along_as_base64(tmp_path: Path) -> None:
    file = tmp_path / "site.tar"
    file.write_bytes(b"\x00\xff tar")
    request = run_request(["docker cp - web:/srv"], upload=str(file), hosts="env=prod")
    assert request.upload
    assert base64.b64decode(request.upload) == b"\x00\xff tar"
    assert request.hosts == "env=prod"


@pytest.mark.parametrize("size", [None, MAX_UPLOAD + 1])
def test_a_file_that_cannot_go_along_is_wrong_usage(tmp_path: Path, size: int | None) -> None:
    file = tmp_path / "site.tar"
    if size:
        file.write_bytes(b"x" * size)
    with pytest.raises(UsageError, match="--upload"):
        run_request(["docker cp - web:/srv"], upload=str(file))


@pytest.mark.parametrize("hosts", ["", "a,,b", "a,env=prod", "a b", "=x"])
def test_hosts_that_cannot_be_read_are_wrong_usage(hosts: str) -> None:
    with pytest.raises(UsageError, match="--hosts"):
        run_request(["docker ps"], hosts=hosts)
