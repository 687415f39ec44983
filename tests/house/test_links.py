"""Every page can be found, and every link leads somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


@pytest.fixture
def pages(root: Path) -> list[Path]:
    return [root / "README.md", root / "CHANGELOG.md", *(root / "docs").rglob("*.md")]


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Yield where a page's relative links lead: the path, and the heading on that page if any."""
    for link in _LINK.findall(_BLOCK.sub("", page.read_text())):
        if "://" not in link:
            path, _, heading = link.partition("#")
            yield (page.parent / path).resolve() if path else page, heading


def anchors(page: Path) -> set[str]:
    """Return the names of a page's headings, as forges make them."""
    found = _HEADING.findall(_BLOCK.sub("", page.read_text()))
    return {re.sub(r"[^\w -]", "", each.lower()).strip().replace(" ", "-") for each in found}


def test_every_link_leads_to_a_page_and_a_heading_that_are_there(pages: list[Path]) -> None:
    assert [
        f"{page.name}: {path.name}#{heading}"
        for page in pages
        for path, heading in links(page)
        if not path.exists() or (heading and heading not in anchors(path))
    ] == []


def test_every_page_is_reached_from_the_readme(root: Path, pages: list[Path]) -> None:
    seen, found = set[Path](), [root / "README.md"]
    while found:
        page = found.pop()
        if page in seen:
            continue
        seen.add(page)
        if page.is_dir():
            found += page.glob("*.md")
        elif page.suffix == ".md":
            found += [path for path, _ in links(page) if path.exists()]
    assert sorted(page.name for page in pages if page not in seen) == []
