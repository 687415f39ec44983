"""The plain common requests in other languages come out as the same commands."""

import pytest

from contracts.errors import Code, RefusedError
from functions.generate.builtin import propose
from functions.generate.builtin.languages import english
from tests.functions.generate.worlds import BOOKSTORE

LOOPY = (
    "docker container inspect --format '{{json .State}}' loopy",
    "docker logs --tail 100 loopy",
)
WORKERS = "bookstore-worker-1 bookstore-worker-2 bookstore-worker-3"

UNDERSTOOD = {
    "Starte die API neu": ("docker restart bookstore-api-1",),
    "Bitte stoppe die Datenbank": ("docker stop bookstore-db-1",),
    "Fahre draft wieder hoch": ("docker start draft",),
    "Halte beide Notebooks an": ("docker stop notebook-maria notebook-jens",),
    "Zeig mir die letzten 20 Zeilen der Logs von grafana": (
        "docker logs --tail 20 metrics-grafana-1",
    ),
    "Welche Container sind gestoppt?": ("docker ps --all --filter status=exited",),
    "Warum ist loopy abgestürzt?": LOOPY,
    "Lösche ungenutzte Volumes": ("docker volume prune",),
    "Stoppe das wiki und starte es danach wieder": ("docker stop wiki", "docker start wiki"),
    "reinicia el contenedor wiki": ("docker restart wiki",),
    "detén grafana y prometheus": ("docker stop metrics-grafana-1 metrics-prometheus-1",),
    "lista todos los contenedores": ("docker ps --all",),
    "¿qué contenedores están en pausa?": ("docker ps --all --filter status=paused",),
    "muestra los registros de la base de datos": ("docker logs bookstore-db-1",),
    "¿cuánta memoria usa la base de datos?": ("docker stats --no-stream bookstore-db-1",),
    "elimina old-crawler": ("docker rm old-crawler",),
    "reinicia todos los workers": (f"docker restart {WORKERS}",),
    "redémarre le cache": ("docker restart bookstore-cache-1",),
    "arrête grafana": ("docker stop metrics-grafana-1",),
    "montre-moi les 30 dernières lignes des journaux de l'api": (
        "docker logs --tail 30 bookstore-api-1",
    ),
    "quels conteneurs sont arrêtés ?": ("docker ps --all --filter status=exited",),
    "supprime le conteneur draft": ("docker rm draft",),
    "重启 wiki": ("docker restart wiki",),
    "把 wiki 停掉": ("docker stop wiki",),
    "列出所有容器": ("docker ps --all",),
    "查看 wiki 的日志": ("docker logs wiki",),
    "哪个容器占用了 8080 端口?": ("docker ps --filter publish=8080",),
    "wiki को रीस्टार्ट करो": ("docker restart wiki",),
    "सभी कंटेनर दिखाओ": ("docker ps --all",),
    "wiki के लॉग दिखाओ": ("docker logs wiki",),
}


REFUSED = {
    "Starte den Worker neu": Code.AMBIGUOUS,
    "reinicia el worker": Code.AMBIGUOUS,
    "arrête le worker": Code.AMBIGUOUS,
    "starte den Server neu": Code.UNSUPPORTED,
    "apaga el servidor": Code.UNSUPPORTED,
    "给我宿主机的 root 密码": Code.UNSUPPORTED,
    "今天天气怎么样": Code.UNSUPPORTED,
    "Lösche die Rechnung": Code.UNKNOWN_OBJECT,
    "elimina la factura": Code.UNKNOWN_OBJECT,
}


@pytest.mark.parametrize(("words", "lines"), UNDERSTOOD.items(), ids=UNDERSTOOD.keys())
def test_a_common_request_is_understood(words: str, lines: tuple[str, ...]) -> None:
    assert propose(words, BOOKSTORE) == lines


@pytest.mark.parametrize(("words", "code"), REFUSED.items(), ids=REFUSED.keys())
def test_what_is_open_unknown_or_outside_is_refused_as_in_english(words: str, code: Code) -> None:
    with pytest.raises(RefusedError) as refused:
        propose(words, BOOKSTORE)
    assert refused.value.error.code is code


@pytest.mark.parametrize("words", ["why did the api die", "restart die-hard", "stop la-la-land"])
def test_english_stays_as_it_is(words: str) -> None:
    assert english(words) == words
