"""Containers that do not exist yet, and the limits that may be changed afterwards.

Field by field what docker/cli v28 takes (cli/command/container/opts.go). Sizes are in bytes,
durations in nanoseconds, `cpus` in billionths of a CPU; nought and the empty text mean what
docker's own defaults mean.
"""

from typing import Literal

from contracts.docker.operations.values import (
    Attachment,
    Binding,
    DeviceLimit,
    Mount,
    Publication,
    RestartPolicy,
    Setting,
    Ulimit,
)
from contracts.model import Fact


class Limits(Fact):
    """What a container may use at most."""

    blkio_weight: int = 0
    cpu_period: int = 0
    cpu_quota: int = 0
    cpu_rt_period: int = 0
    cpu_rt_runtime: int = 0
    cpu_shares: int = 0
    cpus: int = 0
    cpuset_cpus: str = ""
    cpuset_mems: str = ""
    kernel_memory: int = 0
    memory: int = 0
    memory_reservation: int = 0
    memory_swap: int = 0
    pids_limit: int | None = None
    restart: RestartPolicy | None = None


class Update(Limits):
    """`docker update`: change the limits of containers that exist."""

    verb: Literal["update"] = "update"
    containers: tuple[str, ...]


class Specification(Limits):
    """Everything that `docker run` and `docker create` say of a container."""

    image: str
    args: tuple[str, ...] = ()
    add_hosts: tuple[str, ...] = ()
    annotations: tuple[Setting, ...] = ()
    attach: tuple[Literal["stdin", "stdout", "stderr"], ...] = ()
    blkio_weight_devices: tuple[DeviceLimit, ...] = ()
    cap_add: tuple[str, ...] = ()
    cap_drop: tuple[str, ...] = ()
    cgroup_parent: str = ""
    cgroupns: str = ""
    cidfile: str = ""
    device_cgroup_rules: tuple[str, ...] = ()
    device_read_bps: tuple[DeviceLimit, ...] = ()
    device_read_iops: tuple[DeviceLimit, ...] = ()
    device_write_bps: tuple[DeviceLimit, ...] = ()
    device_write_iops: tuple[DeviceLimit, ...] = ()
    devices: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    dns_options: tuple[str, ...] = ()
    dns_search: tuple[str, ...] = ()
    domainname: str = ""
    entrypoint: str | None = None
    env: tuple[Setting, ...] = ()
    env_files: tuple[str, ...] = ()
    expose: tuple[str, ...] = ()
    gpus: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    health_cmd: str = ""
    health_interval: int = 0
    health_retries: int = 0
    health_start_interval: int = 0
    health_start_period: int = 0
    health_timeout: int = 0
    hostname: str = ""
    init: bool | None = None
    interactive: bool = False
    ip: str = ""
    ip6: str = ""
    ipc: str = ""
    isolation: str = ""
    label_files: tuple[str, ...] = ()
    labels: tuple[Setting, ...] = ()
    link_local_ips: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    log_driver: str = ""
    log_options: tuple[Setting, ...] = ()
    mac_address: str = ""
    memory_swappiness: int = -1
    mounts: tuple[Mount, ...] = ()
    name: str = ""
    network_aliases: tuple[str, ...] = ()
    networks: tuple[Attachment, ...] = ()
    no_healthcheck: bool = False
    oom_kill_disable: bool = False
    oom_score_adj: int = 0
    pid: str = ""
    platform: str | None = None
    privileged: bool = False
    ports: tuple[Publication, ...] = ()
    publish_all: bool = False
    pull: Literal["always", "missing", "never", ""] = "missing"
    quiet: bool = False
    read_only: bool = False
    rm: bool = False
    runtime: str = ""
    security_options: tuple[str, ...] = ()
    shm_size: int = 0
    stop_signal: str = ""
    stop_timeout: int | None = None
    storage_options: tuple[Setting, ...] = ()
    sysctls: tuple[Setting, ...] = ()
    tmpfs: tuple[str, ...] = ()
    tty: bool = False
    ulimits: tuple[Ulimit, ...] = ()
    use_api_socket: bool = False
    user: str = ""
    userns: str = ""
    uts: str = ""
    volume_driver: str = ""
    volumes: tuple[Binding, ...] = ()
    volumes_from: tuple[str, ...] = ()
    workdir: str = ""


class Create(Specification):
    """`docker create`."""

    verb: Literal["create"] = "create"


class Run(Specification):
    """`docker run`: create and start; unless `detach`, wait for what it prints."""

    verb: Literal["run"] = "run"
    detach: bool = False
