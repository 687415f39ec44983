"""The first process in the namespaces of a private engine.

    python3 -m scripts.engine.first CONFIGURATION

It makes the place ready, starts dockerd and reaps what is orphaned. When it ends, the kernel kills
everything else in there before anybody is told.
"""

import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
from types import FrameType

# A private /run hides a containerd that runs already; dockerd 20.10 writes a key to /etc/docker,
# containerd makes folders in /opt/containerd.
COVERED = ("/etc/docker", "/opt/containerd")
# Control codes and flag of netdevice(7): `ip` is not on every machine.
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1
INTERFACE = "16sh14x"


def main(configuration: str) -> int:
    """Return dockerd's exit status."""
    signal.signal(signal.SIGTERM, _end)
    for place in ("/run", *COVERED):
        subprocess.run(("mount", "-t", "tmpfs", "tmpfs", place), check=True)
    loopback_up()
    daemon = subprocess.Popen(("dockerd", "--config-file", configuration))
    while True:
        ended, status = os.wait()
        if ended == daemon.pid:
            return os.waitstatus_to_exitcode(status)


def loopback_up() -> None:
    """Bring the namespace's loopback up: ports are published on it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        asked = struct.pack(INTERFACE, b"lo", 0)
        _, flags = struct.unpack(INTERFACE, fcntl.ioctl(any_socket, SIOCGIFFLAGS, asked))
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack(INTERFACE, b"lo", flags | IFF_UP))


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
