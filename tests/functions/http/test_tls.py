"""TLS: without it the door is for this machine alone; with it, for whoever checks who it is."""

import asyncio
import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import ValidationError

from functions.http.settings import HttpSettings
from tests.functions.http.conftest import WITHIN_S, opened

pytestmark = pytest.mark.slow

ANY = "0.0.0.0"  # noqa: S104 - that it is refused without TLS is what is tested


def certificate(folder: Path, serial: int) -> tuple[Path, Path]:
    """Write a certificate for 127.0.0.1 that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "acg test")])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


async def served_serial(port: int) -> int:
    """Return the serial number of the certificate that a new connection gets."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    return x509.load_der_x509_certificate(shown).serial_number


async def test_with_a_certificate_it_speaks_tls_and_nothing_else(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, 1)
    trusting = ssl.create_default_context(cafile=cert)
    settings = {"HTTP_TLS_CERTIFICATE": str(cert), "HTTP_TLS_KEY": str(key), "HTTP_HOST": ANY}
    async with opened(tmp_path, **settings) as site:
        status, headers, reply = await site.ask(
            "POST", "/v1/commands", json={"command": "docker ps"}, ssl=trusting
        )
        assert (status, reply["status"]) == (200, "executed")
        assert "max-age=" in headers["strict-transport-security"]
        answer = await site.raw(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"HTTP/1.1 200" not in answer
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        old.set_ciphers("AES128-SHA:@SECLEVEL=0")
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection("127.0.0.1", site.port, ssl=old)
        certificate(tmp_path, 2)
        async with asyncio.timeout(WITHIN_S):
            while await served_serial(site.port) != 2:
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("host", [ANY, "::", "192.0.2.1"])
def test_without_tls_it_listens_to_no_network_and_says_what_to_do(host: str) -> None:
    with pytest.raises(ValidationError, match="set HTTP_TLS_CERTIFICATE and HTTP_TLS_KEY"):
        HttpSettings(host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_needs_no_certificate(host: str) -> None:
    assert HttpSettings(host=host).tls is None


@pytest.mark.parametrize("host", ["example.com", "127.0.0.1.evil.example", "", "0"])
def test_what_is_no_address_is_refused(host: str) -> None:
    with pytest.raises(ValidationError, match="is no address"):
        HttpSettings(host=host)


def test_a_certificate_without_its_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="set both"):
        HttpSettings(tls_certificate=tmp_path / "cert.pem")
    with pytest.raises(ValidationError, match="set both"):
        HttpSettings(tls_key=tmp_path / "key.pem")


async def test_a_certificate_that_cannot_be_used_is_told_at_the_start(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path, 1)
    key.write_text("no key")
    settings = {"HTTP_TLS_CERTIFICATE": str(cert), "HTTP_TLS_KEY": str(key)}
    with pytest.raises(OSError, match=r"HTTP_TLS_CERTIFICATE .* cannot be used"):
        async with opened(tmp_path, **settings):
            pass


async def test_a_port_that_is_taken_is_told_at_the_start(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    async with opened(tmp_path) as site:
        with pytest.raises(OSError, match=r"cannot listen on 127\.0\.0\.1 port .* set HTTP_PORT"):
            async with opened(other, HTTP_PORT=str(site.port)):
                pass
