"""Which tests run in one process when several run at a time.

What uses the engine is one unit: comparisons with docker's own CLI see one engine, and nobody
else may change it meanwhile. Every other file is a unit of its own, as its servers are. Of the
ways that pytest-xdist has, `loadgroup` would say the same, and does nothing under pytest 9.2.
"""

from functools import cache
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

ENGINE = "mark.docker"


class EngineAlone(LoadFileScheduling):  # type: ignore[misc] # pytest-xdist has no types
    """Hands out files one by one, and all that mention the engine's mark as one."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return ENGINE if _uses_engine(Path(self.config.rootpath, file)) else file


@cache
def _uses_engine(file: Path) -> bool:
    return ENGINE in file.read_text()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> EngineAlone:
    """Share tests out so, whatever `--dist` says."""
    return EngineAlone(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest: what uses the engine, then files with slow tests."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    if config.getoption("dist", "no") != "no" or hasattr(config, "workerinput"):
        items.sort(key=lambda item: (not _uses_engine(item.path), item.path not in slow))
