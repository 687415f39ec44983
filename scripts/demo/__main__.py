"""Show the gateway at work: `make demo`.

Three containers, a gateway that can touch those and no others, six requests in words, the
history; then everything is removed. Each answer is held against what the engine itself says.
Exit status: 0 if every answer was right, 1 if not.
"""

import fcntl
import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from scripts.demo.gateway import Gateway, GatewayError, open_gateway
from scripts.demo.shop import SERVICES, Shop, open_shop, sweep
from scripts.engine.api import Address, Engine, EngineError
from scripts.engine.image import ImageError

STATE = Path(__file__).parents[2] / ".acg" / "demo"
EXIT_REJECTED = 3
SHOWN_LINES = 6

Reply = dict[str, Any]


class WrongError(Exception):
    """An answer was not what it should have been."""


def main() -> int:
    """Return the exit status."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _end)
    certificates = os.environ.get("DOCKER_CERT_PATH")
    engine = Engine(
        Address(
            host=os.environ["DOCKER_HOST"],
            certificates=Path(certificates) if certificates else None,
        )
    )
    try:
        with _state(engine) as home:
            show(engine, home)
    except (WrongError, GatewayError, EngineError, ImageError) as error:
        print(f"   ✗ {error}", flush=True)
        return 1
    except KeyboardInterrupt:
        return 130
    print("\nSix requests, six right answers. What this made is removed.")
    print("Yours, where a Docker Engine runs: `.venv/bin/acg up`, and in another terminal")
    print('`.venv/bin/acg run "what is running?"`.')
    return 0


def show(engine: Engine, home: Path) -> None:
    """Show everything once. Raises WrongError at the first answer that is not right."""
    project = f"demo-{secrets.token_hex(2)}"
    (home / project).touch()
    with open_shop(engine, project) as shop, open_gateway(home, shop.label) as gateway:
        print(f"\nThree containers of a shop run: {', '.join(map(shop.name, SERVICES))}.")
        print(f"The gateway sees what bears the label {shop.label}, and nothing else.")
        for number, request in enumerate(REQUESTS, 1):
            print(f"\n{number}. ", end="")
            print(f"   ✓ {request(shop, gateway)}", flush=True)
        print("\nThe history, replayed from the stream by `acg history`:\n", flush=True)
        check(gateway.show_history() == 0, "`acg history` failed")


def what_runs(shop: Shop, gateway: Gateway) -> str:
    """List: all of ours, and nothing else that this engine has."""
    text = answered(gateway, "what is running?")
    rows = text.splitlines()[1:]
    for service in SERVICES:
        check(shop.name(service) in text, f"{service} is missing from the list")
    check(len(rows) == len(SERVICES), f"{len(rows)} containers are listed")
    return "all three, and no container that is not the demo's"


def last_words(_shop: Shop, gateway: Gateway) -> str:
    """Read: the named service's own output."""
    text = answered(gateway, "show the last 3 lines of the orders logs")
    lines = text.splitlines()
    check(0 < len(lines) <= 3, f"{len(lines)} lines came")  # noqa: PLR2004 - as asked for
    check(all(line.startswith("orders: ") for line in lines), "they are not those of orders")
    return "what orders printed"


def use_of_memory(shop: Shop, gateway: Gateway) -> str:
    """Read: figures of all."""
    text = answered(gateway, "how much memory do the containers use?")
    for service in SERVICES:
        check(shop.name(service) in text, f"{service} is missing")
    return "a figure for each"


def restart(shop: Shop, gateway: Gateway) -> str:
    """Change: the engine says itself that it started again."""
    before = shop.state("checkout")["StartedAt"]
    answered(gateway, "restart the checkout service")
    after = shop.state("checkout")
    check(after["Running"], "checkout does not run")
    check(after["StartedAt"] > before, "checkout was not restarted")
    return f"the engine says: started {clock(before)}, and again {clock(after['StartedAt'])}"


def stop(shop: Shop, gateway: Gateway) -> str:
    """Change: one is down, the others are up."""
    answered(gateway, "stop payments-db")
    running = [service for service in SERVICES if shop.state(service)["Running"]]
    check(running == ["checkout", "orders"], f"now {running} run")
    return "the engine says: payments-db is down, the others are up"


def remove(shop: Shop, gateway: Gateway) -> str:
    """Refuse: what destroys is not allowed, and did not happen."""
    status, reply = ask(gateway, "remove the checkout container")
    error = reply["error"] or {}
    print(f"     refused ({error.get('code')}): {error.get('message')}")
    print(f"     {error.get('hint') or ''}")
    check(reply["status"] == "rejected", f"the answer is {reply['status']}")
    check(status == EXIT_REJECTED, f"the exit status is {status}")
    check(bool(error.get("message")), "no reason is given")
    check(shop.state("checkout")["Running"], "checkout does not run any more")
    return "refused with its reason, and checkout runs on"


REQUESTS: tuple[Callable[[Shop, Gateway], str], ...] = (
    what_runs,
    last_words,
    use_of_memory,
    restart,
    stop,
    remove,
)


def ask(gateway: Gateway, words: str) -> tuple[int, Reply]:
    """Ask, and show what became of it, stage by stage."""
    print(f'acg run "{words}"', flush=True)
    status, reply = gateway.ask(words)
    for step in reply["steps"]:
        print(f"     {step['command']}   [{step['risk']}]")
    stages = "  ".join(f"{stage} {ms:.1f}" for stage, ms in reply["timings"].items())
    print(f"     {reply['status']}; milliseconds: {stages}")
    return status, reply


def answered(gateway: Gateway, words: str) -> str:
    """Ask for what is allowed; return what docker would have printed."""
    status, reply = ask(gateway, words)
    if reply["error"]:
        print(f"     {reply['error']['code']}: {reply['error']['message']}")
    text = "".join(step["stdout"] for step in reply["steps"])
    for line in text.splitlines()[:SHOWN_LINES]:
        print(f"     | {line}")
    good = reply["status"] == "executed" and reply["outcome"] == "succeeded"
    check(good and status == 0, f"{reply['status']}, {reply['outcome']}, exit status {status}")
    return text


def check(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as the sentence it is
    """Raise WrongError with the sentence unless it holds."""
    if not holds:
        raise WrongError(otherwise)


def clock(moment: str) -> str:
    """Return the time of day of the engine's timestamp, to the millisecond."""
    return moment.partition("T")[2][:12]


@contextmanager
def _state(engine: Engine) -> Iterator[Path]:
    """Give a folder for this run; what a killed run left, containers included, goes first."""
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise WrongError("another `make demo` runs in this folder") from error
        for left in STATE.glob("run-*"):
            for project in left.glob("demo-*"):
                sweep(engine, project.name)
            shutil.rmtree(left)
        home = Path(tempfile.mkdtemp(prefix="run-", dir=STATE))
        try:
            yield home
        finally:
            shutil.rmtree(home)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
