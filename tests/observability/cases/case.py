"""One case of an alert, in promtool's notation of series.

`0+6x30` is a counter that goes up by 6 a minute, for 30 minutes.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """What is measured, and what an alert makes of it after some time.

    - `at`: when to look; the first sample is at 0.
    - `fires`: the labels under which it fires; None where it must be quiet.
    - `summary`: what a person then reads.
    - `not_yet`: when it is so already, but has not lasted long enough to fire.
    - `step`: between samples. Rules are judged each minute, over longer steps each
      hour.
    """

    alert: str
    because: str
    series: Mapping[str, str]
    at: str
    fires: Mapping[str, str] | None = None
    summary: str = ""
    step: str = "1m"
    not_yet: str = ""

    @property
    def judged(self) -> str:
        """How often the rules are judged."""
        return "1m" if self.step == "1m" else "1h"
