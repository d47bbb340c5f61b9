"""Random specs for properties: right by construction over all concerns (`projects`), or anything (`wild_projects`).

Both give the files of a project, as `spec.load` takes them.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from chartgen import yamlio
from chartgen.concerns import CONCERNS
from chartgen.spec.fields import ServiceSettings

Fields = dict[str, Any]


def examples(count: int) -> settings:
    """So many examples, and as many times more as the profile wants (`HYPOTHESIS_PROFILE=explore`)."""
    return settings(max_examples=count * settings().max_examples // 100)


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), include_characters="\n\t"), max_size=20
).filter(lambda text: not any(root in text for root in ("{vars", "{parent", "{env", "{region", "{proj", "{serv")))
words = st.text(string.ascii_letters + string.digits, min_size=1, max_size=8)
names = st.from_regex(r"[a-z]([-a-z0-9]{0,8}[a-z0-9])?", fullmatch=True)
port_names = st.from_regex(r"[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,5})?", fullmatch=True)
variables = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
seconds = st.integers(1, 600)
numbers = st.integers(1, 65535)
paths = st.lists(words, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))
scalars = st.one_of(
    texts, st.integers(-9, 99999), st.booleans(), st.sampled_from(["on", "1.10", "0755", "1e3", "~", "null"])
)
label_values = st.from_regex(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,10}[A-Za-z0-9])?)?", fullmatch=True)
keys = st.one_of(names, st.tuples(names, names).map(lambda pair: f"{pair[0]}.example/{pair[1]}"))
labels = st.dictionaries(keys, label_values, max_size=3)
notes = st.dictionaries(keys, scalars, max_size=3)
percentages = st.one_of(st.integers(1, 9), st.integers(1, 100).map("{}%".format))
commands = st.lists(texts, min_size=1, max_size=3)
yes = st.just(value=True)


def optional(**fields: SearchStrategy[Any]) -> SearchStrategy[Fields]:
    """Some of the fields."""
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def amounts(draw: st.DrawFn) -> Fields:
    """Requests, and limits of at least as much."""
    request = draw(
        optional(cpu=st.integers(1, 4000), memory=st.integers(1, 4096), ephemeral_storage=st.integers(1, 99))
    )
    limits = {
        name: draw(st.one_of(st.none(), st.integers(amount, 2 * amount)))
        for name, amount in request.items()
        if draw(st.booleans())
    }
    return {"resource_request": request, **({"resource_limits": limits} if limits else {})} if request else {}


@st.composite
def ports(draw: st.DrawFn) -> Fields:
    """No port, one in its short form, or several of which at most one is plain http."""
    form = draw(st.sampled_from(["none", "short", "list", "map"]))
    if form == "none":
        return {}
    if form == "short":
        return {"port": {draw(st.sampled_from(["http", "grpc", "websocket", "tcp"])): draw(numbers)}}
    found: dict[str, Fields] = {}
    own = draw(st.lists(port_names, min_size=1, max_size=3, unique=True))
    taken = draw(st.lists(numbers, min_size=2 * len(own), max_size=2 * len(own), unique=True))
    for index, name in enumerate(own):
        kinds = [{"type": "tcp"}, {"protocol": "grpc"}, {"type": "http", "protocol": "websocket"}]
        kind = draw(st.sampled_from(kinds if index else [*kinds, {}, {"type": "http"}]))
        found[name] = {"port": taken[2 * index], "service_port": taken[2 * index + 1], **kind}
    several: Any = found if form == "map" else [{"name": name, **port} for name, port in found.items()]
    return {"ports": several, **draw(optional(probe_port=st.sampled_from(own)))}


def port_kinds(fields: Fields) -> dict[str, str]:
    """The ports by name, each with what it speaks."""
    if "port" in fields:
        return {name: "websocket" if name == "tcp" else name for name in fields["port"]}
    several = fields.get("ports", {})
    if isinstance(several, list):
        several = {port["name"]: port for port in several}
    return {name: port.get("protocol") or port.get("type") or "http" for name, port in several.items()}


@st.composite
def probes(draw: st.DrawFn, own: Mapping[str, str]) -> Fields:
    """Probes that ask a port by path, or run a command."""
    found: Fields = {}
    for kind in ("healthcheck", "liveness_probe", "readiness_probe", "startup_probe"):
        by_path = draw(st.booleans()) and bool(own)
        if draw(st.booleans()):
            found[f"{kind}_path" if by_path else f"{kind}_command"] = draw(paths if by_path else commands)
        if kind != "healthcheck" and draw(st.booleans()):
            settings: dict[str, SearchStrategy[Any]] = {"enabled": st.booleans()}
            settings |= dict.fromkeys(("period", "timeout", "failure_threshold"), seconds)
            if own:
                settings["port"] = st.sampled_from([*own])
            if by_path and f"{kind}_path" in found:
                settings |= {"scheme": st.sampled_from(["HTTP", "HTTPS"])}
                settings |= {"headers": st.dictionaries(words, texts, max_size=2)}
            found[kind] = draw(optional(**settings))
    delays = {f"initial_{kind}_delay": st.integers(0, 99) for kind in ("liveness", "readiness", "startup")}
    return found | draw(optional(**delays))


@st.composite
def scale(draw: st.DrawFn) -> Fields:
    """Bounds in order, and what goes with them."""
    low, high = sorted((draw(st.integers(1, 9)), draw(st.integers(1, 9))))
    targets = {f"autoscaling_target_{kind}_percentage": st.integers(0, 200) for kind in ("cpu", "mem")}
    budgets = [
        optional(max_unavailable=percentages),
        optional(min_available=percentages),
        optional(enabled=st.booleans()),
    ]
    return draw(optional(min_containers=st.just(low), max_containers=st.just(high), **targets)) | draw(
        optional(disruption_budget=st.one_of(budgets))
    )


@st.composite
def exposure(draw: st.DrawFn, own: Mapping[str, str], host: str) -> Fields:
    """Services and ingress, where there is a port for them."""
    found: Fields = draw(
        optional(service_type=st.sampled_from(["ClusterIP", "LoadBalancer"]), service_annotations=notes)
    )
    if not own:
        return found
    extra = optional(type=st.just("LoadBalancer"), annotations=notes, ports=st.just({next(iter(own)): 1}))
    found |= draw(optional(extra_services=st.dictionaries(names.map("x-{}".format), extra, max_size=2)))
    if {"http", "grpc", "websocket"} & {*own.values()}:
        uris = st.lists(
            st.one_of(st.just(""), paths).map(lambda path: f"{host}{path}"), min_size=1, max_size=3, unique=True
        )
        found |= draw(
            optional(
                public_uri=st.one_of(st.just(host), uris),
                keep_path_prefix=st.booleans(),
                ingress_class=names,
                ingress_tls_secret=names,
                ingress_extra_annotations=notes,
                sticky_session=st.booleans(),
                sticky_session_max_age=seconds,
            )
        )
    return found


@st.composite
def environment(draw: st.DrawFn) -> Fields:
    """Variables, secrets and files, in either form."""
    plain = draw(st.dictionaries(variables, scalars, max_size=4))
    secret = draw(st.lists(variables.filter(lambda name: name not in plain), max_size=2, unique=True))
    as_list = [{"name": name, "value": value} for name, value in plain.items()]
    taken: list[str] = draw(st.lists(paths, max_size=3, unique=True))
    mounted, written = taken[:1], taken[1:]
    volume = (
        st.one_of(st.just(mounted[0]), st.just({"path": mounted[0], "medium": "Memory", "size_limit": 9}))
        if mounted
        else st.none()
    )
    return {
        "env_vars": draw(st.sampled_from([plain, as_list])),
        "secrets": draw(st.sampled_from([secret, {name: {"key": "key"} for name in secret}])),
        "files": {path: draw(st.one_of(texts, texts.map(lambda text: {"content": text}))) for path in written},
        "volumes": {"tmp": draw(volume)} if mounted else {},
    }


@st.composite
def rest(draw: st.DrawFn) -> Fields:
    """What stands for itself."""
    grace = draw(st.integers(2, 99))
    user = draw(st.integers(0, 9999))
    privileged = draw(st.booleans())
    container = optional(
        image=st.just("example.com/init:1"),
        commands=commands,
        args=commands,
        env_vars=st.dictionaries(variables, texts, max_size=2),
    )
    found = draw(
        optional(
            labels=labels,
            annotations=notes,
            pod_labels=labels,
            pod_annotations=notes,
            node_selector=labels,
            tolerations=st.lists(st.fixed_dictionaries({"key": keys}, optional={"value": label_values}), max_size=2),
            spread=optional(nodes=st.sampled_from(["preferred", "required", "off"]), zones=st.just("off")),
            init_containers=st.dictionaries(
                names.map("init-{}".format), container.map(lambda each: {"image": "a:1", **each}), max_size=2
            ),
            run_as_group=st.integers(0, 9999),
            fs_group=st.integers(0, 9999),
            read_only_root_filesystem=st.booleans(),
            add_capabilities=st.just(["NET_BIND_SERVICE"]),
            pre_stop_sleep=st.integers(0, grace - 1),
            commands=commands,
            args=commands,
            image_pull_policy=st.sampled_from(["Always", "Never"]),
            image_pull_secrets=st.lists(names, max_size=2, unique=True),
            max_surge=percentages,
            max_unavailable=percentages,
            min_ready_seconds=st.integers(0, 30),
            progress_deadline=st.integers(31, 900),
            revision_history_limit=st.integers(0, 9),
            service_account_annotations=notes,
            mount_service_account_token=st.booleans(),
            timeout=seconds,
            max_history=st.integers(0, 9),
        )
    )
    found |= {"termination_grace_period": grace} if "pre_stop_sleep" in found else {}
    found |= {"privileged": True} if privileged else {}
    return found | {"run_as_user": user, "run_as_non_root": user != 0}


def part() -> SearchStrategy[Fields]:
    """What any worker or job may say."""
    return optional(
        commands=commands,
        args=commands,
        env_vars=st.dictionaries(st.just("PART"), texts),
        resource_request=optional(cpu=st.integers(1, 999), memory=st.integers(1, 999)),
        pod_labels=labels,
        node_selector=labels,
    )


@st.composite
def parts(draw: st.DrawFn) -> Fields:
    """Another kind of workload, workers and jobs; their names never meet."""
    settings: Fields = {
        "restart_policy": st.sampled_from(["Never", "OnFailure"]),
        "retries": st.integers(0, 9),
        "parallelism": st.integers(1, 3),
        "deadline": seconds,
        "clean_up_after": seconds,
    }
    schedules = st.fixed_dictionaries(
        {"schedule": st.sampled_from(["@daily", "*/5 * * * *"])},
        optional={
            **settings,
            "time_zone": st.just("Europe/Oslo"),
            "concurrency": st.sampled_from(["Allow", "Replace"]),
            "suspend": st.booleans(),
            "starting_deadline": st.integers(10, 99),
            "keep_failed": st.integers(0, 9),
        },
    )
    moments = st.lists(st.sampled_from(["pre-install", "post-upgrade"]), min_size=1, unique=True)
    hooks = st.one_of(st.just({}), st.fixed_dictionaries({"hooks": moments}, optional={"hook_weight": seconds}))
    worker = optional(
        kind=st.sampled_from(["Deployment", "StatefulSet", "DaemonSet"]),
        port=st.fixed_dictionaries({"http": numbers}),
        min_containers=st.integers(1, 3),
        max_containers=st.integers(3, 9),
    )
    sorts = {"workers": worker, "cron_jobs": schedules, "jobs": hooks, "tests": st.just({})}
    found = draw(optional(kind=st.sampled_from(["Deployment", "StatefulSet", "DaemonSet", "Job", "None"])))
    for field, own in sorts.items():
        each = st.tuples(own, part()).map(lambda pair: {**pair[0], **pair[1]})
        found |= draw(optional(**{field: st.dictionaries(names.map(f"{field[0]}-{{}}".format), each, max_size=2)}))
    return found


@st.composite
def resources(draw: st.DrawFn) -> dict[str, Fields]:
    """What services use outside the project, each with a name that no service has."""
    kinds = st.sampled_from(["postgres", "mysql", "mongodb", "redis", "nats", "s3", "sqs", "custom", "service"])
    found: dict[str, Fields] = {}
    for kind in draw(st.lists(kinds, max_size=3, unique=True)):
        own: Fields = {"kind": kind}
        if kind == "service":
            own |= {"port": draw(numbers), **draw(optional(namespace=names, host=names, container_port=numbers))}
        else:
            anywhere = st.fixed_dictionaries(
                {"anywhere": st.just(value=True)}, optional={"ports": st.just([1, "2/UDP"])}
            )
            ranges = st.fixed_dictionaries({"cidrs": st.just(["10.0.0.0/8"])}, optional={"namespace": names})
            own["egress"] = draw(st.one_of(anywhere, ranges))
            own |= draw(optional(secret=names))
        if kind in ("s3", "sqs", "custom"):
            own["values"] = {"setting": draw(texts)}
        if kind in ("postgres", "redis"):
            host = {"postgres": "db_host", "redis": "cache_host"}[kind]
            own |= draw(optional(proxy=st.just({"image": "proxy:1"}), keys=st.just({host: "host"})))
        if kind == "nats":
            own |= draw(optional(files=st.just({"ca_file": "/nats-ca"}), keys=st.just(["url"])))
        found[f"the-{kind}"] = own
    return found


@st.composite
def network_policies(draw: st.DrawFn, others: Sequence[str]) -> Any:
    """A policy, with exceptions or without."""
    peers = [
        st.fixed_dictionaries({"namespace": st.one_of(st.just("*"), names)}, optional={"labels": labels}),
        st.fixed_dictionaries(
            {"cidrs": st.just(["192.0.2.0/24"])}, optional={"except_cidrs": st.just(["192.0.2.8/32"])}
        ),
        st.fixed_dictionaries(
            {"anywhere": st.just(value=True)}, optional={"ports": st.just([53, "53/UDP", "8000-8100"])}
        ),
        *([st.fixed_dictionaries({"service": st.sampled_from([*others])})] if others else []),
    ]
    exceptions = st.dictionaries(names, st.one_of(peers), max_size=2)
    settings = optional(monitoring_namespace=names, ingress_namespace=names, allow_from=exceptions, allow_to=exceptions)
    return draw(st.one_of(st.booleans(), settings))


@st.composite
def services(
    draw: st.DrawFn, name: str, others: Mapping[str, Fields], outside: Mapping[str, Fields] = MappingProxyType({})
) -> Fields:
    """One service that is right; `others` and what is `outside` may be linked to."""
    own = draw(ports())
    kinds = port_kinds(own)
    targets = [other for other, fields in others.items() if port_kinds(fields)]
    linked = draw(st.lists(st.sampled_from(targets), max_size=2, unique=True)) if targets else []
    fields: Fields = {"image": f"example.com/{name}:1", **own}
    fields |= draw(probes(kinds)) | draw(scale()) | draw(exposure(kinds, f"{name}.example"))
    fields |= draw(environment()) | draw(rest()) | draw(amounts())
    fields |= draw(parts())
    links: list[Any] = [{target: f"{target}_LINK".replace("-", "_").upper()} for target in linked]
    links += draw(st.lists(st.sampled_from([*outside]), max_size=3, unique=True)) if outside else []
    fields |= draw(optional(network_policy=network_policies([*others])))
    return fields | {"links": links}


@st.composite
def projects(draw: st.DrawFn) -> dict[str, bytes]:
    """A project that is right: up to three services, two environments, regions, layers."""
    found: dict[str, Fields] = {}
    outside = draw(resources())
    for name in draw(st.lists(names, min_size=1, max_size=3, unique=True)):
        found[name] = draw(services(name, found, outside))
    layer = optional(env_vars=st.dictionaries(st.just("LAYER"), scalars), labels=labels, fs_group=st.integers(1, 9))
    regions = draw(st.sampled_from([{}, {"eu": {"kube_context": "eu", "wave": 2}, "us": {"kube_context": "us"}}]))
    root: Fields = {
        "project": draw(names),
        "vars": draw(st.dictionaries(words, scalars, max_size=2)),
        "defaults": draw(layer),
        "resources": outside,
        "environments": {
            "dev": {"overrides": draw(layer), "vars": {"a": draw(scalars)}},
            "prod": {"extends": "dev", "overrides": draw(layer), "regions": regions},
        },
    }
    first, *others = found
    files = {f"services/{name}.yaml": found[name] for name in others}
    files["chartgen.yaml"] = {**root, "services": {first: {**found[first], "environments": {"prod": draw(layer)}}}}
    return {path: yamlio.dumps(data).encode() for path, data in files.items()}


KNOWN = sorted({*ServiceSettings.model_fields}.union(*(concern.known for concern in CONCERNS)))


def _anything() -> SearchStrategy[Any]:
    leaves = st.one_of(
        scalars, st.none(), st.floats(allow_nan=False, allow_infinity=False), names, paths, st.just("{vars.a}")
    )
    inner = st.sampled_from(
        ["name", "port", "path", "type", "image", "http", "cpu", "secret", "enabled", "value", "key", "a"]
    )
    return st.recursive(
        leaves,
        lambda below: st.one_of(
            st.lists(below, max_size=3), st.dictionaries(st.one_of(inner, texts), below, max_size=3)
        ),
        max_leaves=6,
    )


@st.composite
def wild_projects(draw: st.DrawFn) -> dict[str, bytes]:
    """A project in which any field may say anything."""
    fields = draw(st.dictionaries(st.sampled_from(KNOWN), _anything(), max_size=4))
    layer = draw(st.dictionaries(st.sampled_from(KNOWN), _anything(), max_size=2))
    root: Fields = {
        "project": "shop",
        "vars": {"a": draw(_anything())},
        "defaults": layer,
        "environments": draw(st.one_of(st.just({"dev": {}}), st.just({"dev": {"overrides": layer}}), _anything())),
        "services": {"web": {"image": "example.com/web:1", "port": {"http": 8080}, **fields}, "api": {"image": "a:1"}},
    }
    root |= draw(
        st.dictionaries(
            st.sampled_from(["naming", "namespace", "labels", "chart", "registry"]), _anything(), max_size=1
        )
    )
    return {"chartgen.yaml": yamlio.dumps(root).encode()}
