"""Typed docker operations: what runs. A line is only how an operation is shown.

One frozen model per verb; `verb` tells them apart. An operation holds what docker's own CLI
would have parsed from its arguments (docker/cli v28 reference), in docker's words.
"""

from typing import Annotated

from pydantic import Field

from contracts.docker.operations.compose import (
    ComposeImages,
    ComposeKill,
    ComposeLogs,
    ComposeLs,
    ComposePause,
    ComposePs,
    ComposeRestart,
    ComposeRm,
    ComposeStart,
    ComposeStop,
    ComposeTop,
    ComposeUnpause,
)
from contracts.docker.operations.containers import (
    Commit,
    ContainerPrune,
    Cp,
    Diff,
    Exec,
    Export,
    Kill,
    Logs,
    Pause,
    Port,
    Ps,
    Rename,
    Restart,
    Rm,
    Start,
    Stats,
    Stop,
    Top,
    Unpause,
    Wait,
)
from contracts.docker.operations.creation import (
    Create,
    Run,
    Update,
)
from contracts.docker.operations.engine import (
    Events,
    Help,
    Info,
    Inspect,
    SystemDf,
    SystemPrune,
    Version,
)
from contracts.docker.operations.images import (
    History,
    ImagePrune,
    Images,
    Import,
    Load,
    Pull,
    Push,
    Rmi,
    Save,
    Search,
    Tag,
)
from contracts.docker.operations.networks import (
    NetworkConnect,
    NetworkCreate,
    NetworkDisconnect,
    NetworkLs,
    NetworkPrune,
    NetworkRm,
    VolumeCreate,
    VolumeLs,
    VolumePrune,
    VolumeRm,
)
from contracts.docker.operations.values import (
    Attachment,
    Binding,
    DeviceLimit,
    Filter,
    Mount,
    Publication,
    RestartPolicy,
    Setting,
    Ulimit,
)

__all__ = [
    "Attachment",
    "Binding",
    "Commit",
    "ComposeImages",
    "ComposeKill",
    "ComposeLogs",
    "ComposeLs",
    "ComposePause",
    "ComposePs",
    "ComposeRestart",
    "ComposeRm",
    "ComposeStart",
    "ComposeStop",
    "ComposeTop",
    "ComposeUnpause",
    "ContainerPrune",
    "Cp",
    "Create",
    "DeviceLimit",
    "Diff",
    "Events",
    "Exec",
    "Export",
    "Filter",
    "Help",
    "History",
    "ImagePrune",
    "Images",
    "Import",
    "Info",
    "Inspect",
    "Kill",
    "Load",
    "Logs",
    "Mount",
    "NetworkConnect",
    "NetworkCreate",
    "NetworkDisconnect",
    "NetworkLs",
    "NetworkPrune",
    "NetworkRm",
    "Operation",
    "Pause",
    "Port",
    "Ps",
    "Publication",
    "Pull",
    "Push",
    "Rename",
    "Restart",
    "RestartPolicy",
    "Rm",
    "Rmi",
    "Run",
    "Save",
    "Search",
    "Setting",
    "Start",
    "Stats",
    "Stop",
    "SystemDf",
    "SystemPrune",
    "Tag",
    "Top",
    "Ulimit",
    "Unpause",
    "Update",
    "Version",
    "VolumeCreate",
    "VolumeLs",
    "VolumePrune",
    "VolumeRm",
    "Wait",
]

Operation = Annotated[
    ComposeLs
    | ComposePs
    | ComposeLogs
    | ComposeTop
    | ComposeImages
    | ComposeStart
    | ComposeStop
    | ComposeRestart
    | ComposePause
    | ComposeUnpause
    | ComposeKill
    | ComposeRm
    | Ps
    | Logs
    | Stats
    | Top
    | Port
    | Diff
    | Start
    | Stop
    | Restart
    | Pause
    | Unpause
    | Kill
    | Rename
    | Wait
    | Rm
    | Exec
    | Cp
    | Export
    | Commit
    | ContainerPrune
    | Update
    | Create
    | Run
    | Version
    | Info
    | Help
    | Inspect
    | SystemDf
    | Events
    | SystemPrune
    | Images
    | History
    | Search
    | Pull
    | Push
    | Tag
    | Rmi
    | Save
    | Load
    | Import
    | ImagePrune
    | NetworkLs
    | NetworkCreate
    | NetworkRm
    | NetworkConnect
    | NetworkDisconnect
    | NetworkPrune
    | VolumeLs
    | VolumeCreate
    | VolumeRm
    | VolumePrune,
    Field(discriminator="verb"),
]
