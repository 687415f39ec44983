"""Turn skips into failures where what a test needs is said to be there.

`--require=docker,node` fails a test that is skipped although it is marked `docker`, or although
its reason begins with `node:`. A CI that has an engine must not turn green without having used it.
"""

from collections.abc import Generator

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--require",
        default="",
        metavar="NAMES",
        help="fail tests skipped for want of these (comma between): "
        "docker, nats, node, prometheus, ssh",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if not report.skipped or hasattr(report, "wasxfail"):
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    for name in filter(None, item.config.getoption("--require").split(",")):
        if item.get_closest_marker(name) or reason.removeprefix("Skipped: ").startswith(f"{name}:"):
            report.outcome = "failed"
            report.longrepr = f"{name} is required here, yet the test was skipped: {reason}"
    return report
