"""A process that waits for work takes no more memory than it is allowed."""

from pathlib import Path

import pytest

from runtime import discover
from tests.rest import functions, limit


@pytest.mark.slow
@pytest.mark.timeout(180)  # seven processes at once, on a machine that may be busy
async def test_each_function_at_rest_keeps_within_its_memory(tmp_path: Path) -> None:
    found = await functions(tmp_path)
    assert [each.name for each in found] == discover.names()
    assert {
        each.name: round(each.rss_mb, 1) for each in found if each.rss_mb > limit(each.name)
    } == {}
