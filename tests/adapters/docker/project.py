"""A compose project of a test's own, made of containers that bear compose's labels."""

from typing import Any

from tests.adapters.conftest import Lab

FOREVER = ("sh", "-c", "trap exit TERM; sleep 600 & wait")


class Project:
    """Makes containers as compose would have, under a name that nobody else has."""

    def __init__(self, lab: Lab, word: str = "shop") -> None:
        self.lab = lab
        self.name = f"acg{word}{lab.suffix}"
        self.file = f"/srv/{self.name}/compose.yml"

    def make(
        self,
        service: str,
        *command: str,
        number: int = 1,
        start: bool = True,
        needs: str = "",
        one_off: bool = False,
        labels: dict[str, str] | None = None,
        **config: Any,
    ) -> str:
        """Make a container of a service, start it, and return its name."""
        middle = "run-" if one_off else ""
        name = f"{self.name}-{service}-{middle}{number}"
        body = {
            "Image": self.lab.image,
            "Cmd": list(command or FOREVER),
            "StopTimeout": 1,
            "Labels": {
                "acg.test": self.lab.suffix,
                "com.docker.compose.project": self.name,
                "com.docker.compose.service": service,
                "com.docker.compose.container-number": str(number),
                "com.docker.compose.oneoff": str(one_off),
                "com.docker.compose.project.config_files": self.file,
                "com.docker.compose.project.working_dir": f"/srv/{self.name}",
                "com.docker.compose.depends_on": needs,
            }
            | (labels or {}),
        } | config
        self.lab.real.json("POST", "/containers/create", body, {"name": name})
        if start:
            self.lab.real.call("POST", f"/containers/{name}/start")
        return name

    def finished(self, service: str, *command: str, **more: Any) -> str:
        """Make a container of a service, run it to its end, and return its name."""
        name = self.make(service, *command, **more)
        self.lab.real.json("POST", f"/containers/{name}/wait")
        return name

    def state(self, name: str) -> str:
        """Return a container's state, `gone` where it was removed."""
        listed = self.lab.real.json("GET", "/containers/json", query={"all": "1"})
        found = {each["Names"][0].removeprefix("/"): each["State"] for each in listed}
        return str(found.get(name, "gone"))
