"""The face of the runtime: all that a function may import.

Adapters are opened lazily: what a function does not use is not imported into its process.
"""

from runtime.adapters.docker import open_engines
from runtime.calls import ModelCalls
from runtime.declare import function, nothing
from runtime.errors import PermanentError, TransientError
from runtime.secrets import open_detectors, refuse_secrets, without_secrets
from runtime.settings import Settings
from runtime.tokens import Token, Tokens, TokensError, tokens_file

__all__ = [
    "ModelCalls",
    "PermanentError",
    "Settings",
    "Token",
    "Tokens",
    "TokensError",
    "TransientError",
    "function",
    "nothing",
    "open_detectors",
    "open_engines",
    "refuse_secrets",
    "tokens_file",
    "without_secrets",
]
