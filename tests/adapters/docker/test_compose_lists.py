"""`docker compose ls`, `ps`, `images` and `top`, in the text that compose v2 documents."""

import json
import re
from collections.abc import Iterator

import pytest

from contracts.docker.operations import ComposeImages, ComposeLs, ComposePs, ComposeTop, Filter
from contracts.errors import Code, RefusedError
from runtime.adapters.docker import Engine, EngineSettings, open_docker
from scripts.engine import api
from tests.adapters.conftest import Lab, opened_lab
from tests.adapters.docker.project import Project

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def made(engine: api.Engine, busybox: str) -> Iterator[Project]:
    """Make a project in several states; tests only read it."""
    with opened_lab(engine, busybox) as lab:
        project = Project(lab)
        project.make(
            "web",
            ExposedPorts={"80/tcp": {}, "7000/udp": {}},
            HostConfig={"PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}]}},
        )
        project.make("web", number=2)
        project.finished("job", "sh", "-c", "exit 3")
        project.make("job", number=2, one_off=True)
        yield project


async def rows(docker: Engine, operation: ComposePs) -> list[list[str]]:
    """Return a list's cells, with what depends on the moment left out."""
    outcome = await docker.run(operation)
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    return [re.split(r" {2,}", line.strip()) for line in outcome.stdout.splitlines()]


async def test_ls_counts_the_states_of_what_runs(docker: Engine, made: Project) -> None:
    mine = (Filter(key="name", value=made.name),)
    outcome = await docker.run(ComposeLs(filters=mine))
    assert outcome.stdout == (
        f"{'NAME':<{max(20, len(made.name) + 3)}}"
        f"{'STATUS':<20}CONFIG FILES\n"
        f"{made.name:<{max(20, len(made.name) + 3)}}{'running(3)':<20}{made.file}\n"
    )
    whole = await docker.run(ComposeLs(filters=mine, all=True, format="json"))
    expected = {
        "Name": made.name,
        "Status": "exited(1), running(3)",
        "ConfigFiles": made.file,
    }
    assert whole.stdout == json.dumps([expected], separators=(",", ":")) + "\n"
    assert whole.data == [expected]
    quiet = await docker.run(ComposeLs(filters=mine, quiet=True))
    assert quiet.stdout == f"{made.name}\n"


async def test_ls_refuses_what_compose_refuses(docker: Engine, made: Project) -> None:
    for operation in (
        ComposeLs(format="{{.Name}}"),
        ComposeLs(filters=(Filter(key="label", value=made.name),)),
        ComposePs(project=made.name, filter="source=x"),
    ):
        with pytest.raises(RefusedError) as refused:
            await docker.run(operation)
        assert refused.value.error.code is Code.INVALID_COMMAND
        assert refused.value.error.hint


async def test_ps_lists_what_runs_of_the_services(docker: Engine, made: Project) -> None:
    head, first, second = await rows(docker, ComposePs(project=made.name))
    assert head == ["NAME", "IMAGE", "COMMAND", "SERVICE", "CREATED", "STATUS", "PORTS"]
    assert first[:4] == [f"{made.name}-web-1", made.lab.image, '"sh -c \'trap exit TE…"', "web"]
    port = made.lab.inspect(first[0])["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"]
    assert first[6] == f"7000/udp, 127.0.0.1:{port}->80/tcp"
    assert second[0] == f"{made.name}-web-2"


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"all": True}, ["job-1", "job-run-2", "web-1", "web-2"]),
        ({"services": ["job"]}, []),
        ({"services": ["job"], "all": True}, ["job-1", "job-run-2"]),
        ({"statuses": ["exited"]}, ["job-1"]),
        ({"filter": "status=running"}, ["job-run-2", "web-1", "web-2"]),
        ({"services": ["web", "job"]}, ["web-1", "web-2"]),
    ],
)
async def test_ps_chooses_as_compose_does(
    docker: Engine, made: Project, fields: dict[str, object], names: list[str]
) -> None:
    operation = ComposePs.model_validate({"project": made.name, **fields})
    listed = await rows(docker, operation)
    assert [row[0] for row in listed[1:]] == [f"{made.name}-{name}" for name in names]


async def test_ps_has_composes_fields_as_json_and_in_templates(
    docker: Engine, made: Project
) -> None:
    web, job = f"{made.name}-web-1", f"{made.name}-job-1"
    outcome = await docker.run(ComposePs(project=made.name, all=True, format="json"))
    found = {each["Name"]: each for each in map(json.loads, outcome.stdout.splitlines())}
    assert list(found[web]) == sorted(found[web])
    assert (found[job]["ExitCode"], found[job]["State"], found[web]["ExitCode"]) == (3, "exited", 0)
    assert found[web]["Publishers"] == [
        {
            "URL": "127.0.0.1",
            "TargetPort": 80,
            "PublishedPort": found[web]["Publishers"][0]["PublishedPort"],
            "Protocol": "tcp",
        },
        {"URL": "", "TargetPort": 7000, "PublishedPort": 0, "Protocol": "udp"},
    ]
    assert (found[web]["Project"], found[web]["Service"]) == (made.name, "web")
    assert found[web]["ID"] == made.lab.inspect(web)["Id"][:12]
    form = "{{.Service}}:{{range .Publishers}}{{.TargetPort}} {{end}}{{.ExitCode}}"
    printed = await docker.run(ComposePs(project=made.name, services=("web",), format=form))
    assert printed.stdout == "web:80 7000 0\nweb:0\n"
    quiet = await docker.run(ComposePs(project=made.name, services=("web",), quiet=True))
    ids = [made.lab.inspect(f"{made.name}-web-{number}")["Id"] for number in (1, 2)]
    assert quiet.stdout.splitlines() == ids
    services = await docker.run(ComposePs(project=made.name, all=True, list_services=True))
    assert services.stdout == "job\nweb\n"


async def test_a_project_is_known_by_its_file_or_its_folder(docker: Engine, made: Project) -> None:
    for fields in (
        {"files": (made.file,)},
        {"files": (f"{made.name}/compose.yml",)},
        {"directory": f"./{made.name}"},
        {"project": made.name.upper()},
        {"project": made.name, "files": ("compose.yml",)},
    ):
        listed = await rows(docker, ComposePs.model_validate(fields))
        assert listed[1][0] == f"{made.name}-web-1"


async def test_images_lists_the_image_of_each_container(docker: Engine, made: Project) -> None:
    image = made.lab.real.json("GET", f"/images/{made.lab.image}/json")
    repository, _, tag = made.lab.image.partition(":")
    outcome = await docker.run(ComposeImages(project=made.name, services=("web",)))
    lines = [re.split(r" {2,}", line) for line in outcome.stdout.splitlines()]
    assert lines[0] == [
        "CONTAINER", "REPOSITORY", "TAG", "PLATFORM", "IMAGE ID", "SIZE", "CREATED",
    ]  # fmt: skip
    short = image["Id"].removeprefix("sha256:")[:12]
    platform = f"{image['Os']}/{image['Architecture']}"
    assert lines[1][:5] == [f"{made.name}-web-1", repository, tag, platform, short]
    assert lines[1][6].endswith(" ago")
    assert len(lines) == 3
    quiet = await docker.run(ComposeImages(project=made.name, quiet=True))
    assert quiet.stdout == f"{image['Id'].removeprefix('sha256:')}\n"
    whole = await docker.run(ComposeImages(project=made.name, format="json"))
    assert {each["ContainerName"] for each in json.loads(whole.stdout)} == {
        f"{made.name}-{name}" for name in ("web-1", "web-2", "job-1", "job-run-2")
    }


async def test_top_is_one_table_with_the_command_last(docker: Engine, made: Project) -> None:
    outcome = await docker.run(ComposeTop(project=made.name))
    lines = [re.split(r" {2,}", line) for line in outcome.stdout.splitlines()]
    assert lines[0][:3] == ["SERVICE", "#", "UID"]
    assert lines[0][-1] == "CMD"
    assert {(line[0], line[1]) for line in lines[1:]} == {("job", "2"), ("web", "1"), ("web", "2")}
    assert any(line[-1].startswith("sh -c trap exit TERM") for line in lines[1:])
    assert (await docker.run(ComposeTop(project=made.name, services=("web",)))).exit_code == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"project": "acg-none"}, "There is no compose project 'acg-none'.\n"),
        ({"services": ["wbe"]}, "has no service 'wbe'.\n"),
    ],
)
async def test_what_is_gone_since_it_was_planned_is_an_error(
    docker: Engine, made: Project, fields: dict[str, object], words: str
) -> None:
    outcome = await docker.run(ComposePs.model_validate({"project": made.name, **fields}))
    assert outcome.exit_code == 1
    assert outcome.stderr.endswith(words)


async def test_a_profile_is_refused_for_no_label_tells_it(docker: Engine, made: Project) -> None:
    with pytest.raises(RefusedError) as refused:
        await docker.run(ComposePs(project=made.name, profiles=("debug",)))
    assert refused.value.error.code is Code.UNSUPPORTED_COMMAND
    assert "--profile" in refused.value.error.message


async def test_what_may_not_be_seen_belongs_to_no_project(lab: Lab) -> None:
    project = Project(lab)
    project.make("web", start=False)
    seen = project.make("db", start=False, labels={"t": lab.suffix})
    settings = EngineSettings(docker_host=lab.real.address.host, only_label=f"t={lab.suffix}")
    async with open_docker(settings) as narrow:
        listed = await rows(narrow, ComposePs(project=project.name, all=True))
        assert [row[0] for row in listed[1:]] == [seen]
        outcome = await narrow.run(ComposePs(project=project.name, services=("web",)))
        assert outcome.exit_code == 1
        assert outcome.stderr == f"The compose project {project.name!r} has no service 'web'.\n"
