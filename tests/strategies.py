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
# Of names there are a few of each form: what is drawn letter by letter costs many times as much, and shows no more.
words = st.sampled_from(["a", "Z", "7", "x1", "Web", "orders", "0", "UPPER", "camelCase", "abcdefgh"])
names = st.sampled_from(
    ["a", "b", "n0", "x-y", "web", "api", "redis", "a--b", "on", "null", "e1", "shop-2", "abcdefghij"]
)
port_names = st.sampled_from(["a", "http", "grpc", "we", "x-1", "admin", "tcp-2", "w3c", "udp", "abcdefg-12345"])
variables = st.sampled_from(["A", "b", "_", "PATH", "_x1", "Yes", "LOG_LEVEL", "db", "N2", "X_", "abcdefghi"])
seconds = st.integers(1, 600)
numbers = st.integers(1, 65535)
paths = st.lists(words, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))
scalars = st.one_of(
    texts, st.integers(-9, 99999), st.booleans(), st.sampled_from(["on", "1.10", "0755", "1e3", "~", "null"])
)
label_values = st.sampled_from(["", "a", "1", "1.10", "on", "true", "null", "1e3", "A_b-c.d", "0755", "abcdefghijkl"])
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
        kinds = [{"type": "tcp"}, {"protocol": "grpc"}, {"type": "http", "protocol": "websocket"}, {"type": "udp"}]
        kind = draw(st.sampled_from(kinds if index else [*kinds[:3], {}, {"type": "http"}]))
        found[name] = {"port": taken[2 * index], "service_port": taken[2 * index + 1], **kind}
    several: Any = found if form == "map" else [{"name": name, **port} for name, port in found.items()]
    return {"ports": several, **draw(optional(probe_port=st.just(own[0])))}


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
            probed = [name for name, kind in own.items() if kind != "udp"]
            if probed:
                settings["port"] = st.sampled_from(probed)
            if by_path and f"{kind}_path" in found:
                settings |= {"scheme": st.sampled_from(["HTTP", "HTTPS"])}
                settings |= {"headers": st.dictionaries(words, texts, max_size=2)}
            found[kind] = draw(optional(**settings))
    delays = {f"initial_{kind}_delay": st.integers(0, 99) for kind in ("liveness", "readiness", "startup")}
    return found | draw(optional(**delays))


@st.composite
def scale(draw: st.DrawFn) -> Fields:
    """A singleton, or bounds in order, and what goes with them."""
    low, high = sorted((draw(st.integers(1, 9)), draw(st.integers(1, 9))))
    targets = {f"autoscaling_target_{kind}_percentage": st.integers(0, 200) for kind in ("cpu", "mem")}
    # A budget that would block every drain is refused; 1 % of few pods is one of them.
    budgets = [
        optional(max_unavailable=percentages),
        optional(min_available=st.just("1%")),
        optional(enabled=st.booleans()),
    ]
    kind = draw(st.sampled_from(["singleton", "vertical", "metrics", "keda", "plain", "plain"]))
    found: Fields = draw(optional(disruption_budget=st.one_of(budgets)))
    if kind == "singleton":
        return found | {"singleton": True}
    if kind == "vertical":
        found |= {"vertical_autoscaling": draw(st.sampled_from([True, "auto", "initial", "recommend"]))}
    else:
        found |= draw(optional(**targets))
    if kind in ("metrics", "keda"):
        found |= {"scale_on": draw(triggers if kind == "keda" else metrics)}
    bounds = draw(optional(min_containers=st.just(low), max_containers=st.just(high)))
    return found | bounds


metrics = st.dictionaries(
    words,
    st.one_of(
        st.integers(1, 99), optional(selector=labels).map(lambda more: {"type": "external", "target": 1, **more})
    ),
)
triggers = st.dictionaries(
    names,
    optional(
        type=st.sampled_from(["rabbitmq", "cron"]),
        secrets=st.dictionaries(words, optional(secret=names, key=words), max_size=2),
        identity=st.sampled_from(["aws", "gcp"]),
    ).map(lambda more: {"metadata": {"queue": "orders"}, **more}),
    max_size=2,
)


@st.composite
def company(draw: st.DrawFn, others: Mapping[str, Fields]) -> Fields:
    """Nodes, and other services: some near, others far."""
    split = {name: draw(st.sampled_from(["near", "away_from"])) for name in others}
    other = optional(over=st.sampled_from(["node", "zone"]), required=st.booleans())
    rule = st.one_of(
        label_values,
        st.lists(label_values, min_size=1, max_size=2),
        st.fixed_dictionaries(
            {"operator": st.sampled_from(["Exists", "DoesNotExist"])}, optional={"weight": st.integers(1, 100)}
        ),
    )
    strength = st.sampled_from(["preferred", "required", "off"])
    found: Fields = {
        field: {name: draw(other) for name in split if split[name] == field and draw(st.booleans())}
        for field in ("near", "away_from")
    }
    return found | draw(
        optional(
            node_affinity=st.dictionaries(keys, rule, max_size=2),
            anti_affinity=optional(nodes=strength, zones=strength),
            priority=names,
            scheduler=names,
            extended_resources=st.dictionaries(names.map("{}.example/gpu".format), st.integers(1, 8), max_size=1),
            post_start_command=commands,
        )
    )


@st.composite
def exposure(draw: st.DrawFn, own: Mapping[str, str], host: str) -> Fields:
    """Services, and what is outside; ways in from outside, where there is a port for them."""
    affinity = {"session_affinity": st.sampled_from([True]), "session_affinity_timeout": st.integers(1, 86400)}
    found: Fields = draw(
        optional(service_type=st.sampled_from(["ClusterIP", "LoadBalancer"]), service_annotations=notes)
    )
    found |= draw(st.sampled_from([{}, draw(st.fixed_dictionaries(affinity))]))
    if found.get("service_type") != "LoadBalancer":
        found |= draw(optional(service_headless=st.booleans()))
    address = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)).map(str)
    outside = st.one_of(
        st.just("db.example.com"),
        st.fixed_dictionaries({"host": st.just("mq.example.com")}, optional={"port": numbers}),
        st.fixed_dictionaries(
            {"addresses": st.lists(address, min_size=1, max_size=3, unique=True)}
            | {"ports": st.dictionaries(port_names, numbers, min_size=1, max_size=2)}
        ),
    )
    found |= draw(optional(external_services=st.dictionaries(names.map("o-{}".format), outside, max_size=2)))
    if not own:
        return found
    balancer = optional(
        ports=st.just({next(iter(own)): 1}),
        load_balancer_class=st.just("example.com/own"),
        source_ranges=st.just(["10.0.0.0/8", "fd00::/8"]),
        external_traffic_policy=st.sampled_from(["Cluster", "Local"]),
    ).map(lambda fields: {**fields, "type": "LoadBalancer"})
    extra = st.one_of(balancer, optional(annotations=notes, headless=st.booleans()))
    found |= draw(optional(extra_services=st.dictionaries(names.map("x-{}".format), extra, max_size=2)))
    if {"http", "grpc", "websocket"} & {*own.values()}:
        found |= draw(ways_in(host, {*own.values()})) | draw(optional(ingress=st.booleans()))
    return found


object_names = st.sampled_from(["a", "1", "0x1", "shared", "on", "x-y", "7e3", "flags", "a--1", "abcdefghij"])
there = object_names.map("there-{}".format)
"""What is in the namespace already: by a name that none of the releases has, or it would be one of its own."""
data_keys = st.sampled_from(["a", "A", "1", "app.toml", "x..y", "No", "tls.crt", "1.10", "a_b-c", "Abcdefgh"])
modes = st.sampled_from(["0440", "400"])
taken_from = [
    st.fixed_dictionaries({"config_map": there}, optional={"key": data_keys, "optional": st.booleans()}),
    st.fixed_dictionaries({"secret": object_names}, optional={"key": data_keys, "optional": st.booleans()}),
    st.sampled_from([{"field": "status.podIP"}, {"field": "metadata.labels['app']"}, {"resource": "limits.cpu"}]),
    st.just({"resource": "requests.memory", "divisor": "1Mi"}),
]
ciphertexts = st.text(string.ascii_letters + string.digits + "+/", min_size=64, max_size=70)


@st.composite
def ways_in(draw: st.DrawFn, host: str, kinds: set[str]) -> Fields:
    """Ingresses of a controller with what it can do, or routes of a gateway."""
    controller = draw(st.sampled_from(["nginx", "traefik", "haproxy", "gateway"]))
    found: Fields = draw(way_in(host))
    found |= draw(optional(request_timeout=seconds))
    if controller == "gateway":
        section = draw(
            st.sampled_from([{}, {"section_name": "https"}, {"section_name": "s", "http_section_name": "h"}])
        )
        named = {"name": draw(names), **section, **draw(optional(namespace=names))}
        found = {key: value for key, value in found.items() if not key.startswith("ingress_tls")}
        grpc = {"public_uri": f"{host}/shop.Cart/Add"} if not kinds & {"http", "websocket"} else {}
        return found | grpc | {"gateway": named, "keep_path_prefix": True}
    found |= draw(
        optional(sticky_session=st.booleans(), https_redirect=st.booleans(), max_body_size=st.integers(1, 99))
    )
    if controller != "haproxy":
        found |= draw(optional(sticky_session_max_age=seconds))
    if controller != "traefik" and not found.get("sticky_session"):
        found |= draw(optional(consistent_hash=st.sampled_from(["$request_uri", "$uri", "$host", "$http_x_user"])))
    further = st.sampled_from(["a", "b"]).flatmap(lambda name: way_in(f"{name}.{host}").map(lambda way: {name: way}))
    found |= draw(optional(extra_ingresses=further))
    return found | {"ingress_class": draw(names), "ingress_controller": controller}


def way_in(host: str) -> SearchStrategy[Fields]:
    """What each way in has of its own."""
    uris = st.lists(st.one_of(st.just(""), paths).map(f"{host}{{}}".format), min_size=1, max_size=3, unique=True)
    issuer = optional(ingress_tls_issuer_kind=st.sampled_from(["Issuer", "ClusterIssuer"])).map(
        lambda kind: {**kind, "ingress_tls_issuer": "letsencrypt"}
    )
    rest = optional(
        public_uri=st.one_of(st.just(host), uris),
        keep_path_prefix=st.booleans(),
        www_redirect=st.booleans(),
        ingress_tls_secret=names,
        ingress_extra_annotations=notes,
    )
    return st.tuples(rest, st.one_of(st.just({}), issuer)).map(lambda both: {**both[0], **both[1]})


@st.composite
def environment(draw: st.DrawFn) -> Fields:
    """Variables, given straight, taken from elsewhere, secret, or using each other."""
    plain = draw(st.dictionaries(variables, st.one_of(scalars, *taken_from), max_size=4))
    for name in sorted(plain)[1:]:
        if draw(st.booleans()):
            plain[name] = f"$({min(plain)})/{name}"
    as_list = [
        {"name": name, **value} if isinstance(value, dict) else {"name": name, "value": value}
        for name, value in plain.items()
    ]
    whole = st.one_of(
        st.fixed_dictionaries({"config_map": there}, optional={"prefix": variables}),
        st.fixed_dictionaries({"secret": object_names}, optional={"optional": st.booleans()}),
        st.just({"remote": "all"}),
    )
    places = st.one_of(
        optional(key=data_keys, optional=st.booleans()),
        st.fixed_dictionaries({"remote": words}, optional={"property": words, "version": words}),
        ciphertexts.map(lambda text: {"encrypted": text}),
        words.map(lambda name: {"mounted": name}),
    )
    secret = draw(st.lists(variables.filter(lambda name: name not in plain), max_size=3, unique=True))
    return {
        "env_vars": draw(st.sampled_from([plain, as_list])),
        "env_from": draw(st.dictionaries(names, whole, max_size=2)),
        "secrets": draw(st.sampled_from([secret, {name: draw(places) for name in secret}])),
        "secret_store": draw(st.sampled_from(["vault", {"name": "vault", "kind": "ClusterSecretStore"}])),
        "secret_provider": {"provider": "aws", "path": "/mnt/of-the-provider"},
        **draw(optional(restart_on_change=st.booleans())),
    }


@st.composite
def mounted(draw: st.DrawFn) -> Fields:
    """Files and directories, each at a path of its own, and the ConfigMaps that some of them mean."""
    maps: dict[str, Fields] = draw(
        st.dictionaries(
            names,
            st.fixed_dictionaries(
                {"data": st.dictionaries(data_keys, texts, min_size=1, max_size=2)},
                optional={"immutable": st.booleans()},
            ),
            max_size=2,
        )
    )
    named = {"config_map": there}
    elsewhere = st.fixed_dictionaries(named, optional={"key": data_keys, "mode": modes})
    keys_of = [(name, key) for name, one in maps.items() for key in (None, *one["data"])]
    own = st.sampled_from(keys_of).map(
        lambda pair: {"config_map": pair[0], **({} if pair[1] is None else {"key": pair[1]})}
    )
    file = st.one_of(
        texts,
        texts.map(lambda text: {"content": text}),
        st.one_of(elsewhere, own) if maps else elsewhere,
        st.fixed_dictionaries({"secret": object_names}, optional={"optional": st.booleans(), "mode": modes}),
    )
    claim = st.one_of(
        there,
        st.fixed_dictionaries(
            {"size": st.integers(1, 99)},
            optional={"storage_class": object_names, "access_modes": st.just(["ReadWriteMany"]), "keep": st.booleans()},
        ),
    )
    volume = st.one_of(
        optional(medium=st.just("Memory"), size_limit=st.integers(1, 99), read_only=st.booleans()),
        st.fixed_dictionaries({"claim": claim}, optional={"sub_path": words}),
    )
    taken: list[str] = draw(st.lists(paths, max_size=5, unique_by=str.lower))
    return {
        "config_maps": maps,
        "files": {path: draw(file) for path in taken[1::2]},
        "volumes": {f"volume-{number}": {"path": path} | draw(volume) for number, path in enumerate(taken[::2])},
        "persistent_storage": draw(st.sampled_from([[], [], [{"path": "/of/each/pod", "size": 1}]])),
    }


durations = st.sampled_from(["10s", "1m", "1h30m", "500ms"])
words_below = st.recursive(
    scalars | st.none(), lambda below: st.lists(below, max_size=2) | st.dictionaries(names, below)
)


def access() -> SearchStrategy[Fields]:
    """Cloud roles, and rights towards the Kubernetes API."""
    verbs = st.lists(st.sampled_from(["get", "list", "watch", "update"]), min_size=1, max_size=3, unique=True)
    rule = st.fixed_dictionaries(
        {"resources": st.just(["pods"]), "verbs": verbs}, optional={"api_groups": st.just([""])}
    )
    rules = st.dictionaries(st.sampled_from(["pods", "deployments.apps", "pods/log"]), verbs | rule, max_size=2)
    binding = st.sampled_from([{"role": "a"}, {"cluster_role": "b"}, {"cluster_role": "b", "everywhere": True}])
    return optional(
        cloud_role=optional(
            aws=st.just("arn:aws:iam::123456789012:role/shop"),
            gcp=st.just("shop@project.iam.gserviceaccount.com"),
            azure=st.uuids().map(str),
        ),
        rbac=optional(rules=rules, cluster_rules=rules, bindings=st.dictionaries(names, binding, max_size=2)),
        service_account_annotations=notes,
        mount_service_account_token=st.booleans(),
    )


@st.composite
def watched(draw: st.DrawFn, own: Mapping[str, str]) -> Fields:
    """Metrics, where there is a port for them, alerts and dashboards."""
    alert = st.fixed_dictionaries(
        {"expr": words}, optional={"for": durations, "summary": texts, "labels": st.just({"a": "b"})}
    )
    found = draw(
        optional(
            monitoring=optional(
                prometheus=st.sampled_from(["operator", "annotations", "none"]),
                pod_monitor=st.booleans(),
                labels=labels,
            ),
            alerts=st.dictionaries(variables, alert, max_size=2),
            dashboards=st.dictionaries(names, st.just("{}"), max_size=2),
        )
    )
    asked = draw(st.booleans())
    if own and asked:
        port = draw(st.sampled_from([*own]))
        more = draw(optional(path=paths, interval=durations))
        found["metrics"] = {"port": port, **more} if more else port
    return found


def details() -> SearchStrategy[Fields]:
    """What few pods need, and objects by hand."""
    manifest = st.dictionaries(names, words_below, max_size=2)
    return optional(
        host_aliases=st.dictionaries(
            st.ip_addresses(v=4).map(str), st.lists(names, min_size=1, max_size=2), max_size=2
        ),
        runtime_class=names,
        share_process_namespace=st.booleans(),
        host_network=st.booleans(),
        service_links=st.booleans(),
        extra_manifests=st.dictionaries(
            names, manifest.map(lambda rest: {**rest, "apiVersion": "example.com/v1", "kind": "Widget"}), max_size=2
        ),
        patches=st.dictionaries(
            st.sampled_from(["Deployment", "ServiceAccount"]),
            st.fixed_dictionaries({"metadata": st.fixed_dictionaries({"annotations": st.dictionaries(names, texts)})}),
        ),
    )


toleration = st.one_of(
    st.fixed_dictionaries({"key": keys}, optional={"value": label_values}),
    st.fixed_dictionaries({"operator": st.just("Exists")}, optional={"key": keys}),
    st.fixed_dictionaries({"key": keys, "effect": st.just("NoExecute")}, optional={"seconds": st.integers(0, 99)}),
)


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
            tolerations=st.lists(toleration, max_size=2),
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
    hooks: SearchStrategy[Fields] = st.one_of(
        st.just({}), st.fixed_dictionaries({"hooks": moments}, optional={"hook_weight": seconds})
    )
    worker = optional(
        kind=st.sampled_from(["Deployment", "StatefulSet", "DaemonSet"]),
        port=st.fixed_dictionaries({"http": numbers}),
        min_containers=st.integers(1, 3),
        max_containers=st.integers(3, 9),
    )
    sorts = {"workers": worker, "cron_jobs": schedules, "jobs": hooks, "tests": st.just({})}
    found = draw(optional(kind=st.sampled_from(["Deployment", "StatefulSet", "DaemonSet", "Job", "None"])))
    # Each part costs as much as a service: few, as breeding brings those of several services together.
    for field in draw(st.sampled_from([*[[]] * 6, *([field] for field in sorts), ["workers", "jobs"]])):
        each = st.tuples(sorts[field], part()).map(lambda pair: {**pair[0], **pair[1]})
        found[field] = draw(st.dictionaries(names.map(f"{field[0]}-{{}}".format), each, min_size=1, max_size=1))
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
    fields |= draw(environment()) | draw(mounted()) | draw(rest()) | draw(amounts()) | draw(company(others))
    fields |= draw(parts())
    fields |= draw(access()) | draw(watched(kinds)) | draw(details())
    if "public_uri" in fields and draw(st.booleans()):
        fields["domains"] = fields.pop("public_uri")
    if fields.get("kind", "None") not in ("StatefulSet", "None"):
        fields["persistent_storage"] = []
    links: list[Any] = [{target: f"{target}_LINK".replace("-", "_").upper()} for target in linked]
    links += draw(st.lists(st.sampled_from([*outside]), max_size=3, unique=True)) if outside else []
    fields |= draw(optional(network_policy=network_policies([*others])))
    return fields | {"links": links}


levels = st.sampled_from(["restricted", "baseline", "privileged"])
quantities = st.sampled_from(["1", "500m", "2Gi", 3])
rooms = st.one_of(
    st.booleans(),
    st.none(),
    optional(
        labels=labels,
        annotations=notes,
        pod_security=st.one_of(levels, optional(enforce=levels, warn=levels, audit=levels, version=st.just("v1.33"))),
        quota=optional(**{"requests.cpu": quantities, "pods": st.integers(0, 9), "count/jobs.batch": st.just("1k")}),
        limits=optional(
            container=optional(
                default=st.dictionaries(st.just("cpu"), quantities), max_limit_request_ratio=st.just({"cpu": 2})
            )
        ),
        default_deny=st.one_of(st.booleans(), optional(ingress=st.booleans(), egress=st.booleans())),
        access=st.dictionaries(names, st.fixed_dictionaries({"groups": st.lists(names, min_size=1)})),
    ),
)
"""What may be said of a namespace."""
checks = optional(allow=st.dictionaries(st.sampled_from(["single-replica", "not-spread", "node-port"]), words))
nodes = optional(cpu=st.integers(1, 64), memory=st.integers(1, 64).map("{}Gi".format))


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
            "dev": {"overrides": draw(layer), "vars": {"a": draw(scalars)}, "checks": draw(checks)},
            "prod": {"extends": "dev", "overrides": draw(layer), "regions": regions, "largest_node": draw(nodes)},
        },
        "checks": draw(checks),
    }
    root |= draw(optional(conventions=st.just("hops")))
    if "namespace" not in found and draw(st.booleans()):
        root["managed_namespace"] = draw(rooms)
        root["environments"]["prod"]["managed_namespace"] = draw(rooms)
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
            st.sampled_from(["naming", "namespace", "managed_namespace", "labels", "chart", "registry", "checks"]),
            _anything(),
            max_size=1,
        )
    )
    return {"chartgen.yaml": yamlio.dumps(root).encode()}
