"""`python -m runtime` is `acg`."""

from runtime.cli import main

main()
