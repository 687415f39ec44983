"""What `engine-proxy` can be told."""

from typing import Annotated

from pydantic import Field, PositiveFloat, PositiveInt

from runtime.settings import Settings


class EngineProxySettings(Settings, env_prefix="ENGINE_PROXY_"):
    """Where it listens, for which engine, and how much of anything at once.

    - `listen`, `port`: the address; port 0 takes a free one. There is no authentication: keep it
      on a network that `inventory` alone shares.
    - `host`: the host of hosts.toml whose engine is shown, where there are several.
    - `connections`: how many requests at once; `streams`: how many of them may follow events.
    - `request_seconds`: how long a request may take to arrive; `write_seconds`: how long its caller
      may take nothing of the answer.
    """

    listen: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 2375
    host: str | None = None
    connections: PositiveInt = 64
    streams: PositiveInt = 16
    request_seconds: PositiveFloat = 10.0
    write_seconds: PositiveFloat = 30.0
