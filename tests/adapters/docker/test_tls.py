"""An engine over TLS: both sides prove who they are, or nothing is sent."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from contracts.docker.operations import Ps, Restart, Version
from contracts.errors import Code, Error, RefusedError
from runtime.adapters.docker import Engine, EngineSettings, open_docker
from runtime.adapters.docker.hosts import read
from scripts.engine import api
from tests.adapters.docker.certificates import Authority, Pair, tls_front
from tests.adapters.docker.fake_engine import FakeEngine


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "authority")


@pytest.fixture
def ours(authority: Authority) -> Pair:
    return authority.signs("gateway", server=False)


@asynccontextmanager
async def reached(
    folder: Path, port: int, ca: Path, ours: Pair, more: str = ""
) -> AsyncIterator[Engine]:
    file = folder / "hosts.toml"
    file.write_text(f"""
        [[host]]
        name = "far"
        url = "tcp://127.0.0.1:{port}"
        [host.tls]
        ca = "{ca}"
        cert = "{ours.cert}"
        key = "{ours.key}"
        {more}
    """)
    (entry,) = read(file)
    async with open_docker(EngineSettings(), entry) as engine:
        yield engine


async def refused(engine: Engine) -> Error:
    with pytest.raises(RefusedError) as caught:
        await engine.run(Restart(containers=("web",)))
    assert caught.value.error.code is Code.ENGINE_UNREACHABLE
    assert caught.value.error.hint
    return caught.value.error


async def test_who_proves_who_he_is_is_served(
    tmp_path: Path, fake: FakeEngine, authority: Authority, ours: Pair
) -> None:
    fake.says("GET /containers/json", [])
    server = authority.signs("127.0.0.1", server=True)
    socket = fake.url.removeprefix("unix://")
    with tls_front(socket, server, authority.ca) as port:
        async with reached(tmp_path, port, authority.ca, ours) as engine:
            assert (await engine.run(Ps(quiet=True))).exit_code == 0


async def test_an_engine_of_another_authority_is_refused(
    tmp_path: Path, fake: FakeEngine, authority: Authority, ours: Pair
) -> None:
    server = authority.signs("127.0.0.1", server=True)
    other = Authority(tmp_path, "other")
    with tls_front(fake.url.removeprefix("unix://"), server, authority.ca) as port:
        async with reached(tmp_path, port, other.ca, ours) as engine:
            error = await refused(engine)
    assert "is not vouched for" in error.message
    assert "`ca`" in error.hint
    assert fake.asked == []


async def test_a_certificate_for_another_name_is_refused_unless_the_name_is_written(
    tmp_path: Path, fake: FakeEngine, authority: Authority, ours: Pair
) -> None:
    fake.says("GET /containers/json", [])
    server = authority.signs("engine.example", server=True)
    with tls_front(fake.url.removeprefix("unix://"), server, authority.ca) as port:
        async with reached(tmp_path, port, authority.ca, ours) as engine:
            error = await refused(engine)
            assert "is for another name" in error.message
            assert "server_name" in error.hint
            assert fake.asked == []
        name = 'server_name = "engine.example"'
        async with reached(tmp_path, port, authority.ca, ours, name) as engine:
            assert (await engine.run(Ps(quiet=True))).exit_code == 0


@pytest.mark.parametrize(
    ("version", "said"),
    [
        # In 1.3 the handshake is over, for us, before the engine has seen our certificate.
        (ssl.TLSVersion.TLSv1_2, "TLS failed"),
        # What comes first then, its alert or the end of the connection, is chance.
        (ssl.TLSVersion.TLSv1_3, "cannot be reached"),
    ],
)
async def test_a_client_whom_the_engine_does_not_know_is_told_so(
    tmp_path: Path, fake: FakeEngine, authority: Authority, version: ssl.TLSVersion, said: str
) -> None:
    server = authority.signs("127.0.0.1", server=True)
    stranger = Authority(tmp_path, "other").signs("stranger", server=False)
    with tls_front(fake.url.removeprefix("unix://"), server, authority.ca, version) as port:
        async with reached(tmp_path, port, authority.ca, stranger) as engine:
            error = await refused(engine)
    assert said in error.message
    assert "--tlscacert" in error.hint
    assert fake.asked == []


async def test_certificates_that_were_renewed_are_read_again(
    tmp_path: Path, fake: FakeEngine, authority: Authority
) -> None:
    fake.says("GET /containers/json", [])
    server = authority.signs("127.0.0.1", server=True)
    stranger = Authority(tmp_path, "other").signs("gateway", server=False)
    with tls_front(fake.url.removeprefix("unix://"), server, authority.ca) as port:
        async with reached(tmp_path, port, authority.ca, stranger) as engine:
            await refused(engine)
            authority.signs("gateway", server=False)
            assert (await engine.run(Ps(quiet=True))).exit_code == 0


async def test_a_key_that_belongs_to_no_certificate_is_told(
    tmp_path: Path, authority: Authority, ours: Pair
) -> None:
    other = authority.signs("another", server=False)
    async with reached(tmp_path, 1, authority.ca, Pair(ours.cert, other.key)) as engine:
        assert "certificates for TLS cannot be used" in (await refused(engine)).message


@pytest.mark.docker
async def test_a_real_engine_is_reached_over_tls(
    tmp_path: Path, engine: api.Engine, authority: Authority, ours: Pair
) -> None:
    server = authority.signs("127.0.0.1", server=True)
    socket = engine.address.host.removeprefix("unix://")
    with tls_front(socket, server, authority.ca) as port:
        async with reached(tmp_path, port, authority.ca, ours) as far:
            assert (await far.run(Version(format="{{.Server.Version}}"))).stdout.strip()
            assert (await far.picture()).host == "far"
