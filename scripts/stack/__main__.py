"""Replace the containers of services by new ones, with nothing lost in between.

    python3 -m scripts.stack [OPTIONS OF COMPOSE...] roll SERVICE...

As many new ones as a service has are started, with the image and settings of now; once they are
healthy the old ones are stopped, one after the other, each of them drained. Exit status: 1 where
something did not come up; then nothing old was stopped.
"""

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.stack.compose import Stack, StackError
from scripts.stack.standins import ROOT, StandInError

USAGE = 2


def main(arguments: Sequence[str]) -> int:
    """Return the exit status."""
    options, services = split(arguments)
    if not services:
        sys.stderr.write(f"{(__doc__ or '').strip()}\n")
        return USAGE
    stack = Stack(project(ROOT), options=options)
    try:
        for service in services:
            print(f"Rolling {service}.", flush=True)
            stack.roll(service)
    except (StackError, StandInError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def project(folder: Path) -> str:
    """Return the project's name as compose finds it, for a compose.yaml in this folder."""
    named = os.environ.get("COMPOSE_PROJECT_NAME")
    return named or re.sub(r"[^a-z0-9_-]", "", folder.name.lower()).lstrip("_-")


def split(arguments: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the options of compose, and the services to be rolled."""
    if "roll" not in arguments:
        return tuple(arguments), ()
    at = list(arguments).index("roll")
    return tuple(arguments[:at]), tuple(arguments[at + 1 :])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
