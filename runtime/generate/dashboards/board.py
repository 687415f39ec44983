"""A dashboard in few words, and the JSON that Grafana 11 and newer read.

Panels stand in rows of 24 columns, from left to right, in the order in which they are named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["timeseries", "stat", "heatmap", "table", "bargauge", "text", "alertlist"]
Json = dict[str, Any]

# Of dashboards since Grafana 11.0.
_SCHEMA = 39
_COLUMNS = 24
_SOURCE: Json = {"type": "prometheus", "uid": "prometheus"}
_TAG = "ai-command-gateway"


@dataclass(frozen=True)
class Query:
    """A query in PromQL.

    - `legend`: how one of its series is called, `{{label}}` being a label's value.
    - `instant`: of the newest moment alone.
    """

    expr: str
    legend: str = ""
    instant: bool = False


@dataclass(frozen=True)
class Variable:
    """What whoever looks can choose.

    - `query`: gives the values of a label, of which several or all may be chosen. Without it the
      variable is text that is typed, at first `text`.
    """

    name: str
    label: str
    query: str = ""
    text: str = ""

    def document(self) -> Json:
        """Return it as Grafana has it."""
        common = {"name": self.name, "label": self.label, "hide": 0}
        if not self.query:
            return {**common, "type": "textbox", "query": self.text, "current": _chosen(self.text)}
        return {
            **common,
            "type": "query",
            "datasource": _SOURCE,
            "query": {"query": self.query, "refId": self.name},
            "definition": self.query,
            "refresh": 2,
            "sort": 1,
            "multi": True,
            "includeAll": True,
            "allValue": ".*",
            "current": {"text": ["All"], "value": ["$__all"]},
        }


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One picture.

    - `meaning`: what it shows and what to make of it, for whoever has not seen it before.
    - `unit`: in Grafana's names: `s`, `reqps`, `percentunit`, `bytes`, `short`.
    - `limits`: colours from a value on, the lowest first; green below.
    - `stacked`: series on top of each other, where their sum means something.
    - `text`: the Markdown of a panel of text.
    """

    title: str
    meaning: str
    queries: Sequence[Query] = ()
    kind: Kind = "timeseries"
    unit: str = "short"
    width: int = 12
    height: int = 8
    limits: Sequence[tuple[float, str]] = ()
    highest: float | None = None
    stacked: bool = False
    text: str = ""

    def document(self, number: int, x: int, y: int) -> Json:
        """Return it as Grafana has it, at a place."""
        made: Json = {
            "id": number,
            "type": self.kind,
            "title": self.title,
            "description": self.meaning,
            "gridPos": {"h": self.height, "w": self.width, "x": x, "y": y},
        }
        if self.kind == "text":
            return {**made, "options": {"mode": "markdown", "content": self.text}}
        if self.kind == "alertlist":
            return {**made, "datasource": _SOURCE, "options": _ALERTS}
        made["datasource"] = _SOURCE
        made["targets"] = [
            self._target(query, letter)
            for query, letter in zip(self.queries, "ABCDEFGH", strict=False)
        ]
        made["fieldConfig"] = {"defaults": self._defaults(), "overrides": []}
        made["options"] = _OPTIONS[self.kind](self)
        if self.kind == "table":
            made["transformations"] = [_MERGED]
        return made

    def _target(self, query: Query, letter: str) -> Json:
        form = {"heatmap": "heatmap", "table": "table"}.get(self.kind, "time_series")
        return {
            "refId": letter,
            "datasource": _SOURCE,
            "expr": query.expr,
            "legendFormat": query.legend or "__auto",
            "format": form,
            "instant": query.instant,
            "range": not query.instant,
            "exemplar": not query.instant and "_bucket" in query.expr,
        }

    def _defaults(self) -> Json:
        steps: list[Json] = [{"color": "green", "value": None}]
        steps += [{"color": color, "value": value} for value, color in self.limits]
        found: Json = {
            "unit": self.unit,
            "min": 0,
            "thresholds": {"mode": "absolute", "steps": steps},
            "color": {"mode": "palette-classic" if self.kind == "timeseries" else "thresholds"},
        }
        if self.highest is not None:
            found["max"] = self.highest
        if self.kind == "timeseries":
            found["custom"] = {
                "lineWidth": 1,
                "fillOpacity": 30 if self.stacked else 5,
                "showPoints": "never",
                "stacking": {"mode": "normal" if self.stacked else "none", "group": "A"},
                "thresholdsStyle": {"mode": "line" if self.limits else "off"},
            }
        return found


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """A page of pictures.

    - `uid`: its name in links, for ever.
    - `question`: what it answers.
    """

    uid: str
    title: str
    question: str
    panels: Sequence[Panel]
    variables: Sequence[Variable] = ()

    @property
    def queries(self) -> Iterator[Query]:
        """Every query of every panel."""
        return (query for panel in self.panels for query in panel.queries)

    def document(self) -> Json:
        """Return it as Grafana has it."""
        return {
            "uid": self.uid,
            "title": self.title,
            "description": self.question,
            "tags": [_TAG],
            "schemaVersion": _SCHEMA,
            "version": 1,
            "editable": False,
            "graphTooltip": 1,
            "refresh": "30s",
            "time": {"from": "now-1h", "to": "now"},
            "timezone": "browser",
            "links": [_OTHERS],
            "annotations": {"list": [_FIRING]},
            "templating": {"list": [each.document() for each in self.variables]},
            "panels": list(self._placed()),
        }

    def _placed(self) -> Iterator[Json]:
        x = y = tallest = 0
        for number, panel in enumerate(self.panels, start=1):
            if x + panel.width > _COLUMNS:
                x, y, tallest = 0, y + tallest, 0
            yield panel.document(number, x, y)
            x, tallest = x + panel.width, max(tallest, panel.height)


def _chosen(text: str) -> Json:
    return {"text": text, "value": text}


def _single(_: Panel) -> Json:
    return {"reduceOptions": {"calcs": ["lastNotNull"]}, "colorMode": "value", "graphMode": "area"}


def _bars(_: Panel) -> Json:
    return {"reduceOptions": {"calcs": ["lastNotNull"]}, "orientation": "horizontal"}


def _lines(_: Panel) -> Json:
    return {
        "legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }


def _heat(panel: Panel) -> Json:
    return {
        "calculate": False,
        "color": {"mode": "scheme", "scheme": "Oranges", "steps": 64},
        "yAxis": {"unit": panel.unit},
        "cellGap": 1,
        "exemplars": {"color": "rgba(31, 120, 193, 0.8)"},
        "tooltip": {"mode": "single", "yHistogram": True},
    }


def _cells(_: Panel) -> Json:
    return {"showHeader": True, "cellHeight": "sm"}


_OPTIONS = {
    "timeseries": _lines,
    "stat": _single,
    "bargauge": _bars,
    "heatmap": _heat,
    "table": _cells,
}
_MERGED: Json = {"id": "merge", "options": {}}
_ALERTS: Json = {
    "alertInstanceLabelFilter": '{severity=~"critical|warning|info"}',
    "datasource": "Prometheus",
    "groupMode": "default",
    "maxItems": 20,
    "sortOrder": 1,
    "stateFilter": {"firing": True, "pending": True},
    "viewMode": "list",
}
_OTHERS: Json = {
    "type": "dashboards",
    "title": "Gateway",
    "tags": [_TAG],
    "asDropdown": True,
    "keepTime": True,
    "includeVars": False,
}
_FIRING: Json = {
    "name": "Alerts",
    "datasource": _SOURCE,
    "enable": True,
    "iconColor": "red",
    "expr": 'ALERTS{alertstate="firing",severity=~"critical|warning"}',
    "titleFormat": "{{alertname}}",
    "textFormat": "{{severity}}",
    "step": "60s",
}
