"""`acg output`: what a command printed, in full, and live while it runs."""

import sys
from datetime import timedelta
from typing import Annotated, TextIO

import typer

from contracts.requests import OutputChunk, Reply
from runtime.cli import asking, show
from runtime.cli.app import FAILED, OK, REJECTED, USAGE, commands, run
from runtime.cli.attach import Attached, persist
from runtime.cli.terminal import is_terminal, pass_on, say, write_json
from runtime.client import Gateway

app = commands()

_PATIENCE = timedelta(days=8)


@app.command()
def output(
    command_id: Annotated[str, typer.Argument(metavar="ID", help="As in a reply or the history.")],
    *,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on until the command has ended.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document per piece and line.")
    ] = False,
) -> None:
    """Print all that a command of yours printed: its stdout to stdout, its stderr to stderr."""
    try:
        wanted = asking.status_request(command_id).command_id
    except asking.UsageError as error:
        say(f"acg: {error}")
        raise typer.Exit(USAGE) from error
    reply = run(_output(wanted, follow=follow, as_json_lines=json), quiet=True)
    if reply.page is not None:
        raise typer.Exit(OK)
    if reply.error:
        show.explain(reply.status, reply.error)
    raise typer.Exit(REJECTED if reply.status == "rejected" else FAILED)


class Shown:
    """Writes what a command printed, page by page, each once however often it is begun anew."""

    def __init__(self, *, as_json_lines: bool = False) -> None:
        self.any = False
        self._json = as_json_lines
        self._after = 0
        self._begun = {sys.stdout: "", sys.stderr: ""}

    async def all(self, gateway: Gateway, command_id: str, *, follow: bool) -> Reply:
        """Write it; return the last reply."""
        reply = Reply(status="failed")
        async for reply in gateway.output(command_id, follow=follow, after=self._after):
            if page := reply.page:
                for chunk in page.chunks:
                    self._write(chunk)
                self._after = page.after
        for stream in self._begun:
            self._text(stream, "", whole=True)
        return reply

    def _write(self, chunk: OutputChunk) -> None:
        self.any = True
        if self._json:
            write_json(chunk.model_dump_json())
            return
        self._text(sys.stdout, chunk.stdout)
        self._text(sys.stderr, chunk.stderr)

    def _text(self, stream: TextIO, text: str, *, whole: bool = False) -> None:
        """Pass on a text; at a terminal, where lines are made safe one by one, whole lines."""
        text = self._begun[stream] + text
        self._begun[stream] = ""
        if is_terminal(stream) and not whole:
            lines, end, rest = text.rpartition("\n")
            text, self._begun[stream] = lines + end, rest
        if text:
            pass_on(text, stream)


async def _output(command_id: str, *, follow: bool, as_json_lines: bool) -> Reply:
    shown = Shown(as_json_lines=as_json_lines)

    async def call(found: Attached, _: timedelta) -> Reply:
        return await shown.all(found.gateway, command_id, follow=follow)

    return await persist(call, _PATIENCE)
