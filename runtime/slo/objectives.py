"""What is promised to callers: how much of it works, and how much of that how soon."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from contracts.model import Strict
from runtime.settings import Settings

FILE = "slo.toml"

# A promise of all or nothing leaves no budget to compare with.
Percent = Annotated[float, Field(gt=0, lt=100)]
Seconds = Annotated[float, Field(gt=0, le=604_800)]


class SloSettings(Settings, env_prefix="SLO_"):
    """What `acg slo` holds the history to. Rules for alerts have objectives of their own.

    - `file`: a TOML file with objectives, also for single callers; `slo.toml` in ACG_HOME where
      unset, if there is one.
    - `availability`: how many of the requests that count must be good, in percent.
    - `latency`: how many of the good ones must end in time, in percent.
    - `seconds`: what in time means.
    """

    file: Path | None = None
    availability: Percent = 99.5
    latency: Percent = 95.0
    seconds: Seconds = 10.0


class Objective(Strict):
    """What is promised to one caller; what is not set is as for all."""

    availability: Percent | None = None
    latency: Percent | None = None
    seconds: Seconds | None = None


class Objectives(Objective):
    """What is promised to all callers, and to some of them."""

    callers: dict[str, Objective] = Field(default_factory=dict)


class Promise(Strict):
    """What is promised to one caller, as shares of 1 and in seconds."""

    availability: float
    latency: float
    seconds: float


class Promises:
    """The promise to each caller: its own in the file, the settings, the file's, the default."""

    def __init__(self, settings: SloSettings, file: Objectives) -> None:
        self._settings = settings
        self._file = file

    @classmethod
    def read(cls, settings: SloSettings, home: Path) -> "Promises":
        """Read the file, where there is one. Raises ValueError, OSError: says what is wrong."""
        path = settings.file or home / FILE
        if settings.file is None and not path.is_file():
            return cls(settings, Objectives())
        try:
            return cls(settings, Objectives.model_validate(tomllib.loads(path.read_text())))
        except tomllib.TOMLDecodeError as error:
            raise BadFileError(f"{path} is no TOML: {error}") from error
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise BadFileError(f"{path}: {where}: {first['msg']}") from error

    def to(self, caller: str) -> Promise:
        """Return what is promised to a caller."""
        own = self._file.callers.get(caller, Objective())
        return Promise(
            availability=self._of(own, "availability") / 100,
            latency=self._of(own, "latency") / 100,
            seconds=self._of(own, "seconds"),
        )

    def _of(self, own: Objective, name: str) -> float:
        said: float | None = getattr(own, name)
        if said is None and name not in self._settings.model_fields_set:
            said = getattr(self._file, name)
        set_for_all: float = getattr(self._settings, name)
        return set_for_all if said is None else said


class BadFileError(ValueError):
    """The file with the objectives cannot be used; the message says where and why."""
