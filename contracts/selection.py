"""Which hosts a request means by names or labels."""

from contracts.errors import Code, RefusedError
from contracts.world import HostPicture, World

_EVERY = "*"


def chosen(selector: str, world: World) -> tuple[HostPicture, ...]:
    """Return the hosts that a selector names, or that bear all of its labels.

    Raises RefusedError: `unknown_host` for a name that there is not, and where no host is left; the
    reason why a host is not seen, where none of them is.
    """
    terms = selector.split(",")
    if selector == _EVERY:
        found = tuple(world)
    elif "=" in selector:
        labels = dict(term.split("=", 1) for term in terms)
        found = tuple(each for each in world if labels.items() <= each.labels.items())
    else:
        missing = [term for term in terms if term not in world.hosts]
        if missing:
            raise _unknown(f"There is no host {missing[0]!r}.", world)
        found = tuple(world.hosts[term] for term in dict.fromkeys(terms))
    if not found:
        raise _unknown(f"No host bears {selector!r}.", world)
    error = found[0].error
    if error and all(each.error for each in found):
        raise RefusedError(error.code, error.message, error.hint, transport=error.transport)
    return found


def _unknown(message: str, world: World) -> RefusedError:
    return RefusedError(
        Code.UNKNOWN_HOST, message, "Name hosts that there are.", options=tuple(sorted(world.hosts))
    )
