"""`acg run`, `acg plan`, `acg status`: ask, and see the answer."""

from secrets import token_hex
from typing import Annotated

import typer

from contracts.requests import RunRequest
from runtime.cli.app import app, exit_code, run
from runtime.cli.attach import attached


@app.command(name="run")
def run_(
    words: Annotated[list[str], typer.Argument(help="What should happen, in words.")],
    *,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Ask for something in words, or as a docker line."""
    text = " ".join(words)
    reply = run(_ask(text), quiet=True)
    typer.echo(reply.model_dump_json(indent=2))
    raise typer.Exit(exit_code(reply))


async def _ask(text: str):
    key = token_hex(8)
    request = (
        RunRequest(command=text, idempotency_key=key)
        if text.startswith("docker ")
        else RunRequest(request=text, idempotency_key=key)
    )
    async with attached() as gateway:
        return await gateway.run(request)
