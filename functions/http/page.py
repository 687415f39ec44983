"""`/openapi.json` and `/docs`: the document for programs, and the same for people.

The page is made here, and loads nothing: no script, no font, nothing from anywhere else.
"""

import base64
import hashlib
import json
from functools import cache
from html import escape
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response

from functions.http import openapi
from functions.http.visit import Visit

_STYLE = """\
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
h2{margin-top:2.5rem}h3{margin:1.5rem 0 .2rem}code,pre{font:14px/1.4 ui-monospace,monospace}
pre{background:#f5f5f5;padding:.8rem;overflow:auto;max-height:30rem}
td,th{padding:.15rem 1rem .15rem 0;text-align:left;vertical-align:top}summary{cursor:pointer}
@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}pre{background:#222}}
"""


async def document(_: Visit) -> Response:
    """Return the OpenAPI document."""
    return JSONResponse(openapi.document())


async def read(_: Visit) -> Response:
    """Return the page."""
    style = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    return HTMLResponse(_page(), headers={"Content-Security-Policy": policy})


@cache
def _page() -> str:
    held = openapi.document()
    routes = "".join(
        _route(path, method, operation)
        for path, methods in held["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    )
    schemas = "".join(
        f"<details id='{escape(name)}'><summary><code>{escape(name)}</code></summary>"
        f"<pre>{escape(json.dumps(schema, indent=2, ensure_ascii=False))}</pre></details>"
        for name, schema in held["components"]["schemas"].items()
    )
    title = escape(held["info"]["title"])
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title}</title>"
        f"<meta name='viewport' content='width=device-width'><style>{_STYLE}</style></head><body>"
        f"<h1>{title}</h1><p>{escape(held['info']['description'])}</p>"
        "<p>For programs: <a href='/openapi.json'>openapi.json</a></p>"
        f"<h2>What there is</h2>{routes}<h2>Bodies</h2>{schemas}</body></html>\n"
    )


def _route(path: str, method: str, operation: dict[str, Any]) -> str:
    taken = "".join(
        f"<tr><td><code>{escape(each['name'])}</code></td><td>{escape(each['in'])}</td>"
        f"<td><code>{escape(json.dumps(each['schema']))}</code></td></tr>"
        for each in operation.get("parameters", ())
    )
    sent = "".join(
        _named(each) for each in operation.get("requestBody", {}).get("content", {}).items()
    )
    answers = "".join(
        f"<tr><td>{escape(status)}</td><td>{escape(each['description'])}</td>"
        f"<td>{' '.join(map(_named, each.get('content', {}).items()))}</td></tr>"
        for status, each in operation["responses"].items()
    )
    return (
        f"<h3><code>{method.upper()} {escape(path)}</code></h3><p>{escape(operation['summary'])}"
        f"{' (no token)' if operation.get('security') == [] else ''}</p>"
        + (f"<table>{taken}</table>" if taken else "")
        + (f"<p>Body: {sent}</p>" if sent else "")
        + f"<table>{answers}</table>"
    )


def _named(content: tuple[str, dict[str, Any]]) -> str:
    media_type, held = content
    name = held["schema"].get("$ref", "").rpartition("/")[2]
    link = f" <a href='#{escape(name)}'>{escape(name)}</a>" if name else ""
    return f"<code>{escape(media_type)}</code>{link}"
