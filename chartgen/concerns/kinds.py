"""The kinds of resources, as data: which settings each gives, what a link may ask for, where it listens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SERVICE, CUSTOM = "service", "custom"


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known of one kind of resource.

    Attributes:
        keys: the settings that a link gives, from the Secret unless the resource says otherwise.
        more: further settings that there may be; a link gives those that the resource names. None: any.
        permissions: what a link may ask for; `granted` is what it gets when it asks for nothing.
        ports: where it listens, as far as that is the same everywhere.
        host, port: the settings that hold its address, which a proxy changes.
    """

    keys: tuple[str, ...] = ()
    more: tuple[str, ...] | None = None
    permissions: tuple[str, ...] = ()
    granted: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    host: str = ""
    port: str = ""

    def allows(self, key: str) -> bool:
        """Whether a resource of this kind may have that setting."""
        return self.more is None or key in self.keys or key in self.more


def _database(*keys: str, more: tuple[str, ...] = (), port: str) -> Kind:
    return Kind(keys, ("db_port", "url", "ca_file", *more), ports=(port,), host="db_host", port="db_port")


_CLOUD = ("443",)

KINDS: Mapping[str, Kind] = {
    "postgres": _database("db_user", "db_name", "db_password", "db_host", port="5432"),
    "mysql": _database("db_user", "db_name", "db_password", "db_host", port="3306"),
    "documentdb": _database("db_user", "db_host", "db_password", more=("db_name",), port="27017"),
    "mongodb": _database(
        "db_password", "db_user", "mongodb_atlas_connection_string", more=("db_name", "db_host"), port="27017"
    ),
    "redis": Kind(
        ("cache_host", "cache_auth_token"),
        ("cache_port", "url", "ca_file"),
        ports=("6379",),
        host="cache_host",
        port="cache_port",
    ),
    "s3": Kind(permissions=("read", "write"), granted=("write",), ports=_CLOUD),
    "gcs": Kind(permissions=("read", "write"), granted=("write",), ports=_CLOUD),
    "dynamodb": Kind(permissions=("read", "write"), granted=("write",), ports=_CLOUD),
    "sqs": Kind(permissions=("publish", "subscribe"), granted=("publish", "subscribe"), ports=_CLOUD),
    "sns": Kind(permissions=("publish",), granted=("publish",), ports=_CLOUD),
    "nats": Kind(("url", "credentials", "ca_file"), ("user", "password", "token"), ports=("4222",)),
    "kafka": Kind(
        ("brokers", "username", "password"),
        ("ca_file", "certificate", "key", "schema_registry_url"),
        ("publish", "subscribe"),
        ("publish", "subscribe"),
        ("9092",),
    ),
    CUSTOM: Kind(),
    SERVICE: Kind(("addr", "host", "port", "url"), ()),
}
"""Source of the keys and permissions: the field reference (opta), "Links", up to `sns`; nats: hops; kafka: ours."""


@dataclass(frozen=True, slots=True)
class Preset:
    """What is known of one proxy.

    Attributes:
        args: its arguments; `{port}`: where it listens, `{health}`: where it says how it is, `{instance}`: to what.
        started, alive: the paths by which it says that it has started, and that it need not be restarted.
        egress: the ports that it has to reach.
    """

    image: str
    args: tuple[str, ...]
    started: str
    alive: str
    egress: tuple[str, ...]


PRESETS: Mapping[str, Preset] = {
    "cloud_sql": Preset(
        "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.18.2",
        (
            "--structured-logs",
            "--port={port}",
            "--health-check",
            "--http-address=0.0.0.0",
            "--http-port={health}",
            "{instance}",
        ),
        "/startup",
        "/liveness",
        ("443", "3307"),
    ),
}
"""Source: Cloud SQL Auth Proxy, version 2. It speaks to the API on 443 and to the instance on 3307; its example of
health checks advises against readiness, which would take the service out whenever the database is away."""
