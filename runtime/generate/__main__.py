"""Write every generated file that is not as the code has it; remove what nothing makes any more."""

import sys
from pathlib import Path

from runtime.generate.documents import FOLDER, documents


def main(root: Path) -> None:
    """Make the generated files of a checkout equal to its code, and say which changed."""
    wanted = documents()
    for path in sorted((root / FOLDER).glob("*.json")):
        if path.relative_to(root).as_posix() not in wanted:
            path.unlink()
            sys.stdout.write(f"removed {path.relative_to(root)}\n")
    for name, text in wanted.items():
        path = root / name
        if path.is_file() and path.read_text() == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        sys.stdout.write(f"wrote {name}\n")


if __name__ == "__main__":
    here = Path(__file__).parents[2]
    if not (here / "pyproject.toml").is_file():
        sys.exit("There is nothing to generate into: this is no checkout.")
    main(here)
