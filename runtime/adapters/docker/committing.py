"""`docker commit`: an image of a container."""

import re

from contracts.docker.operations import Commit
from contracts.docker.outcome import Outcome
from runtime.adapters.docker import reference
from runtime.adapters.docker.creation import owned
from runtime.adapters.docker.host import Host

FIELDS = "container reference author changes message pause"


async def commit(host: Host, operation: Commit) -> Outcome:
    """Make an image that bears the errand's labels beside the container's own; print its id."""
    params = {
        "author": operation.author,
        "comment": operation.message,
        "container": await host.reference(operation.container),
        "repo": "",
        "tag": "",
    }
    labels = [f"LABEL {_quoted(key)}={_quoted(value)}" for key, value in owned(host, {}).items()]
    if changes := [*operation.changes, *labels]:
        # The engine reads them as the lines of one Dockerfile.
        params["changes"] = "\n".join(changes)
    if operation.reference:
        named = reference.read(operation.reference).tagged()
        params |= {"repo": named.name, "tag": named.tag}
    if not operation.pause:
        params["pause"] = "0"
    made = await host.connection.change(
        "commit",
        params,
        headers={"Content-Type": "application/json"},
        grace=host.settings.wait_timeout.total_seconds(),
    )
    image = str(made["Id"])
    return Outcome(
        stdout=f"{image}\n", data={"image": image, "reference": operation.reference or None}
    )


def _quoted(text: str) -> str:
    """Return a word of a Dockerfile in which nothing is expanded."""
    return '"' + re.sub(r'(["\\$])', r"\\\1", text) + '"'
