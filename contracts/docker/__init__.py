"""The docker language: lines that people read, operations that the gateway runs."""
