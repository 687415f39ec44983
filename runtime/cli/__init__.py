"""The command line, `acg`: one file per group of commands."""

from runtime.cli.app import main

__all__ = ["main"]
