"""Find the functions: the function `validate` is `functions.validate.validate`."""

import importlib
import pkgutil
from functools import cache

from runtime.declare import Function, declared

_PACKAGE = "functions"


def names() -> list[str]:
    """Return the names of all functions, in the order of the alphabet."""
    package = importlib.import_module(_PACKAGE)
    return sorted(each.name for each in pkgutil.iter_modules(package.__path__))


@cache
def find(name: str) -> Function:
    """Return the function of this name. Raises LookupError, naming those there are."""
    if name not in names():
        raise LookupError(f"there is no function {name!r}; there are {', '.join(names())}")
    module = importlib.import_module(f"{_PACKAGE}.{name}")
    found = declared(getattr(module, name, None) or (lambda: None))
    if found is None or found.name != name:
        raise LookupError(f"the module functions.{name} declares no function of that name")
    return found


def everything() -> list[Function]:
    """Return all functions."""
    return [find(name) for name in names()]
