"""Play the project's own scenarios on a real engine: `make eval-engine`.

    python -m scripts.eval_engine [OPTIONS of acg eval --engine]

It makes the image that their containers are of, without a registry, and removes it at the end.
Exit codes: those of `acg eval --engine`; 5 where the image cannot be had.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from scripts.engine.api import Engine, EngineError
from scripts.engine.find import ChosenError, NotFoundError, find
from scripts.engine.image import ImageError, busybox_image

SCENARIOS = Path("tests/evals/scenarios.jsonl")
ACG = [sys.executable, "-m", "runtime", "eval", "--engine", str(SCENARIOS)]
FAILED = 5


def main(*words: str) -> int:
    """Play them; return the exit code."""
    try:
        with busybox_image(Engine(find(os.environ, Path.home()))) as image:
            return played("--image", image, *words)
    except (ChosenError, NotFoundError, EngineError, ImageError) as error:
        sys.stderr.write(f"eval-engine: {error}\n")
        return FAILED


def played(*words: str) -> int:
    """Run `acg`, and let it clean up in peace when somebody ends us."""
    process = subprocess.Popen([*ACG, *words])
    kept = {
        told: signal.signal(told, lambda number, _: process.send_signal(number))
        for told in (signal.SIGTERM, signal.SIGHUP)
    }
    kept[signal.SIGINT] = signal.signal(signal.SIGINT, signal.SIG_IGN)  # it hears Ctrl-C itself
    try:
        return process.wait()
    finally:
        for told, handler in kept.items():
            signal.signal(told, handler)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
