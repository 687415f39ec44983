"""`docker compose` for projects that exist, known by their containers' labels.

What is printed is what compose v2 prints where there is no terminal.
"""

from runtime.adapters.docker.compose.changes import kill, pause, restart, rm, start, stop, unpause
from runtime.adapters.docker.compose.lists import images, ls, ps, top
from runtime.adapters.docker.compose.logs import logs

__all__ = [
    "images",
    "kill",
    "logs",
    "ls",
    "pause",
    "ps",
    "restart",
    "rm",
    "start",
    "stop",
    "top",
    "unpause",
]
