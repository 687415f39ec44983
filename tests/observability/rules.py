"""The rules as data."""

from pathlib import Path
from typing import Any

import yaml

Rule = dict[str, Any]


def all_rules(operations: Path) -> list[Rule]:
    """Return every rule of every file, in their order; each knows its file."""
    return [
        {**rule, "file": path}
        for path in sorted((operations / "prometheus" / "rules").glob("*.yml"))
        for group in yaml.safe_load(path.read_text())["groups"]
        for rule in group["rules"]
    ]
