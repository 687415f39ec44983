"""What would a model be sent? Shown to whoever asks; nothing is sent, and nothing stored."""

from pathlib import Path

import pytest

from contracts.errors import Code
from contracts.requests import PromptRequest, RunRequest
from tests.flow.conftest import standing
from tests.functions.generate.fake_endpoint import fake_endpoint, proposes


@pytest.mark.slow
async def test_the_prompt_is_shown_and_neither_sent_nor_stored(tmp_path: Path) -> None:
    async with (
        fake_endpoint(proposes("docker restart c001")) as fake,
        standing(tmp_path, GENERATE_MODEL="m", GENERATE_BASE_URL=fake.url) as stack,
    ):
        shown = await stack.caller.ask(PromptRequest(request="restart c001"))
        info = await stack.link.api("STREAM.INFO.COMMANDS")
        assert info["state"]["last_seq"] == 0
        assert fake.asked == []
        assert shown.prompt
        assert [each.role for each in shown.prompt.messages] == ["system", "user", "user"]
        assert '"c001"' in shown.prompt.messages[1].content

        elsewhere = await stack.caller.ask(PromptRequest(request="restart c001", host="mars"))
        assert elsewhere.error
        assert (elsewhere.status, elsewhere.error.code) == ("rejected", Code.UNKNOWN_HOST)

        ran = await stack.caller.run(RunRequest(request="restart c001"))
        assert (ran.status, ran.outcome) == ("executed", "succeeded")
        (sent,) = fake.asked
        assert sent["messages"] == [each.model_dump() for each in shown.prompt.messages]
