"""Let the gateway be the agent of a folder's scenarios: `make eval-scenarios EVALS=FOLDER`.

    python -m scripts.eval_scenarios FOLDER [OPTIONS of its run_scenarios.py]

The folder holds `run_scenarios.py` and `agent_scenarios.jsonl`; they set up containers, send a
request to the agent's standard input, and check the engine and the answer afterwards. The agent is
`acg run` at a gateway of its own with the builtin generator, which may destroy. It sees the whole
engine, as the scenarios' own checks do. The image `busybox:local` is made for the run unless it is
there, and removed. Exit codes: the runner's own (0 all passed, 1 not all); 2 where there is
nothing to play, 5 where gateway or image cannot be had.
"""

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from scripts.demo.gateway import ACG, GatewayError, open_gateway
from scripts.engine.api import Engine, EngineError
from scripts.engine.find import ChosenError, NotFoundError, find
from scripts.engine.image import ImageError, busybox_image

NOTHING, FAILED = 2, 5
ALL_RISKS = '["read", "mutate", "destroy"]'
ANSWER_SECONDS = 120
IMAGE = ("busybox", "local")
ASK = "ask"


def main(folder: str, *options: str) -> int:
    """Play them; return the exit code."""
    runner = Path(folder) / "run_scenarios.py"
    if not folder or not runner.is_file():
        sys.stderr.write("Name a folder of scenarios: make eval-scenarios EVALS=FOLDER\n")
        return NOTHING
    os.environ["VALIDATE_ALLOW_RISK"] = ALL_RISKS
    try:
        with ExitStack() as stack:
            engine = Engine(find(os.environ, Path.home()))
            stack.enter_context(local_image(engine))
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="acg-eval-")))
            gateway = stack.enter_context(open_gateway(home, label=""))
            agent = shlex.join([sys.executable, "-m", "scripts.eval_scenarios", ASK])
            return subprocess.run(
                [sys.executable, str(runner.resolve()), "--agent", agent, *options],
                env=gateway.environment | engine.address.environment(),
                check=False,
            ).returncode
    except (ChosenError, NotFoundError, EngineError, ImageError, GatewayError) as error:
        sys.stderr.write(f"eval-scenarios: {error}\n")
        return FAILED


@contextmanager
def local_image(engine: Engine) -> Iterator[None]:
    """Give the image that the scenarios are of its name; what was there before stays."""
    repository, tag = IMAGE
    name = f"{repository}:{tag}"
    tags = (
        each for image in engine.json("GET", "/images/json") for each in image["RepoTags"] or ()
    )
    if name in tags:
        yield
        return
    with busybox_image(engine) as made:
        engine.call("POST", f"/images/{made}/tag", query={"repo": repository, "tag": tag})
        try:
            yield
        finally:
            engine.call("DELETE", f"/images/{name}", query={"force": "true"})


def ask() -> int:
    """Be the agent for one request: read it, ask, print the answer."""
    words = sys.stdin.read().strip()
    return subprocess.run(
        [ACG, "run", "--", words],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        timeout=ANSWER_SECONDS,
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(ask() if sys.argv[1:] == [ASK] else main(*(sys.argv[1:] or [""])))
