# ruff: noqa: E501 - a line of a log is as long as it is
"""Where secrets stand in the output of containers, and lines that hold none."""

import json
from collections.abc import Callable
from random import Random

from tests.secrets.kinds import ALNUM, BASE64, DIGITS, HEX, UPPER, URLSAFE, chars

Place = Callable[[str], str]

TIME = "2026-03-04T05:06:07.089Z"

ANYWHERE: dict[str, Place] = {
    "log": lambda s: f"{TIME} ERROR [worker-3] c.a.Client - call with {s} failed: 401",
    "log, quoted": lambda s: f"{TIME} level=warn msg=\"rejected '{s}'\" attempt=3",
    "JSON": lambda s: json.dumps({"level": "info", "msg": f"using {s}", "attempt": 2}),
    "JSON in JSON": lambda s: json.dumps({"log": json.dumps({"value": s, "n": 1}) + "\n"}),
    "env": lambda s: f"PATH=/usr/bin:/bin\nUPSTREAM={s}\nHOME=/root",
    "yaml": lambda s: "service:\n  upstream: " + s.replace("\n", "\n    ") + "\n  port: 80",
    "alone": lambda s: s,
    "coloured": lambda s: f"\x1b[32minfo\x1b[0m: \x1b[1m{s}\x1b[0m",
    "brackets": lambda s: f"retry(3): client({s}), next in 5s",
    "arguments": lambda s: f"root  17  0.0  /bin/app --listen :80 --upstream={s} --verbose",
    "escaped line break": lambda s: json.dumps({"log": f"first\n{s}\nlast"}),
    "in a query": lambda s: f"GET /cb?state=1&next=%2Fa%3Fv%3D{s}&x=2 HTTP/1.1",
    "XML": lambda s: f"<config><upstream>{s}</upstream></config>",
    "Python": lambda s: f"DEBUG:app:config = {{'upstream': {s!r}, 'debug': True}}",
    "prefixed": lambda s: "\n".join(f"web-1  | {line}" for line in s.split("\n")),
}

NAMES = (
    "password", "DB_PASSWORD", "POSTGRES_PASSWORD", "api_key", "API_KEY", "apiKey", "client_secret",
    "SECRET_KEY", "auth_token", "accessToken", "AWS_SECRET_ACCESS_KEY", "AccountKey", "db.password",
    "TWILIO_AUTH_TOKEN", "private-key", "credentials", "MYSQL_ROOT_PASSWORD", "X-Api-Key",
)  # fmt: skip

BY_NAME: dict[str, Callable[[str, str], str]] = {
    "env": lambda n, s: f"PATH=/bin\n{n.upper().replace('-', '_').replace('.', '_')}={s}\nHOME=/",
    "logfmt": lambda n, s: f'{TIME} level=info msg="connecting" {n}={s} retries=3',
    "JSON": lambda n, s: json.dumps({"host": "db", n: s, "port": 5432}),
    "JSON in JSON": lambda n, s: json.dumps({"log": json.dumps({n: s, "n": 1}) + "\n"}),
    "yaml": lambda n, s: f"db:\n  host: db\n  {n}: {s}\n  port: 5432",
    "Python": lambda n, s: f"INFO:root:options {{'host': 'db', '{n}': '{s}', 'port': 1}}",
    "flag": lambda n, s: f"root 17 /bin/app --{n.lower().replace('_', '-')}={s} --port 80",
    "flag and blank": lambda n, s: f"exec: app --{n.lower().replace('_', '-')} {s} --port 80",
    "sentence": lambda n, s: f"{TIME} INFO signing in to db with {n}: {s}",
    "query": lambda n, s: f'10.0.0.7 - "GET /cb?state=1&{n}={s}&x=2 HTTP/1.1" 200 17',
    "connection string": lambda n, s: f"Server=db;Database=shop;{n}={s};Encrypt=true",
    "shell": lambda n, s: f"+ export {n.upper().replace('-', '_').replace('.', '_')}='{s}'",
    "toml": lambda n, s: f'[db]\nhost = "db"\n{n} = "{s}"\n',
}

HEADERS: dict[str, Place] = {
    "bearer header": lambda s: f"> Authorization: Bearer {s}\n> Accept: */*",
    "bearer in JSON": lambda s: json.dumps({"headers": {"Authorization": f"Bearer {s}"}}),
    "basic header": lambda s: f"< authorization: Basic {s}",
    "cookie": lambda s: f"> Cookie: session={s}; theme=dark",
    "set-cookie": lambda s: f"< Set-Cookie: sid={s}; HttpOnly; Path=/",
    "x-api-key": lambda s: f"> X-Api-Key: {s}",
    "vault header": lambda s: f"curl -H 'X-Vault-Token: {s}' http://vault:8200",
}


def digest(r: Random) -> str:
    return f"sha256:{chars(r, HEX, 64)}"


def uuid(r: Random) -> str:
    return "-".join(chars(r, HEX, n) for n in (8, 4, 4, 4, 12))


Line = Callable[[Random], str]

INNOCENT: dict[str, Line] = {
    "image digest": lambda r: f"registry.internal/team/app@{digest(r)}",
    "digest in JSON": lambda r: json.dumps({"Id": digest(r), "RepoDigests": [f"app@{digest(r)}"]}),
    "container id": lambda r: f"{chars(r, HEX, 64)}",
    "docker ps": lambda r: f'{chars(r, HEX, 12)}   auth-token-service:{r.randrange(9)}.2   "/bin/app"   2 hours ago   Up 2 hours   0.0.0.0:80->80/tcp   token-1',
    "docker event": lambda r: f"{TIME} container start {chars(r, HEX, 64)} (image=vault:1.2, name=secret-store)",
    "docker inspect": lambda r: json.dumps({"SandboxKey": f"/var/run/docker/netns/{chars(r, HEX, 12)}", "MacAddress": "02:42:ac:11:00:02", "EndpointID": chars(r, HEX, 64)}),
    "image and tag": lambda r: f"pulling registry.io/auth/token:{chars(r, HEX, 7)} (secret:v1.2.{r.randrange(9)})",
    "git sha": lambda r: f"HEAD is now at {chars(r, HEX, 40)} aws: rotate the key of the deploy",
    "short sha": lambda r: f"commit {chars(r, HEX, 7)}..{chars(r, HEX, 7)} main -> main",
    "UUID": lambda r: f"{TIME} INFO request_id={uuid(r)} trace_id={chars(r, HEX, 32)} status=200",
    "UUID in JSON": lambda r: json.dumps({"id": uuid(r), "key": f"orders:{r.randrange(9999)}", "ok": True}),
    "base64 data": lambda r: f"data:image/png;base64,{chars(r, BASE64, 400)}=",
    "base64 alone": lambda r: f"{chars(r, BASE64, 76)}",
    "npm integrity": lambda r: f'"integrity": "sha512-{chars(r, BASE64, 86)}=="',
    "go.sum": lambda r: f"github.com/nats-io/nats.go v1.31.0 h1:{chars(r, BASE64, 43)}=",
    "pip hash": lambda r: f"    --hash=sha256:{chars(r, HEX, 64)} \\",
    "Java trace": lambda r: f"\tat org.springframework.security.authentication.UsernamePasswordAuthenticationToken.eraseCredentials(UsernamePasswordAuthenticationToken.java:{r.randrange(300)})",
    "Java classes": lambda r: f"{TIME} INFO o.s.b.w.s.c.AnnotationConfigServletWebServerApplicationContext$Proxy{r.randrange(99)} started",
    "Python trace": lambda r: f'  File "/app/auth/token.py", line {r.randrange(300)}, in refresh_token\n    raise InvalidTokenError("token is expired")',
    "Go trace": lambda r: f"github.com/acme/auth.(*TokenStore).Get(0xc{chars(r, HEX, 9)}, {{0x{chars(r, HEX, 6)}, 0x10}})",
    "mysql denied": lambda r: f"{TIME} [Note] Access denied for user 'root'@'10.0.0.{r.randrange(255)}' (using password: YES)",
    "postgres": lambda r: f'{TIME} FATAL:  password authentication failed for user "app{r.randrange(9)}"\nDETAIL:  Key (id)=({r.randrange(999)}) already exists.',
    "sentence on tokens": lambda r: f"{TIME} WARN token: expired; secret: missing; password: required ({r.randrange(99)})",
    "sentence on flags": lambda r: f"the --password flag is deprecated since 1.{r.randrange(20)}; use --password-file",
    "token counts": lambda r: f'{{"usage": {{"prompt_tokens": {r.randrange(9999)}, "completion_tokens": {r.randrange(999)}, "max_tokens": 4096}}}}',
    "token type": lambda r: json.dumps({"token_type": "bearer", "expires_in": r.randrange(9999), "token_endpoint": "https://sso.internal/oauth2/token"}),
    "states": lambda r: f"auth=none password=required token=missing secret=<unset> api_key=*** key=cache:{r.randrange(999)}",
    "placeholders": lambda _: "password=${DB_PASSWORD} token={{ .Values.token }} secret=$SECRET api_key=<your-key>",
    "files of secrets": lambda _: "POSTGRES_PASSWORD_FILE=/run/secrets/pg\nssl_certificate_key /etc/ssl/private/site.key;\ntoken: /var/run/secrets/kubernetes.io/serviceaccount/token",
    "environment": lambda r: f"PWD=/usr/src/app\nOLDPWD=/\nHOSTNAME={chars(r, HEX, 12)}\nLANG=C.UTF-8\nGPG_KEYS_SERVER=",
    "keys of caches": lambda r: f"cache hit key=user:{r.randrange(999)}:profile ttl=300 primary_key=id routing_key=orders.created partition_key={r.randrange(9)}",
    "JSON keys": lambda r: json.dumps({"key": "value", "keys": ["a", "b"], "author": "me", "passed": r.randrange(9), "secretRef": {"name": "x"}}),
    "access log": lambda r: f'10.1.2.{r.randrange(255)} - - [04/Mar/2026:05:06:07 +0000] "GET /api/v1/tokens/{r.randrange(999)}?page=2 HTTP/1.1" 200 {r.randrange(9999)} "https://shop.internal/login" "Mozilla/5.0"',
    "assets": lambda r: f"GET /static/js/main.{chars(r, HEX, 8)}.chunk.js /assets/index-{chars(r, URLSAFE, 8)}.css",
    "URLs": lambda r: f"proxying http://auth.internal:8080/@scope/pkg?cursor={chars(r, ALNUM, 24)} to https://a:443",
    "e-mail": lambda r: f"mail to ops{r.randrange(9)}@example.com from noreply@shop.internal: password reset",
    "kebab names": lambda r: f"deployment/disk-usage-exporter-{chars(r, HEX, 10)}-{chars(r, HEX[10:] + DIGITS, 5)} task-runner-sk-learn-model-serving",
    "s3 key": lambda r: f"PUT s3://bucket/key=uploads/2026/03/{uuid(r)}.jpg etag={chars(r, HEX, 32)}",
    "public key": lambda r: "-----BEGIN PUBLIC " + f"KEY-----\n{chars(r, BASE64, 64)}\n-----END PUBLIC KEY-----",
    "certificate": lambda r: f"-----BEGIN CERTIFICATE-----\n{chars(r, BASE64, 64)}\n{chars(r, BASE64, 64)}\n-----END CERTIFICATE-----",
    "ssh public key": lambda r: f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{chars(r, BASE64, 43)} me@host",
    "public nkey": lambda r: f"nkey: U{chars(r, UPPER + '234567', 55)}",
    "hex dump": lambda r: f"0000{chars(r, HEX, 4)}  " + " ".join(chars(r, HEX, 2) for _ in range(16)),
    "versions": lambda r: f"v1.{r.randrange(30)}.{r.randrange(9)}-rc.1+{chars(r, HEX, 8)} go1.22.{r.randrange(9)} linux/amd64",
    "metrics": lambda r: f'auth_tokens_issued_total{{client="web",key="a"}} {r.randrange(9999)}',
    "k8s": lambda _: "  valueFrom:\n    secretKeyRef:\n      name: db\n      key: password\n  imagePullSecrets:\n  - name: regcred",
    "compose label": lambda r: f"com.docker.compose.config-hash={chars(r, HEX, 64)},com.docker.compose.project=auth",
}  # fmt: skip


_ORDINARY: tuple[Line, ...] = (
    lambda r: (
        f"2026-11-22T20:{r.randrange(60):02}:{r.randrange(60):02}.{r.randrange(10**6):06}Z INFO  [http-nio-8080-exec-{r.randrange(9)}] c.a.orders.OrderController - GET /api/v1/orders/{r.randrange(99999)} 200 {r.randrange(300)}ms request_id={uuid(r)}"
    ),
    lambda r: (
        f'172.18.0.{r.randrange(255)} - - [22/Nov/2026:20:11:{r.randrange(60):02} +0000] "GET /static/js/main.{chars(r, HEX, 8)}.js HTTP/1.1" 200 {r.randrange(99999)} "https://shop.internal/checkout" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"'
    ),
    lambda r: (
        f'{{"level":"info","ts":{r.random() * 1e9:.3f},"caller":"server/server.go:{r.randrange(999)}","msg":"request completed","trace_id":"{chars(r, HEX, 32)}","span_id":"{chars(r, HEX, 16)}","status":200}}'
    ),
    lambda r: (
        f"\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:{r.randrange(999)})"
    ),
    lambda r: (
        f"2026-11-22 20:11:0{r.randrange(9)}.123 UTC [{r.randrange(999)}] LOG:  checkpoint complete: wrote {r.randrange(999)} buffers (0.1%); 0 WAL file(s) added, 0 removed, 0 recycled"
    ),
    lambda r: f"{digest(r)}  registry.internal/team/app@{digest(r)}",
    lambda r: (
        f"WARN auth token for user {r.randrange(999)} will expire in 5 minutes; refreshing key material"
    ),
    lambda r: (
        f"pull {chars(r, HEX, 12)}: Layer already exists, key=cache:{r.randrange(999)} hits={r.randrange(99)}"
    ),
)


def ordinary(r: Random, count: int) -> list[str]:
    """Return lines as containers print them all day."""
    return [r.choice(_ORDINARY)(r) for _ in range(count)]
