"""The two kinds of model: what we wrote ourselves, and what somebody sent us.

Neither says in its errors what it was given: that may be secret, and errors are logged.
"""

from pydantic import BaseModel, ConfigDict


class Fact(BaseModel):
    """Something we stored. Frozen; a reader ignores fields that it does not know.

    Fields are only ever added, each with a default, so that every stored version stays
    readable (NATS ADR-2: only add fields).
    """

    model_config = ConfigDict(
        frozen=True, extra="ignore", ser_json_inf_nan="null", hide_input_in_errors=True
    )


class Strict(BaseModel):
    """Something that came from outside. Frozen; an unknown field or a wrong type is refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        ser_json_inf_nan="null",
        hide_input_in_errors=True,
    )
