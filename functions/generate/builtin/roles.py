"""What well-known software is for: "the database" is whatever runs postgres, mysql or mongo.

The words that people use for a role stand at the margin; the images (their last part, without
tag) and compose services that play it below. General knowledge of public images; nothing in it
names anybody's own containers.
"""

from collections.abc import Iterator
from types import MappingProxyType

_ROLES = """
database db sql rdbms datastore
    postgres postgresql postgis timescaledb pgvector mysql mariadb percona mongo mongodb
    cockroach cassandra scylla couchdb couchbase neo4j influxdb clickhouse clickhouse-server
    oracle mssql server-sqlserver rqlite surrealdb questdb arangodb rethinkdb dgraph tidb
postgres postgresql pg psql
    postgres postgresql postgis timescaledb pgvector pgbouncer
mysql
    mysql mariadb percona
mongo mongodb
    mongo mongodb
sqlserver mssql
    mssql azure-sql-edge
timeseries metrics timeseriesdb
    influxdb timescaledb prometheus victoria-metrics questdb
cache caching keyvalue inmemory kv
    redis valkey memcached keydb dragonfly hazelcast squid varnish
redis
    redis valkey keydb redis-stack redis-stack-server
queue mq messagequeue broker messagebroker messaging message bus
    rabbitmq kafka cp-kafka redpanda nats activemq artemis pulsar mosquitto emqx
    eclipse-mosquitto hivemq nsq zeromq vernemq
kafka
    kafka cp-kafka redpanda
rabbit
    rabbitmq
mqtt
    mosquitto eclipse-mosquitto emqx hivemq vernemq
proxy reverseproxy reverse ingress
    nginx traefik haproxy caddy envoy nginx-proxy-manager nginx-proxy swag openresty kong apisix
proxy webcache
    squid varnish tinyproxy
loadbalancer balancer lb
    haproxy traefik nginx envoy
gateway apigateway
    kong tyk krakend apisix
webserver web http
    nginx httpd apache caddy lighttpd openresty
apache
    httpd apache apache2
search searchengine index
    elasticsearch opensearch solr meilisearch typesense zinc
elastic
    elasticsearch kibana
metrics monitoring collector
    prometheus telegraf victoria-metrics node-exporter netdata
dashboards dashboard graphs charts monitoring
    grafana kibana superset metabase redash homer homepage
dashboard ui webui
    portainer portainer-ce phpmyadmin pgadmin4 adminer tensorboard
alerting alerts alert
    alertmanager
logs logging logstore log
    loki fluentd fluent-bit logstash promtail vector graylog
tracing traces
    jaeger tempo zipkin all-in-one
uptime monitor statuspage
    uptime-kuma gatus
exporter hostmetrics
    node-exporter cadvisor
secrets secret
    vault infisical
passwords password passwordmanager vault bitwarden
    vaultwarden bitwarden passbolt
sso auth login identity
    keycloak authentik authelia dex zitadel
registry imageregistry image docker
    registry harbor distribution
objectstorage objectstore object s3 bucket blob storage
    minio seaweedfs garage
ci runner buildrunner
    gitlab-runner jenkins drone woodpecker-server act_runner runner
builder build
    buildkit buildkitd kaniko
git scm forge
    gitea gitlab gitlab-ce forgejo gogs
codequality quality analyzer analyser scanner code analysis
    sonarqube
workflow workflows scheduler orchestration dag
    airflow prefect dagster n8n
experiment experiments tracking
    mlflow
inference modelserver model serving
    tritonserver vllm-openai ollama tgi torchserve
llm
    ollama vllm-openai text-generation-inference
notebook notebooks jupyter
    scipy-notebook pytorch-notebook jupyter notebook base-notebook datascience-notebook
    minimal-notebook tensorflow-notebook jupyterhub jupyterlab
labeling labelling annotation annotations
    label-studio cvat
adblocker adblock ad ads blocker dns
    pihole adguardhome adguard blocky
dns resolver nameserver
    unbound coredns bind9 powerdns technitium dns-server
vpn
    wireguard openvpn wg-easy tailscale gluetun headscale
media mediaserver streaming movie video
    jellyfin plex emby pms-docker
tv series shows show downloader
    sonarr
movie movies film films
    radarr
music
    lidarr navidrome
indexer indexers
    prowlarr jackett
subtitles
    bazarr
torrent torrents download downloads downloader bittorrent client downloadclient
    qbittorrent transmission deluge rtorrent sabnzbd nzbget
photo photos picture pictures gallery
    immich immich-server photoprism librephotos
cloud files file filesync cloudstorage
    nextcloud owncloud seafile syncthing filebrowser
homeautomation smarthome smart home automation automations hass
    home-assistant homeassistant openhab domoticz
zigbee bridge
    zigbee2mqtt
zwave bridge
    zwavejs2mqtt zwave-js-ui
flow flows flowengine lowcode
    node-red nodered n8n
dockermanagement dockerui docker management
    portainer portainer-ce dockge yacht
ui
    docker-registry-ui redis-commander mongo-express adminer phpmyadmin pgadmin4 kafka-ui
dbadmin admin
    phpmyadmin pgadmin4 adminer mongo-express
cms blog
    wordpress ghost drupal joomla
wiki docs
    bookstack wikijs wiki dokuwiki mediawiki outline
mail email smtp mailserver
    mailhog mailpit postfix docker-mailserver mailcow
chat
    mattermost rocket.chat synapse element-web
recipes
    mealie tandoor recipes
rss feed feeds reader
    freshrss miniflux
analytics
    matomo plausible umami
debug troubleshooting toolbox network
    netshoot
coordination
    zookeeper etcd consul
autoheal updater updates
    watchtower
tunnel
    cloudflared ngrok frpc
"""


def _roles() -> Iterator[tuple[list[str], list[str]]]:
    """Yield each role's words with the images that play it."""
    said: list[str] = []
    images: list[str] = []
    for line in _ROLES.strip().splitlines():
        if line.startswith(" "):
            images += line.split()
            continue
        if images:
            yield said, images
        said, images = line.split(), []
    yield said, images


def _by_image() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for said, images in _roles():
        for image in images:
            table.setdefault(image, set()).update(said)
    return {image: frozenset(said) for image, said in table.items()}


ROLES = MappingProxyType(_by_image())
"""The role words of an image's last part."""

ROLE_WORDS = frozenset(word for said, _ in _roles() for word in said)
"""Every word for a role."""

SAME = MappingProxyType(
    {
        word: group
        for group in (
            ("db", "database", "databases", "dbs"),
            ("tmp", "temp", "temporary"),
            ("auth", "authentication", "authn"),
            ("fe", "frontend", "front"),
            ("be", "backend", "back"),
            ("prod", "production", "live"),
            ("dev", "development"),
            ("stage", "staging", "stg"),
            ("mq", "queue"),
            ("lb", "loadbalancer"),
            ("cam", "camera"),
            ("notif", "notification", "notifications", "notifier"),
            ("msg", "message", "messages"),
            ("admin", "administration"),
            ("mgmt", "management"),
            ("proc", "processor"),
            ("sched", "scheduler"),
            ("svc", "service"),
            ("gw", "gateway"),
            ("cfg", "config", "configuration"),
            ("img", "image"),
            ("exec", "executor"),
            ("mon", "monitoring", "monitor"),
            ("pg", "postgres", "postgresql"),
            ("mongo", "mongodb"),
            ("es", "elasticsearch", "elastic"),
            ("doc", "docs", "documentation"),
            ("job", "task"),
            ("cron", "cronjob"),
            ("mailer", "mail"),
            ("web", "website"),
        )
        for word in group
    }
)
"""Ways of writing one word: `db` is `database`."""
