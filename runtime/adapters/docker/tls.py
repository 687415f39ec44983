"""TLS to an engine: it is verified by its certificate and name, and we prove who we are by ours."""

import ssl
from dataclasses import dataclass

from contracts.errors import Code, RefusedError
from runtime.adapters.docker.hosts import Tls

_OTHER_NAME = (
    "Write the name that its certificate bears as `server_name` under the host's `tls`, or use"
    " that name in the url. If you do not know that name, somebody else answers there."
)
_OTHER_AUTHORITY = (
    "See that `ca` under the host's `tls` is the authority that signed the engine's certificate."
    " If it is, somebody else answers there."
)
NOT_TAKEN = (
    "If it does not take our certificate: `cert` under the host's `tls` must be signed by the"
    " authority that the engine was given (dockerd --tlscacert), for clients, and be valid today."
    " If it speaks no TLS: see the port."
)


@dataclass(frozen=True)
class Keys:
    """The files of a TLS client, and when they were written: renewed ones are read again."""

    files: Tls
    written: tuple[int, ...]


def keys(files: Tls) -> Keys:
    """Return the files as they are at this moment. Raises RefusedError."""
    try:
        paths = (files.ca, files.cert, files.key)
        return Keys(files, tuple(each.stat().st_mtime_ns for each in paths))
    except OSError as error:
        raise _unusable(files, error) from error


def context(files: Tls) -> ssl.SSLContext:
    """Return what verifies the engine and offers our certificate. Raises RefusedError."""
    try:
        made = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(files.ca))
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        # A key with a passphrase would be asked for at the terminal.
        made.load_cert_chain(str(files.cert), str(files.key), password=_no_passphrase)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise _unusable(files, error) from error
    return made


def _no_passphrase() -> str:
    raise ValueError("the key has a passphrase, which nobody can type here")


def _unusable(files: Tls, error: Exception) -> RefusedError:
    said = getattr(error, "strerror", None) or str(error)
    return RefusedError(
        Code.ENGINE_UNREACHABLE,
        f"The certificates for TLS cannot be used: {said}.",
        f"See {files.ca}, {files.cert} and {files.key}: PEM files, the key without a passphrase"
        " and belonging to the certificate.",
    )


def refused(error: BaseException) -> tuple[str, str] | None:
    """Return why TLS failed and what to do about it; None where something else did."""
    cause: BaseException | None = error
    while cause is not None:
        # aiohttp's own error is an SSLError as well, but the one within tells more.
        within = getattr(cause, "certificate_error", None) or getattr(cause, "os_error", None)
        if within is None and isinstance(cause, ssl.SSLError):
            break
        cause = within or cause.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        said = cause.verify_message.rstrip(".")
        if "mismatch" in said or "not valid for" in said:
            return f"its certificate is for another name ({said})", _OTHER_NAME
        return f"its certificate is not vouched for ({said})", _OTHER_AUTHORITY
    if isinstance(cause, ssl.SSLError):
        reason = (cause.reason or str(cause)).replace("_", " ").lower()
        return f"TLS failed ({reason})", NOT_TAKEN
    return None
