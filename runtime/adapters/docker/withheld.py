"""Why some of what the grammar reads is not sent to an engine."""

from contracts.docker.grammar import command_of
from contracts.docker.operations import Operation
from contracts.errors import Code, RefusedError

_READS = "would read a file of the gateway's own host"
_WRITES = "would write a file on the gateway's own host"
_REASONS = {
    "cidfile": (_WRITES, "the id is in the answer"),
    "env_files": (_READS, "give each variable by --env NAME=value"),
    "label_files": (_READS, "give each label by --label key=value"),
    "use_api_socket": (
        "would hand the engine itself, and the gateway's credentials, to a container",
        "ask the gateway for what the container would ask of the engine",
    ),
}
"""By field: what its flag would do, and what to do instead."""


def refusal(operation: Operation, field: str) -> RefusedError:
    """Return the refusal of an operation for one of its fields, in the words of its flag."""
    flags = {flag.target: flag.name for flag in command_of(operation).flags}
    flag = f"--{flags.get(field, field.replace('_', '-'))}"
    why, instead = _REASONS.get(field, ("is not supported", ""))
    return RefusedError(
        Code.UNSUPPORTED_COMMAND,
        f"docker {operation.verb} {flag} {why}.",
        f"Leave {flag} out; {instead}." if instead else f"Leave {flag} out.",
    )
