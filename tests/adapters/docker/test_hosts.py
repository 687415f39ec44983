"""Which hosts there are, how each is called, and what a hosts.toml may not say."""

import asyncio
from pathlib import Path

import pytest

from contracts.docker.operations import Ps, Start
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import EngineSettings, HostsError, hosts, open_engines
from runtime.adapters.docker.hosts import read
from tests.adapters.docker.fake_engine import FakeEngine


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home of the gateway's own."""
    monkeypatch.setenv("ACG_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def written(folder: Path, text: str) -> Path:
    file = folder / "hosts.toml"
    file.write_text(text)
    return file


TWO = """
    [[host]]
    name = "alpha"
    url = "ssh://deploy@alpha.example:2222/run/user/1000/docker.sock"
    labels = { env = "prod", region = "eu" }
    concurrency = 4

    [[host]]
    name = "beta"
    url = "tcp://beta.example:2376"
    [host.tls]
    ca = "keys/ca.pem"
    cert = "keys/cert.pem"
    key = "keys/key.pem"
    [host.labels]
    env = "test"
"""


def test_a_file_tells_of_each_host_how_it_is_reached_and_what_it_is_for(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    for name in ("ca", "cert", "key"):
        (tmp_path / "keys" / f"{name}.pem").touch(0o600)
    alpha, beta = read(written(tmp_path, TWO))
    assert (alpha.name, alpha.labels, alpha.concurrency) == (
        "alpha",
        {"env": "prod", "region": "eu"},
        4,
    )
    address = alpha.address
    assert address
    assert (address.user, address.host, address.port) == ("deploy", "alpha.example", 2222)
    assert address.path == "/run/user/1000/docker.sock"
    assert beta.tls
    assert beta.tls.ca == tmp_path / "keys" / "ca.pem", "paths are those beside the file"


def test_without_a_file_there_is_the_local_host_alone() -> None:
    (local,) = hosts(EngineSettings())
    assert (local.name, local.url) == ("local", None)


def test_the_file_in_the_home_is_found_and_one_that_is_named_wins(
    home: Path, tmp_path: Path
) -> None:
    written(home, '[[host]]\nname = "at-home"')
    assert [each.name for each in hosts(EngineSettings())] == ["at-home"]
    named = written(tmp_path, '[[host]]\nname = "named"')
    assert [each.name for each in hosts(EngineSettings(hosts=named))] == ["named"]


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(HostsError, match=r"nowhere\.toml cannot be read: .*No such file"):
        hosts(EngineSettings(hosts=tmp_path / "nowhere.toml"))


HOST = '[[host]]\nname = "alpha"\n'
SSH = 'url = "ssh://u@h"\n'
TCP = 'url = "tcp://10.0.0.1:2376"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no host in it"),
        ("[[host", "is no TOML"),
        ('[host]\nname = "alpha"', r"write each host as a table of its own, \[\[host\]\]"),
        ("[[host]]\n" + SSH, r"\[\[host\]\] number 1: name: is missing"),
        ('[[host]]\nname = "a.b"\n', r"\[\[host\]\] 'a.b': name: must be 1 to 63 letters"),
        (HOST + 'adress = "x"', r"\[\[host\]\] 'alpha': adress: is not known here"),
        (HOST + 'concurrency = "4"', r"\[\[host\]\] 'alpha': concurrency: .*valid integer"),
        (HOST + "concurrency = 0", "concurrency: .*greater than or equal to 1"),
        (HOST + 'url = "ftp://h"', "url: is no address of an engine"),
        (HOST + 'url = "unix://docker.sock"', "url: names no absolute path"),
        (HOST + 'url = "tcp://h"', "url: must be tcp://host:port"),
        (HOST + 'url = "ssh://u:hunter2@h"', "url: has a password in it"),
        (HOST + 'url = "ssh://-oProxyCommand=x"', "url: must be ssh://user@host:port"),
        (HOST + 'url = "ssh://u@h/a;b"', "url: names no plain path"),
        (HOST + TCP, "`insecure = true`"),
        (HOST + SSH + "insecure = true", "`insecure` belongs to a url that begins with tcp://"),
        (HOST + SSH + "[host.tls]\nca='a'\ncert='b'\nkey='c'", "`tls` belongs to"),
        (HOST + TCP + "[host.ssh]\n", "`ssh` belongs to"),
        (HOST + TCP + "[host.tls]\nca='a'\ncert='b'", r"'alpha': tls\.key: is missing"),
        (HOST + TCP + "[host.tls]\nca='a'\ncert='b'\nkey='c'", r"'alpha': tls\.ca: .*No such file"),
        (HOST + SSH + "[host.ssh]\nidentity='none'", r"'alpha': ssh\.identity: .*No such file"),
        (HOST + SSH + "[host.ssh]\npassword='x'", r"'alpha': ssh\.password: is not known here"),
        (HOST + HOST, "both have name 'alpha'"),
        (HOST + SSH + '[[host]]\nname = "beta"\n' + SSH, "both have url 'ssh://u@h'"),
        (HOST + '[[host]]\nname = "beta"\n', "both have no url"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_file_table_and_key(
    tmp_path: Path, text: str, said: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(HostsError, match=said) as refused:
        read(file)
    assert str(file) in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_keys_that_everybody_may_read_are_refused(tmp_path: Path) -> None:
    key = tmp_path / "identity"
    key.touch()
    key.chmod(0o644)
    file = written(tmp_path, HOST + SSH + '[host.ssh]\nidentity = "identity"')
    with pytest.raises(HostsError, match="everybody may read"):
        read(file)
    key.chmod(0o600)
    assert read(file)


def test_a_file_that_everybody_may_write_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, HOST)
    file.chmod(0o666)
    with pytest.raises(HostsError, match="everybody may write"):
        read(file)


def test_plain_tcp_to_another_machine_may_be_insisted_on(tmp_path: Path) -> None:
    (entry,) = read(written(tmp_path, HOST + TCP + "insecure = true"))
    assert entry.insecure


async def test_a_host_that_is_down_delays_no_other(tmp_path: Path, fake: FakeEngine) -> None:
    fake.says("GET /containers/json", [])
    file = written(
        tmp_path,
        f"""
        [[host]]
        name = "down"
        url = "ssh://u@192.0.2.1"
        labels = {{ env = "prod" }}
        [[host]]
        name = "up"
        url = "{fake.url}"
        """,
    )
    async with asyncio.timeout(5), open_engines(EngineSettings(hosts=file)) as engines:
        assert [each.host for each in engines] == ["down", "up"]
        assert engines.on("down").labels == {"env": "prod"}
        assert (await engines.on("up").run(Ps(quiet=True))).exit_code == 0
        with pytest.raises(RefusedError) as refused:
            engines.on("elsewhere")
        assert refused.value.error.code is Code.UNKNOWN_HOST


async def test_no_more_commands_run_at_once_than_the_host_may_have(
    tmp_path: Path, fake: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACG_ENGINE_TIMEOUT_SECONDS", "0.4")
    for name in ("one", "two", "three"):
        fake.hangs(f"POST /containers/{name}/start")
    file = written(tmp_path, f'{HOST}url = "{fake.url}"\nconcurrency = 2')
    async with open_engines(EngineSettings(hosts=file)) as engines:
        begun = (Start(containers=(name,)) for name in ("one", "two", "three"))
        ended = await asyncio.gather(
            *(engines.on("alpha").run(each) for each in begun), return_exceptions=True
        )
    codes = [each.error.code for each in ended if isinstance(each, RefusedError)]
    assert codes == [Code.OUTCOME_UNKNOWN, Code.OUTCOME_UNKNOWN, Code.DEADLINE_EXCEEDED]
    assert "POST /containers/three/start" not in fake.asked
