"""What goes on by itself until somebody ends it: its end by time, lines or cancel is no error."""

from contracts.docker.operations import ComposeLogs, Events, Logs, Operation, Stats


def follows(operation: Operation) -> bool:
    """Say whether an operation prints on and on, and changes nothing by it."""
    match operation:
        case Logs(follow=follow) | ComposeLogs(follow=follow):
            return follow
        case Stats(stream=stream):
            return stream
        case Events():
            return True
        case _:
            return False
