"""The contract of the service that this gateway replaces: its request, its response, its words."""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import Code, Error
from contracts.requests import Reply, StepReport
from functions.http.endings import response_to
from tests.functions.http.conftest import Site, free_port, opened

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATH = "/execute-docker-command"


def sent(name: str, intent: str = "restart the service", **more: Any) -> dict[str, Any]:
    action = {"intent": intent, "context": "High CPU usage detected", "priority": "HIGH", **more}
    return {
        "source_id": "devops-agent",
        "target_resource": {"name": name},
        "action_request": action,
    }


async def test_an_agent_of_the_original_needs_a_token_and_no_other_change(site: Site) -> None:
    before = datetime.now(UTC).replace(tzinfo=None)
    status, headers, told = await site.ask("POST", PATH, json=sent("c030"))
    assert (status, headers["content-type"]) == (200, "application/json")
    assert uuid.UUID(told.pop("request_id")).version == 4
    processed = datetime.fromisoformat(told.pop("timestamp_processed_utc"))
    assert processed.tzinfo is None
    assert before <= processed <= before + timedelta(minutes=1)
    assert told == {
        "overall_status": "COMPLETED_SUCCESS",
        "execution_details": {
            "command": "docker restart c030",
            "execution_result": {
                "status": "SUCCESS",
                "exit_code": 0,
                "stdout": "c030\n",
                "stderr": "",
            },
        },
    }
    assert site.engine.restarts["c030"] == 1


async def test_what_it_asked_is_in_the_history_as_any_request(site: Site) -> None:
    _, headers, _ = await site.ask("POST", PATH, json=sent("c031", "show the logs"))
    command = headers["location"].rpartition("/")[2]
    first = await anext(site.caller.history(command))
    assert first.entry
    requested = first.entry.event.model_dump()
    assert requested["words"] == "show the logs"
    assert requested["target"] == "c031"
    assert requested["context"] == "High CPU usage detected"
    assert (requested["priority"], requested["source_id"]) == ("high", "devops-agent")
    assert requested["caller"] == "tester"


async def test_a_key_makes_a_repeated_request_the_same_command(site: Site) -> None:
    headers = {"Idempotency-Key": "original-1"}
    for _ in range(3):
        _, _, told = await site.ask("POST", PATH, json=sent("c032"), headers=headers)
        assert told["overall_status"] == "COMPLETED_SUCCESS"
    assert site.engine.restarts["c032"] == 1


@pytest.mark.parametrize(
    ("body", "overall", "code"),
    [
        (sent("c033", "remove the container"), "VALIDATION_ERROR", "risk_not_allowed"),
        (sent("c033", "sing a song about quarks"), "LLM_GENERATION_FAILED", "not_understood"),
    ],
)
async def test_what_is_refused_is_told_in_the_originals_words(
    site: Site, body: Any, overall: str, code: str
) -> None:
    status, _, told = await site.ask("POST", PATH, json=body)
    assert (status, told["overall_status"]) == (200, overall)
    assert told["error_details"]["error_code"] == code
    assert told["error_details"]["error_message"]
    assert "execution_details" not in told


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"source_id": "x"},
        {**sent("c034"), "target_resource": {}},
        {**sent("c034"), "target_resource": "c034"},
        {**sent("c034"), "action_request": {"priority": "HIGH"}},
        sent("c034", ""),
        sent("c034", "restart\u202ethe service"),
        sent("", "restart it"),
        [],
        "restart c034",
    ],
)
async def test_what_is_no_request_is_a_validation_error(site: Site, body: Any) -> None:
    status, _, told = await site.ask("POST", PATH, json=body)
    assert (status, told["overall_status"]) == (422, "VALIDATION_ERROR")
    assert told["error_details"]["error_code"] == "invalid_request"
    assert '"action_request": {"intent": ' in told["error_details"]["error_message"]
    assert told["request_id"]
    assert told["timestamp_processed_utc"]
    assert site.engine.restarts["c034"] == 0


async def test_other_fields_and_priorities_are_taken_as_there(site: Site) -> None:
    body = {**sent("c035", priority="whatever"), "request_uuid": "1", "timestamp": None}
    status, _, told = await site.ask("POST", PATH, json=body)
    assert (status, told["overall_status"]) == (200, "COMPLETED_SUCCESS")


async def test_a_command_that_takes_too_long_is_a_timeout(tmp_path: Path) -> None:
    async with opened(tmp_path, HTTP_WAIT_SECONDS="0.5") as site:
        body = sent("c001", "follow the logs")
        status, headers, told = await site.ask("POST", PATH, json=body)
        assert (status, told["overall_status"]) == (200, "EXECUTION_ERROR")
        assert told["execution_details"]["execution_result"]["status"] == "TIMEOUT"
        await site.ask("DELETE", headers["location"])


def step(**changed: Any) -> StepReport:
    return StepReport.model_validate(
        {"command": "docker restart web", "risk": "mutate", "host": "local", **changed}
    )


def ended(status: str, code: Code | None = None, **more: Any) -> Reply:
    error = Error(code=code, message="So it is.", **more.pop("error", {})) if code else None
    return Reply.model_validate(
        {"command_id": "a" * 26, "status": status, "error": error, "steps": (), **more}
    )


RAN = {"exit_code": 0, "stdout": "web\n"}
FAILED = {"exit_code": 1, "stderr": "Error response from daemon: no\n"}


@pytest.mark.parametrize(
    ("reply", "overall", "result"),
    [
        (
            ended("executed", outcome="succeeded", steps=(step(**RAN),)),
            "COMPLETED_SUCCESS",
            "SUCCESS",
        ),
        (
            ended("executed", outcome="failed", steps=(step(**FAILED),)),
            "COMPLETED_FAILURE",
            "FAILURE",
        ),
        (ended("failed", Code.ENGINE_ERROR, steps=(step(),)), "EXECUTION_ERROR", "ERROR"),
        (ended("failed", Code.ENGINE_UNREACHABLE, steps=(step(),)), "EXECUTION_ERROR", "ERROR"),
        (
            ended("failed", Code.ENGINE_UNREACHABLE, error={"transport": "ssh"}),
            "EXECUTION_ERROR",
            "SSH_ERROR",
        ),
        (ended("failed", Code.DEADLINE_EXCEEDED, steps=(step(),)), "EXECUTION_ERROR", "TIMEOUT"),
        (ended("failed", Code.OUTCOME_UNKNOWN, steps=(step(),)), "EXECUTION_ERROR", "ERROR"),
        (ended("failed", Code.PLAN_STALE, steps=(step(),)), "EXECUTION_ERROR", "ERROR"),
        (ended("failed", Code.CANCELLED, steps=(step(),)), "EXECUTION_ERROR", "ERROR"),
        (ended("accepted"), "EXECUTION_ERROR", "TIMEOUT"),
        (ended("held", steps=(step(),)), "VALIDATION_ERROR", None),
        (ended("rejected", Code.RISK_NOT_ALLOWED, steps=(step(),)), "VALIDATION_ERROR", None),
        (ended("rejected", Code.ABOVE_MAX_RISK), "VALIDATION_ERROR", None),
        (ended("rejected", Code.UNKNOWN_OBJECT), "VALIDATION_ERROR", None),
        (ended("rejected", Code.INVALID_COMMAND), "VALIDATION_ERROR", None),
        (ended("rejected", Code.APPROVAL_EXPIRED), "VALIDATION_ERROR", None),
        (ended("rejected", Code.INVALID_REQUEST, command_id=None), "VALIDATION_ERROR", None),
        (ended("rejected", Code.SECRET_IN_COMMAND, command_id=None), "VALIDATION_ERROR", None),
        (ended("rejected", Code.NOT_UNDERSTOOD), "LLM_GENERATION_FAILED", None),
        (ended("rejected", Code.AMBIGUOUS), "LLM_GENERATION_FAILED", None),
        (ended("rejected", Code.UNSUPPORTED), "LLM_GENERATION_FAILED", None),
        (ended("failed", Code.MODEL_UNAVAILABLE), "LLM_GENERATION_FAILED", None),
        (ended("failed", Code.MODEL_ANSWER_INVALID), "LLM_GENERATION_FAILED", None),
        (ended("failed", Code.UNAVAILABLE, command_id=None), "INTERNAL_ERROR", None),
        (ended("failed", Code.INVENTORY_UNAVAILABLE), "INTERNAL_ERROR", None),
        (ended("failed", Code.DEAD_LETTER), "INTERNAL_ERROR", None),
        (ended("failed", Code.INTERNAL), "INTERNAL_ERROR", None),
    ],
    ids=lambda each: (
        f"{each.status} {each.error.code if each.error else ''}"
        if isinstance(each, Reply)
        else str(each)
    ),
)
async def test_each_way_to_end_has_its_word(reply: Reply, overall: str, result: str | None) -> None:
    told = response_to(reply, "1")
    assert told.overall_status == overall
    details = told.execution_details
    assert (details.execution_result.status if details else None) == result
    assert (told.error_details is None) == overall.startswith("COMPLETED")


async def test_every_code_has_a_word() -> None:
    for code in Code:
        assert response_to(ended("failed", code), "1").overall_status != "COMPLETED_SUCCESS"


async def test_several_steps_are_told_as_one_command() -> None:
    steps = (step(**RAN), step(command="docker ps", **FAILED))
    told = response_to(ended("executed", outcome="failed", steps=steps), "1")
    assert told.execution_details
    assert told.execution_details.command == "docker restart web\ndocker ps"
    result = told.execution_details.execution_result
    assert (result.exit_code, result.stdout, result.stderr) == (1, "web\n", FAILED["stderr"])


async def test_a_host_that_ssh_does_not_reach_is_an_ssh_error(tmp_path: Path) -> None:
    nowhere = f"ssh://nobody@127.0.0.1:{free_port()}"
    async with opened(tmp_path, DOCKER_HOST=nowhere) as site:
        status, _, told = await site.ask("POST", PATH, json=sent("web"))
    assert (status, told["overall_status"]) == (200, "EXECUTION_ERROR")
    assert told["execution_details"]["execution_result"]["status"] == "SSH_ERROR"
    assert told["error_details"]["error_code"] == "engine_unreachable"
