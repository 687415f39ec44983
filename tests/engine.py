"""Fixtures for tests on a real Docker Engine; without one they skip, and say so."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.engine.api import Engine
from scripts.engine.find import ChosenError, NotFoundError, find
from scripts.engine.image import busybox_image


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Give the engine that docker would use."""
    try:
        return Engine(find(os.environ, Path.home()))
    except (ChosenError, NotFoundError) as error:
        pytest.skip(f"docker: {error} (`make test` starts an engine where it may)")


@pytest.fixture(scope="session")
def busybox(engine: Engine) -> Iterator[str]:
    """Give the name of a small image with every applet of busybox; removed at the end."""
    with busybox_image(engine) as name:
        yield name
