"""Service levels from the history: what each caller got of what it was promised.

What counts as what is told once, in `contracts/verdict.py`; docs/metrics.md shows the table.
"""
