"""`docker inspect`: what docker's own CLI prints, the adapter does too, down to its errors."""

import pytest

from contracts.docker.operations import Inspect
from runtime.adapters.docker import Engine
from tests.adapters.docker.cli import Cli, assert_same

pytestmark = pytest.mark.docker

FORMATS = (
    "{{.Id}}",
    "{{.ID}} {{.Name}} {{.State.Status}}",
    "{{.State.Running}} {{.State.Pid}} {{.State.ExitCode}} {{.RestartCount}}",
    "{{.Config.Cmd}} {{.Config.Env}} {{.Config.Entrypoint}} {{.Config.Labels}}",
    "{{json .Config.Labels}}{{json .Config.ExposedPorts}}{{json .HostConfig.Binds}}",
    '{{index .Config.Labels "tier"}}|{{index .Config.Labels "none"}}|{{.Config.Labels.none}}',
    "{{range .Mounts}}{{.Type}} {{.Name}} -> {{.Destination}}{{println}}{{end}}",
    "{{range .NetworkSettings.Ports}}{{with .}}{{(index . 0).HostIp}}{{else}}-{{end}}{{end}}",
    '{{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}}',
    "{{range $name, $net := .NetworkSettings.Networks}}{{$name}}={{$net.IPAddress}}{{end}}",
    "{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}",
    "{{.State.Health.Status}}",
    "{{.NoSuchField}}",
    "{{.HostConfig.NanoCPUs}} {{.HostConfig.Memory}} {{.HostConfig.RestartPolicy.Name}}",
    '{{join .Config.Cmd " "}} {{len .Mounts}} {{title .State.Status}} {{printf "%q" .Name}}',
    "{{with .State}}{{if and .Running (not .Paused)}}up since {{.StartedAt}}{{end}}{{end}}",
    "{{- /* nothing */ -}}  {{ .Name }}  {{- .Path }}",
    "{{.HostConfig.CapAdd}} {{.HostConfig.Init}} {{.Config.Volumes}} {{.Config.StopSignal}}",
    '{{slice .Id 0 12}}{{if or (eq .Path "sleep" "sh") false}} ok{{end}}',
    "{{.Config.ExposedPorts}}",
    "{{.HostConfig.RestartPolicy}} {{.Mounts}} {{.SizeRw}} {{.Config.Healthcheck}}",
    "{{.Name.Foo}}",
    "{{(index .Config.Cmd 9)}}",
    '{{printf "%s" .State.ExitCode}}',
)


@pytest.mark.parametrize("form", FORMATS)
async def test_inspect_reads_templates_as_the_cli_does(
    cli: Cli, docker: Engine, shop: dict[str, str], form: str
) -> None:
    line = ("inspect", "--format", form, shop["web"])
    await assert_same(cli, docker, line, Inspect(targets=(shop["web"],), format=form))


async def test_inspect_prints_the_whole_object(
    cli: Cli, docker: Engine, shop: dict[str, str], busybox: str
) -> None:
    web, volume = shop["web"], shop["volume"]
    for line, operation in (
        ((web, shop["job"]), Inspect(targets=(web, shop["job"]))),
        (("--format", "json", web), Inspect(targets=(web,), format="json")),
        (("--size", web, busybox), Inspect(targets=(web, busybox), size=True)),
        ((web, "acg-none"), Inspect(targets=(web, "acg-none"))),
        (("acg-none",), Inspect(targets=("acg-none",))),
        (("--format", "{{.Name}}", "acg-none"), Inspect(targets=("acg-none",), format="{{.Name}}")),
        ((volume,), Inspect(targets=(volume,))),
        (("bridge",), Inspect(targets=("bridge",))),
        (
            ("--type", "network", "bridge"),
            Inspect(targets=("bridge",), type="network", verbose=True),
        ),
        ((busybox,), Inspect(targets=(busybox,))),
        (("--type", "image", web), Inspect(targets=(web,), type="image")),
        (("--type", "network", web), Inspect(targets=(web,), type="network")),
        (("--type", "volume", web), Inspect(targets=(web,), type="volume")),
        (("--type", "container", "acg-none"), Inspect(targets=("acg-none",), type="container")),
    ):
        await assert_same(cli, docker, ("inspect", *line), operation)
