"""Which version of the gateway this is."""

from importlib import metadata

VERSION = metadata.version("ai-command-gateway")
