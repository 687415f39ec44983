"""One function as a process that can be told where to die.

`KILL_POINT=execute.claimed KILL_NTH=3 python function.py execute` serves like `acg serve
execute`, and is gone as by kill -9 when that point is reached for the third time.
"""

import os
import signal
import sys
from pathlib import Path

import uvloop

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from runtime import discover, log, points
from runtime.serve import serving, until_told
from runtime.settings import AcgSettings, LinkSettings


def arm(point: points.Point, nth: int) -> None:
    left = nth

    def reached(here: points.Point, _: str) -> None:
        nonlocal left
        if here is point:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    points.on_reach(reached)


async def serve(name: str) -> None:
    async with serving([discover.find(name)], AcgSettings(), LinkSettings()):
        await until_told()


if __name__ == "__main__":
    if named := os.environ.get("KILL_POINT"):
        arm(points.Point(named), int(os.environ.get("KILL_NTH", "1")))
    log.configure("info", "json")
    uvloop.run(serve(sys.argv[1]))
