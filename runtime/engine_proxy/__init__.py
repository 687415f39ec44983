"""A door to one Docker Engine that shows what `inventory` reads of it, and nothing else.

    inventory -- HTTP over TCP, an internal network --> engine-proxy -- its socket --> the engine

Whoever may open an engine's socket is root on its host, and `inventory` only looks. So the socket
is held by this process, which knows no NATS and no caller. It passes no request on: it makes one of
its own from the few that it knows (views.py), and tells of each answer only the fields that a
picture is made of. The environment of containers, their command lines, and what they print are
never among them.
"""

from runtime.engine_proxy.server import EngineProxy
from runtime.engine_proxy.settings import EngineProxySettings

__all__ = ["EngineProxy", "EngineProxySettings"]
