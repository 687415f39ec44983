"""Import no more than a call needs: most of the time of a short command is its imports."""

import contextlib
import gc
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def light(*unneeded: str) -> Iterator[None]:
    """Import inside this block without packages that libraries take up only if they are there.

    For those libraries they are not installed; imported after the block they are as ever.
    """
    held = {name: sys.modules.get(name) for name in unneeded}
    missing: dict[str, None] = dict.fromkeys(name for name, found in held.items() if not found)
    sys.modules.update(missing)  # type: ignore[arg-type] # None is how Python marks what cannot be imported
    gc.disable()  # what modules make stays: there is no garbage to look for
    try:
        yield
    finally:
        gc.enable()
        for name in missing:
            del sys.modules[name]
