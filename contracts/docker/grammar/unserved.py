"""Commands of docker's that are known and not served, each with what to ask instead."""

from contracts.docker.grammar.containers import CONTAINER
from contracts.docker.grammar.kinds import BOOL
from contracts.docker.grammar.table import Command, Flag
from contracts.docker.harm import Discloses, Risk
from contracts.model import Fact

BUILD = "Build images in a pipeline, push them, then ask for `docker pull`."
SWARM = "The gateway runs containers on single engines; ask for `docker ps` or `docker run`."
HOSTS = "The gateway holds the hosts and their credentials; name a host in the request instead."
PLUGIN = "Engine plugins run as root on the host; they are installed by its operator."
TERMINAL = "There is no terminal; ask for `docker logs --follow` to see what a container prints."
DEPLOY = (
    "The gateway reads no compose files; deploy where they are. Ask for `docker compose start`,"
    " `stop` or `restart` of a project that exists."
)
FILES = "The gateway reads no compose files; ask for `docker compose ps` of a project that exists."

COMMANDS: dict[str, str] = {
    "attach": TERMINAL,
    "container attach": TERMINAL,
    "build": BUILD,
    "builder": BUILD,
    "buildx": BUILD,
    "image build": BUILD,
    "bake": BUILD,
    "swarm": SWARM,
    "service": SWARM,
    "stack": SWARM,
    "node": SWARM,
    "secret": SWARM,
    "config": SWARM,
    "plugin": PLUGIN,
    "login": HOSTS,
    "logout": HOSTS,
    "context": HOSTS,
    "trust": "Signing keys stay with their owners; ask for `docker pull` of a digest.",
    "manifest": "Ask for `docker image inspect`, or work on manifests in a pipeline.",
    "checkpoint": "Checkpoints are experimental; ask for `docker pause` or `docker commit`.",
    "system dial-stdio": HOSTS,
    "volume update": SWARM,
    "scout": "Scan images in a pipeline.",
    "sbom": "Scan images in a pipeline.",
    "init": BUILD,
    "debug": "Ask for `docker exec` or `docker logs`.",
    "desktop": HOSTS,
    "extension": PLUGIN,
    "mcp": PLUGIN,
    "model": "Models are not containers; ask for `docker run`.",
    "offload": HOSTS,
    "sandbox": HOSTS,
    "ai": "Ask the gateway itself.",
    "compose up": DEPLOY,
    "compose down": "Ask for `docker compose stop`, then `docker compose rm`.",
    "compose create": DEPLOY,
    "compose run": DEPLOY,
    "compose scale": DEPLOY,
    "compose watch": DEPLOY,
    "compose build": BUILD,
    "compose push": BUILD,
    "compose publish": BUILD,
    "compose bridge": BUILD,
    "compose pull": "Ask for `docker pull` of each image.",
    "compose config": FILES,
    "compose convert": FILES,
    "compose alpha": FILES,
    "compose exec": "Ask for `docker exec` of the container.",
    "compose cp": "Ask for `docker cp` of the container.",
    "compose commit": "Ask for `docker commit` of the container.",
    "compose export": "Ask for `docker export` of the container.",
    "compose attach": TERMINAL,
    "compose events": "Ask for `docker events --filter label=com.docker.compose.project=...`.",
    "compose port": "Ask for `docker port` of the container.",
    "compose stats": "Ask for `docker stats` of the containers.",
    "compose version": "Ask for `docker version`.",
    "compose volumes": "Ask for `docker volume ls --filter label=...`.",
    "compose wait": "Ask for `docker wait` of the container.",
}


class Attach(Fact):
    """`docker attach`: no operation, since nothing serves it; it is read, judged and refused."""

    verb: str = "attach"
    container: str
    no_stdin: bool = False


UNDERSTOOD = (
    Command(
        names=("attach", "container attach"),
        model=Attach,
        about="take over the terminal of a container",
        risk=Risk.MUTATE,
        reason="takes over the terminal of a container",
        discloses=Discloses.OUTPUT,
        flags=(
            Flag(name="detach-keys", ignored=True, about="keys that end it"),
            Flag(name="no-stdin", kind=BOOL, about="only look"),
            Flag(name="sig-proxy", kind=BOOL, ignored=True, about="pass signals on"),
        ),
        arguments=(CONTAINER,),
    ),
)
"""Commands of these whose whole form is known: what is wrong in them is refused first."""
