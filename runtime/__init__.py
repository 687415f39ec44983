"""The face of the runtime: all that a function may import."""
