"""The demonstration: a small shop on a Docker Engine, and a gateway that looks after it."""
