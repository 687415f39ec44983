"""Images: list them, look at them, move, make and remove them."""

from collections.abc import Iterator

from contracts.docker import escape
from contracts.docker import operations as ops
from contracts.docker.grammar import checks
from contracts.docker.grammar.containers import FILTERS, FORMAT, NO_TRUNC, PRUNE, QUIET
from contracts.docker.grammar.kinds import BOOL, INT, REFERENCE_TO
from contracts.docker.grammar.references import (
    ENGINE_PLATFORM,
    IMAGE,
    NEW_IMAGE,
    PLATFORM,
    PLATFORM_LIST,
)
from contracts.docker.grammar.table import Argument, Command, Flag
from contracts.docker.harm import Discloses, Finding, Risk

TRUST = Flag(
    name="disable-content-trust",
    kind=BOOL,
    refused="Signatures are not checked here; ask for an image by its digest.",
    refused_when=False,
)
ONE_PLATFORM = Flag(name="platform", kind=PLATFORM, about="os[/arch[/variant]]")
ANY_PLATFORM = Flag(name="platform", kind=ENGINE_PLATFORM, about="os[/arch[/variant]]")
PLATFORMS = Flag(
    name="platform", field="platforms", kind=PLATFORM_LIST, many=True, about="os[/arch[/variant]]"
)
ALL_TAGS = Flag(name="all-tags", short="a", kind=BOOL, about="all tags of the repository")
EXISTING = Argument(field="images", kind=REFERENCE_TO, many=True, refers="image")
CHANGES = Flag(
    name="change", short="c", field="changes", many=True, about="Dockerfile instruction to apply"
)


def judge_term(op: ops.Search) -> Iterator[Finding]:
    """Judge `docker search`: an escape where the engine would ask inside its own network."""
    yield from escape.judge_search(op.term)


def judge_source(op: ops.Import) -> Iterator[Finding]:
    """Judge `docker import`: an escape where the engine would fetch from its own network."""
    yield from escape.judge_import(op.source)


COMMANDS = (
    Command(
        names=("images", "image ls", "image list"),
        model=ops.Images,
        about="list images",
        risk=Risk.READ,
        flags=(
            Flag(name="all", short="a", kind=BOOL, about="intermediate ones too"),
            Flag(name="digests", kind=BOOL, about="with digests"),
            FILTERS,
            FORMAT,
            NO_TRUNC,
            QUIET,
            Flag(
                name="tree",
                kind=BOOL,
                refused="The tree view is experimental; ask for `docker images`.",
            ),
        ),
        arguments=(Argument(field="reference", optional=True),),
    ),
    Command(
        names=("history", "image history"),
        model=ops.History,
        about="show the layers of an image",
        risk=Risk.READ,
        flags=(
            FORMAT,
            Flag(name="human", short="H", kind=BOOL, about="readable sizes and dates"),
            NO_TRUNC,
            ONE_PLATFORM,
            QUIET,
        ),
        arguments=(Argument(field="image", kind=REFERENCE_TO, refers="image"),),
    ),
    Command(
        names=("search",),
        model=ops.Search,
        about="look for images on a registry",
        risk=Risk.READ,
        flags=(FILTERS, FORMAT, Flag(name="limit", kind=INT, about="most results"), NO_TRUNC),
        arguments=(Argument(field="term"),),
        judge=judge_term,
    ),
    Command(
        names=("pull", "image pull"),
        model=ops.Pull,
        about="fetch an image from a registry",
        risk=Risk.MUTATE,
        flags=(ALL_TAGS, TRUST, ANY_PLATFORM, QUIET),
        arguments=(Argument(field="image", kind=IMAGE),),
        checks=(checks.all_tags,),
    ),
    Command(
        names=("push", "image push"),
        model=ops.Push,
        about="send an image to a registry",
        risk=Risk.MUTATE,
        reason="sends an image to a registry",
        flags=(ALL_TAGS, TRUST, ONE_PLATFORM, QUIET),
        arguments=(Argument(field="image", kind=IMAGE, refers="image"),),
        checks=(checks.all_tags,),
    ),
    Command(
        names=("tag", "image tag"),
        model=ops.Tag,
        about="give an image another name",
        risk=Risk.MUTATE,
        arguments=(
            Argument(field="image", kind=REFERENCE_TO, refers="image"),
            Argument(field="reference", kind=NEW_IMAGE),
        ),
        interspersed=False,
    ),
    Command(
        names=("rmi", "image rm", "image remove"),
        model=ops.Rmi,
        about="remove images",
        risk=Risk.DESTROY,
        reason="removes images",
        flags=(
            Flag(name="force", short="f", kind=BOOL, about="even where it is in use"),
            Flag(
                name="no-prune",
                kind=BOOL,
                field="prune",
                inverted=True,
                about="keep untagged parents",
            ),
            PLATFORMS,
        ),
        arguments=(EXISTING,),
    ),
    Command(
        names=("save", "image save"),
        model=ops.Save,
        about="send images to the caller as an archive",
        risk=Risk.READ,
        discloses=Discloses.DATA,
        flags=(
            Flag(
                name="output",
                short="o",
                judge=escape.judge_local_path,
                about="file instead of the answer",
            ),
            PLATFORMS,
        ),
        arguments=(EXISTING,),
    ),
    Command(
        names=("load", "image load"),
        model=ops.Load,
        about="take images from an archive that the caller sends",
        risk=Risk.MUTATE,
        flags=(
            Flag(name="input", short="i", about="name of the upload"),
            PLATFORMS,
            QUIET,
        ),
        checks=(checks.input_uploaded,),
    ),
    Command(
        names=("import", "image import"),
        model=ops.Import,
        about="make an image of a file system that the caller sends",
        risk=Risk.MUTATE,
        flags=(
            CHANGES,
            Flag(name="message", short="m", about="message of the commit"),
            ANY_PLATFORM,
        ),
        arguments=(
            Argument(field="source"),
            Argument(field="reference", kind=NEW_IMAGE, optional=True),
        ),
        checks=(checks.source_uploaded,),
        judge=judge_source,
    ),
    Command(
        names=("image prune",),
        model=ops.ImagePrune,
        about="remove unused images",
        risk=Risk.DESTROY,
        reason="removes unused images",
        flags=(Flag(name="all", short="a", kind=BOOL, about="named ones too"), *PRUNE),
    ),
)
