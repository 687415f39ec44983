"""Measure the docker language on a folder of items: predict, score, print the tables.

    python -m scripts.eval_cli FOLDER [dev|heldout|all]

The folder holds `cli_corpus.jsonl`, `safety.jsonl` and what else there is, whole or in a folder
for each split, and may hold `worlds.json` and its own `score.py`. Nothing of it is copied.
Exit codes: 0 measured and nothing dangerous, 1 something was called too harmless or is no item,
2 there is nothing to measure.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ACG = [sys.executable, "-m", "runtime"]
HOW = """\
There is nothing to measure: {why}.
Name a folder of items: make eval-cli EVALS=FOLDER [SPLIT=dev]
The project's own items: acg eval predict tests/evals/cli.jsonl --out predictions.jsonl
                         acg eval score tests/evals/cli.jsonl --predictions predictions.jsonl
"""


def main(folder: str, split: str = "dev") -> int:
    """Measure and print; return the exit code."""
    root = Path(folder)
    if not folder or not root.is_dir():
        sys.stderr.write(
            HOW.format(why=f"{folder!r} is no folder" if folder else "EVALS is not set")
        )
        return 2
    split = split if (root / split).is_dir() else "all"
    files = sorted((root if split == "all" else root / split).glob("*.jsonl"))
    if not files:
        sys.stderr.write(HOW.format(why=f"{folder!r} has no items for the split {split!r}"))
        return 2
    with tempfile.TemporaryDirectory() as made:
        predictions = str(Path(made) / "predictions.jsonl")
        worlds = root / "worlds.json"
        known = ["--worlds", str(worlds)] if worlds.is_file() else []
        named = [str(path) for path in files]
        predicted = acg("predict", *named, *known, "--out", predictions)
        if predicted == 2:  # noqa: PLR2004 -- usage, as the command's help says
            return 2
        print(f"By the project's own score ({split}):")
        scored = acg("score", *named, *known, "--predictions", predictions, "--errors", "20")
        scorer = root / "score.py"
        if scorer.is_file():
            print(f"\nBy {scorer}:", flush=True)
            subprocess.run(
                [sys.executable, str(scorer), predictions, "--split", split, "--dir", folder],
                check=False,
            )
    return max(predicted, scored)


def acg(*words: str) -> int:
    """Run one `acg eval` command; return its exit code."""
    sys.stdout.flush()
    return subprocess.run([*ACG, "eval", *words], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
