"""Commands of docker's that are known and not served, each with what to ask instead."""

BUILD = "Build images in a pipeline, push them, then ask for `docker pull`."
SWARM = "The gateway runs containers on single engines; ask for `docker ps` or `docker run`."
HOSTS = "The gateway holds the hosts and their credentials; name a host in the request instead."
PLUGIN = "Engine plugins run as root on the host; they are installed by its operator."
TERMINAL = "There is no terminal; ask for `docker logs --follow` to see what a container prints."

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
}
