"""Find the functions: the function `validate` is `functions.validate.validate`."""

import importlib
import pkgutil
from functools import cache

from runtime.declare import Function, declared

_PACKAGE = "functions"


def names() -> list[str]:
    """Return the names of a gateway's functions, in the order of the alphabet; doors are none."""
    return [each.name for each in everything()]


def modules() -> list[str]:
    """Return the names of all functions, doors among them, without importing any."""
    package = importlib.import_module(_PACKAGE)
    return sorted(each.name for each in pkgutil.iter_modules(package.__path__))


@cache
def find(name: str) -> Function:
    """Return the function of this name. Raises LookupError, naming those there are."""
    if name not in modules():
        raise LookupError(f"there is no function {name!r}; there are {', '.join(modules())}")
    module = importlib.import_module(f"{_PACKAGE}.{name}")
    found = declared(getattr(module, name, None) or (lambda: None))
    if found is None or found.name != name:
        raise LookupError(f"the module functions.{name} declares no function of that name")
    return found


def everything() -> list[Function]:
    """Return all functions that make up a gateway."""
    return [each for each in map(find, modules()) if not each.is_door]


def doors() -> list[Function]:
    """Return the doors, which are served only where they are named."""
    return [each for each in map(find, modules()) if each.is_door]
