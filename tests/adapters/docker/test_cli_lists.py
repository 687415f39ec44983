"""`docker ps` and `docker images`: what docker's own CLI prints, the adapter does too."""

import pytest

from contracts.docker.operations import Filter, Images, Ps
from runtime.adapters.docker import Engine
from tests.adapters.docker.cli import Cli, assert_same

pytestmark = pytest.mark.docker

LISTS: list[tuple[tuple[str, ...], dict[str, object]]] = [
    ((), {}),
    (("-a",), {"all": True}),
    (("-aq",), {"all": True, "quiet": True}),
    (("-a", "--no-trunc"), {"all": True, "no_trunc": True}),
    (("-as",), {"all": True, "size": True}),
    (("-n", "2"), {"last": 2}),
    (("-a", "--format", "json"), {"all": True, "format": "json"}),
    (("-a", "--format", "{{json .}}"), {"all": True, "format": "{{json .}}"}),
    (("-a", "--format", "raw"), {"all": True, "format": "raw"}),
    (("-a", "--format", "table"), {"all": True, "format": "table"}),
    (("-aq", "--format", "json"), {"all": True, "quiet": True, "format": "json"}),
    *[
        (("-a", "--format", form), {"all": True, "format": form})
        for form in (
            "{{.Names}}",
            r"{{.ID}}\t{{.Image}}",
            "table {{.Names}}\t{{.Ports}}",
            r"table {{.ID}}\t{{.Names}}\t{{.Label \"tier\"}}\t{{.Size}}".replace('\\"', '"'),
            '{{.Label "tier"}}|{{.Labels}}|{{.Mounts}}|{{.LocalVolumes}}|{{.Networks}}',
            "{{.Names | upper}} {{lower .Image}} {{truncate .ID 4}} {{json .Ports}}",
            '{{if eq .State "running"}}{{.Names}} up{{else}}{{.Names}} {{.State}}{{end}}',
            '{{range $i, $p := split .Names "-"}}{{if $i}}/{{end}}{{$p}}{{end}}',
            "table {{upper .Names}}\t{{.CreatedAt}}\t{{.RunningFor}}\t{{.Status}}",
            '{{printf "%-30s|%5s" .Names .State}}{{with .Ports}} {{len .}}{{end}}',
            "no fields at all",
        )
    ],
]


@pytest.mark.parametrize(("flags", "fields"), LISTS, ids=[" ".join(flags) for flags, _ in LISTS])
async def test_ps_prints_what_the_cli_prints(
    cli: Cli,
    docker: Engine,
    shop: dict[str, str],
    flags: tuple[str, ...],
    fields: dict[str, object],
) -> None:
    mine = () if "-n" in flags else ("--filter", f"label={shop['label']}")
    filters = [Filter(key="label", value=shop["label"])] if mine else []
    operation = Ps.model_validate({**fields, "filters": filters})
    await assert_same(cli, docker, ("ps", *flags, *mine), operation)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("status", "exited"),
        ("exited", "3"),
        ("health", "unhealthy"),
        ("name", "acg-"),
        ("volume", "/data"),
        ("bogus", "1"),
        ("status", "bogus"),
    ],
)
async def test_filters_are_the_engines_own(
    cli: Cli, docker: Engine, shop: dict[str, str], key: str, value: str
) -> None:
    both = [Filter(key="label", value=shop["label"]), Filter(key=key, value=value)]
    line = ("ps", "-a", "--filter", f"label={shop['label']}", "--filter", f"{key}={value}")
    await assert_same(cli, docker, line, Ps(all=True, filters=tuple(both)))


IMAGES: list[tuple[tuple[str, ...], dict[str, object]]] = [
    ((), {}),
    (("-a",), {"all": True}),
    (("-q",), {"quiet": True}),
    (("--no-trunc",), {"no_trunc": True}),
    (("--digests",), {"digests": True}),
    (("--format", "json"), {"format": "json"}),
    (("--format", "raw"), {"format": "raw"}),
    (("--format", "{{.Repository}} {{.Size}}"), {"format": "{{.Repository}} {{.Size}}"}),
    (("--format", "table {{.ID}}\t{{.Digest}}"), {"format": "table {{.ID}}\t{{.Digest}}"}),
    (("acg-nothing-of-this-name",), {"reference": "acg-nothing-of-this-name"}),
    (("ls",), {"reference": "ls"}),
    (("--filter", "dangling=true"), {"filters": [Filter(key="dangling", value="true")]}),
]  # fmt: skip


@pytest.mark.parametrize(("flags", "fields"), IMAGES, ids=[" ".join(flags) for flags, _ in IMAGES])
async def test_images_prints_what_the_cli_prints(
    cli: Cli, docker: Engine, flags: tuple[str, ...], fields: dict[str, object]
) -> None:
    await assert_same(cli, docker, ("images", *flags), Images.model_validate(fields))
