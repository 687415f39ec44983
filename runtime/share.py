"""Files that are shipped beside the code: the server's configurations and its streams."""

from pathlib import Path


def nats_files() -> Path:
    """Return the folder of NATS configuration: of the checkout, or of the installed wheel."""
    here = Path(__file__).resolve().parent
    shipped = here / "share" / "nats"
    return shipped if shipped.is_dir() else here.parent / "nats"
