"""Sidecar mode: what the original's rules imply for each annotation that the recorded answers do not show."""

# ruff: noqa: E501 - tables: one case a line
from __future__ import annotations

import json
from typing import Any

import pytest

from tests.injector.samples import (
    DEFAULTS,
    TOKEN_MOUNT,
    TOKEN_VOLUME,
    agent,
    answer,
    config,
    container,
    injected,
    operations,
    pod,
    refusal,
    variables,
)
from vexec.injector.settings import Defaults

BOTH = ("vault-agent-init", "vault-agent")


def defaults(**more: Any) -> Defaults:
    return Defaults(address="https://vault.vault.svc:8200", **more)


def paths(found: list[dict[str, Any]]) -> list[str]:
    return [operation["path"] for operation in found]


def mounted(found: list[dict[str, Any]], name: str) -> list[tuple[str, str]]:
    return [(mount["name"], mount["mountPath"]) for mount in agent(found, name)["volumeMounts"]]


def test_lists_that_are_not_there_are_made() -> None:
    """The first addition has a list as its value, those after it append."""
    found = injected(
        {"agent-service-account-token-volume-name": None, "agent-pre-populate": "false"},
        containers=[container(volumeMounts=None), container("b")],
        volumes=None,
    )

    assert paths(found) == [
        "/spec/volumes",
        "/spec/volumes/-",
        "/spec/containers/0/volumeMounts",
        "/spec/containers/1/volumeMounts/-",
        "/spec/containers/-",
        "/metadata/annotations/vault.hashicorp.com~1agent-inject-status",
    ]
    assert found[0]["value"] == [{"name": "home-sidecar", "emptyDir": {"medium": "Memory"}}]
    assert found[2]["value"] == [{"name": "vault-secrets", "mountPath": "/vault/secrets"}]


def test_volumes_come_in_the_originals_order() -> None:
    """Home, secrets, their own directories, ConfigMap, Secrets, cache."""
    found = injected(
        {
            "agent-configmap": "c",
            "agent-extra-secret": "e",
            "tls-secret": "t",
            "agent-cache-enable": "true",
            "agent-inject-secret-b": "x/b",
            "secret-volume-path-b": "/b",
            "agent-inject-secret-a": "x/a",
            "secret-volume-path-a": "/a",
            "secret-volume-path": "/all",
        }
    )
    volumes = [entry["value"]["name"] for entry in found if entry["path"] == "/spec/volumes/-"]
    own = [("vault-secrets", "/all"), ("vault-secrets-custom-0", "/a"), ("vault-secrets-custom-1", "/b")]
    rest = [
        *own,
        ("extra-secrets", "/vault/custom"),
        ("vault-config", "/vault/configs"),
        ("vault-tls-secrets", "/vault/tls"),
        ("vault-agent-cache", "/vault/agent-cache"),
    ]
    token = (TOKEN_MOUNT["name"], TOKEN_MOUNT["mountPath"])

    assert volumes == [
        "home-init",
        "home-sidecar",
        "vault-secrets",
        "vault-secrets-custom-0",
        "vault-secrets-custom-1",
        "vault-config",
        "extra-secrets",
        "vault-tls-secrets",
        "vault-agent-cache",
    ]
    assert mounted(found, "vault-agent-init") == [("home-init", "/home/vault"), token, *rest]
    assert mounted(found, "vault-agent") == [token, ("home-sidecar", "/home/vault"), *rest]


@pytest.mark.parametrize(
    ("annotations", "there", "absent"),
    [
        ({"agent-pre-populate": "false"}, "vault-agent", "vault-agent-init"),
        ({"agent-pre-populate-only": "true"}, "vault-agent-init", "vault-agent"),
    ],
)
def test_one_container_may_be_left_out(annotations: dict[str, str], there: str, absent: str) -> None:
    """agent-pre-populate and agent-pre-populate-only."""
    found = injected(annotations)

    assert agent(found, there)
    with pytest.raises(AssertionError):
        agent(found, absent)


def test_init_containers_get_the_secrets_too() -> None:
    """Appended after them by default; one that has the agent's name is passed over."""
    others = [container("setup"), container("vault-agent-init", volumeMounts=None)]
    found = injected({}, initContainers=others)

    assert paths(found)[4:6] == ["/spec/initContainers/-", "/spec/initContainers/0/volumeMounts/-"]


def test_init_first_keeps_fields_that_are_not_known() -> None:
    """The init containers are added again as they were, without what is null."""
    other = container("setup", futureField={"a": [1]}, restartPolicy="Always", env=None)
    found = injected({"agent-init-first": "true"}, initContainers=[other])
    again = next(entry["value"] for entry in found if entry["path"] == "/spec/initContainers/-")

    assert again == {name: value for name, value in {**other, "resources": {}}.items() if value is not None}


def test_init_first_alone_removes_nothing() -> None:
    """There is nothing to remove."""
    found = injected({"agent-init-first": "true"})

    assert "remove" not in [entry["op"] for entry in found]
    assert "/spec/initContainers" in paths(found)


def test_templates_say_what_the_annotations_say() -> None:
    """One entry for each secret, sorted by name, in both containers alike."""
    annotations = {
        "agent-inject-secret-Upper": "x/upper",
        "agent-inject-secret-kept": "x/kept",
        "preserve-secret-case-Upper": "nonsense",
        "agent-inject-template-file-File": "/t/f.tpl",
        "preserve-secret-case-File": "true",
        "agent-inject-template-own": "[[ . ]]",
        "agent-template-left-delim-own": "[[",
        "agent-template-right-delim-own": "]]",
        "error-on-missing-key-own": "true",
        "agent-inject-file-own": "../x//own.txt",
        "agent-inject-perms-own": "0600",
        "agent-inject-command-own": "true",
        "agent-inject-secret-blank": "  ",
    }
    plain = {"left_delimiter": "{{", "right_delimiter": "}}"}
    contents = '{{ with secret "%s" }}{{ .Data | toJSON }}\n{{ end }}'
    found = injected({**annotations, "agent-inject-default-template": "JSON"})

    for name in BOTH:
        assert config(found, name)["template"] == [
            {"destination": "/vault/secrets/File", "source": "/t/f.tpl", **plain},
            {"destination": "/vault/secrets/kept", "contents": contents % "x/kept", **plain},
            {
                "destination": "/vault/x/own.txt",
                "contents": "[[ . ]]",
                "left_delimiter": "[[",
                "right_delimiter": "]]",
                "command": "true",
                "perms": "0600",
                "error_on_missing_key": True,
            },
            {"destination": "/vault/secrets/upper", "contents": contents % "x/upper", **plain},
        ]


def test_the_log_in_says_what_the_annotations_say() -> None:
    """Namespace, backoff, parameters; the role annotation wins over auth-config-role."""
    found = injected(
        {
            "namespace": "team",
            "auth-min-backoff": "1s",
            "auth-max-backoff": "5m",
            "agent-auto-auth-exit-on-err": "true",
            "auth-config-role": "other",
            "auth-config-token-path": "/t",
        }
    )

    assert config(found)["auto_auth"]["method"] == {
        "type": "kubernetes",
        "mount_path": "auth/kubernetes",
        "min_backoff": "1s",
        "max_backoff": "5m",
        "namespace": "team",
        "exit_on_err": True,
        "config": {"role": "api", "token_path": "/t"},
    }


def test_the_server_says_what_the_annotations_say() -> None:
    """TLS settings and address."""
    found = injected({"service": "https://v", "tls-skip-verify": "1", "ca-key": "/ca"})

    assert config(found)["vault"] == {"address": "https://v", "tls_skip_verify": True, "ca_path": "/ca"}


def test_template_settings_are_those_of_the_annotations() -> None:
    """template_config and connections."""
    found = config(
        injected(
            {
                "template-config-exit-on-retry-failure": "false",
                "template-static-secret-render-interval": "30s",
                "template-max-connections-per-host": "7",
                "template-lease-renewal-threshold": "0.5",
                "agent-disable-idle-connections": "auto-auth,caching",
                "agent-disable-keep-alives": "templating",
            }
        )
    )

    assert found["template_config"] == {
        "exit_on_retry_failure": False,
        "static_secret_render_interval": "30s",
        "max_connections_per_host": 7,
        "lease_renewal_threshold": 0.5,
    }
    assert found["disable_idle_connections"] == ["auto-auth", "caching"]
    assert found["disable_keep_alives"] == ["templating"]


PERSISTENT = {
    "use_auto_auth_token": "force",
    "persist": {"type": "kubernetes", "path": "/vault/agent-cache", "exit_on_err": True},
}
QUIT = {"agent_api": {"enable_quit": True}}


@pytest.mark.parametrize(
    ("annotations", "init", "sidecar", "api"),
    [
        ({"agent-cache-enable": "true"}, PERSISTENT, PERSISTENT, {}),
        ({"agent-cache-enable": "true", "agent-enable-quit": "true"}, PERSISTENT, PERSISTENT, QUIT),
        (
            {"agent-cache-enable": "true", "agent-pre-populate": "false"},
            None,
            {"use_auto_auth_token": "force"},
            {},
        ),
        ({"agent-cache-enable": "true", "agent-pre-populate-only": "true"}, None, None, {}),
        ({"agent-enable-quit": "true"}, {}, {}, QUIT),
        ({}, None, None, {}),
    ],
)
def test_the_cache_and_its_listener(
    annotations: dict[str, str], init: Any, sidecar: Any, api: dict[str, Any]
) -> None:
    """Persistent only between two containers; a request that ends the agent needs a listener."""
    more = {"agent-cache-use-auto-auth-token": "force", "agent-cache-exit-on-err": "true"}
    found = injected({**more, "agent-cache-listener-port": "8300", **annotations})
    listener = [{"type": "tcp", "address": "127.0.0.1:8300", "tls_disable": True, **api}]
    expected = {"vault-agent-init": init, "vault-agent": sidecar}
    if annotations.get("agent-pre-populate") == "false":
        del expected["vault-agent-init"]
    if annotations.get("agent-pre-populate-only"):
        del expected["vault-agent"]

    for name, cache in expected.items():
        made = config(found, name)
        assert made.get("cache") == cache
        assert made.get("listener") == (None if cache is None else listener)


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (
            {"usage-gauge-period": "1m", "maximum-gauge-cardinality": "5.0"},
            {"usage_gauge_period": "1m", "maximum_gauge_cardinality": 5},
        ),
        ({"prefix-filter": '["+a", "-b"]', "filter_default": "false"}, {"prefix_filter": ["+a", "-b"]}),
        ({"unknown": "1"}, {}),
        ({"disable_hostname": "null"}, {}),
        ({"disable_hostname": "yes"}, None),
        ({"maximum-gauge-cardinality": "1.5"}, None),
        ({"prefix-filter": "[1]"}, None),
        ({"statsd-address": "1"}, None),
        ({"statsd-address": "NaN"}, {"statsd_address": "NaN"}),
    ],
)
def test_telemetry_is_typed(given: dict[str, str], made: Any) -> None:
    """As Go's type would hold it: what it does not know is dropped, and all when a type is wrong."""
    found = injected({f"agent-telemetry-{name}": text for name, text in given.items()})

    assert config(found).get("telemetry") == made


def test_variables_come_in_the_originals_order() -> None:
    """Those that are empty are left out."""
    found = agent(
        injected(
            {
                "go-max-procs": "2",
                "client-timeout": "10s",
                "client-max-retries": "3",
                "log-level": "debug",
                "log-format": "",
                "proxy-address": "http://proxy",
            }
        )
    )

    assert [entry["name"] for entry in found["env"]] == [
        "NAMESPACE",
        "HOST_IP",
        "POD_IP",
        "GOMAXPROCS",
        "VAULT_CLIENT_TIMEOUT",
        "VAULT_MAX_RETRIES",
        "VAULT_LOG_LEVEL",
        "HTTPS_PROXY",
        "VAULT_CONFIG",
    ]


def test_a_configmap_brings_variables_in_place_of_the_configuration() -> None:
    """How the server is reached; no role is asked for."""
    found = agent(
        injected(
            {
                "agent-configmap": "c",
                "role": None,
                "ca-cert": "/a",
                "ca-key": "/b",
                "client-cert": "/c",
                "client-key": "/d",
                "tls-skip-verify": "true",
                "tls-server-name": "v",
            }
        )
    )

    assert list(variables(found).items())[2:] == [
        ("VAULT_ADDR", "https://vault.vault.svc:8200"),
        ("VAULT_CACERT", "/a"),
        ("VAULT_CAPATH", "/b"),
        ("VAULT_CLIENT_CERT", "/c"),
        ("VAULT_CLIENT_KEY", "/d"),
        ("VAULT_SKIP_VERIFY", "true"),
        ("VAULT_TLS_SERVER_NAME", "v"),
    ]


@pytest.mark.parametrize("given", ["-----PEM-----", "LS0tLS1Q\nRU0tLS0tLQ=="])
def test_the_injectors_ca_may_be_base64(given: str) -> None:
    """VAULT_CACERT_BYTES is the PEM text in either case."""
    found = operations(answer(pod(), defaults(cacert_bytes=given)))

    assert variables(agent(found))["VAULT_CACERT_BYTES"] == "-----PEM-----"


def test_aws_brings_its_token_and_variables() -> None:
    """What EKS mounted into the containers, and the region."""
    mount = {"name": "aws-iam-token", "mountPath": "/var/run/secrets/eks.amazonaws.com/x", "readOnly": True}
    env = [{"name": "AWS_ROLE_ARN", "value": "arn"}, {"name": "OTHER", "value": "x"}]
    first = container(env=env, volumeMounts=[TOKEN_MOUNT, mount])
    again = container("b", env=[{"name": "AWS_ROLE_ARN", "value": "later"}])
    found = injected({"auth-type": "aws", "auth-config-region": "eu"}, containers=[first, again])
    names = variables(agent(found))

    assert (names["AWS_ROLE_ARN"], names["AWS_REGION"]) == ("arn", "eu")
    assert "OTHER" not in names
    for name in BOTH:
        assert mount in agent(found, name)["volumeMounts"]
    assert variables(agent(injected({"auth-type": "aws"})))["VAULT_CONFIG"]


def test_mounts_are_copied_from_another_container() -> None:
    """All but the service account's, from containers and init containers."""
    mount = {"name": "data", "mountPath": "/data", "subPath": "x"}
    first = container(volumeMounts=[mount, TOKEN_MOUNT])
    account = {"name": "t", "mountPath": "/run/ServiceAccount"}
    found = injected(
        {"agent-copy-volume-mounts": "setup"},
        containers=[first],
        initContainers=[container("setup", volumeMounts=[TOKEN_MOUNT, mount, account])],
    )

    for name in BOTH:
        made = agent(found, name)["volumeMounts"]
        assert mount in made
        assert account not in made


@pytest.mark.parametrize(
    ("annotations", "settings", "context"),
    [
        ({}, {}, (100, 1000, True)),
        ({"agent-run-as-user": "0"}, {}, (0, 1000, False)),
        ({"agent-run-as-same-user": "true"}, {}, (7, 1000, True)),
        ({}, {"same_user": True, "group": "9"}, (7, 9, True)),
        ({}, {"user": "5", "group": ""}, (5, 1000, True)),
        ({"agent-set-security-context": "false"}, {}, None),
        ({}, {"set_security_context": False}, None),
        ({"agent-run-as-group": "3"}, {"set_security_context": False}, (100, 3, True)),
        ({"agent-run-as-group": "3", "agent-set-security-context": "false"}, {}, None),
    ],
)
def test_whom_the_agent_runs_as(annotations: dict[str, str], settings: dict[str, Any], context: Any) -> None:
    """A user or a group brings a security context even where the injector gives none."""
    document = pod(annotations, containers=[container(securityContext={"runAsUser": 7})])
    made: Any = agent(operations(answer(document, defaults(**settings)))).get("securityContext")

    if context is None:
        assert made is None
    else:
        assert (made["runAsUser"], made["runAsGroup"], made["runAsNonRoot"]) == context


@pytest.mark.parametrize(
    ("annotation", "spec", "setting", "expected"),
    [
        (None, {}, False, []),
        (None, {}, True, [True]),
        ("false", {}, True, [False]),
        ("1", {"shareProcessNamespace": True}, False, [True]),
    ],
)
def test_the_process_namespace_is_shared_when_asked_for(
    annotation: str | None, spec: dict[str, Any], setting: Any, expected: list[bool]
) -> None:
    """By the annotation, else by the injector's setting."""
    document = pod({"agent-share-process-namespace": annotation}, **spec)
    found = operations(answer(document, defaults(share_process_namespace=setting)))

    assert [e["value"] for e in found if e["path"] == "/spec/shareProcessNamespace"] == expected


def test_resources_are_canonical_and_may_be_absent() -> None:
    """1000m is written 1; an empty one is left out."""
    some = agent(
        injected({"agent-limits-cpu": "1000m", "agent-limits-mem": "", "agent-requests-mem": "1024Mi"})
    )
    names = [f"agent-{which}-{what}" for which in ("limits", "requests") for what in ("cpu", "mem")]
    none = agent(injected(dict.fromkeys(names, "")))

    assert some["resources"] == {"limits": {"cpu": "1"}, "requests": {"cpu": "250m", "memory": "1Gi"}}
    assert none["resources"] == {}


def test_revoking_names_the_certificates() -> None:
    """The command has the flags that reach the server."""
    found = agent(
        injected(
            {"agent-revoke-on-shutdown": "true", "ca-cert": "/a", "client-cert": "/b", "client-key": "/c"}
        )
    )

    assert found["lifecycle"]["preStop"]["exec"]["command"][2] == (
        "/bin/sleep 5 && /bin/vault token revoke -address=https://vault.vault.svc:8200 "
        "-ca-cert=/a -client-cert=/b -client-key=/c -self"
    )


def test_a_token_is_found_where_the_named_volume_is_mounted() -> None:
    """The mount of a container is used before a place of our own."""
    volume = {"name": "tok", "projected": {"sources": [{}, {"serviceAccountToken": {"path": "t2"}}]}}
    mount = {"name": "tok", "mountPath": "/run/tok/"}
    found = injected(
        {"agent-service-account-token-volume-name": "tok"},
        containers=[container(volumeMounts=[mount])],
        volumes=[volume],
    )

    assert config(found)["auto_auth"]["method"]["config"]["token_path"] == "/run/tok/t2"


@pytest.mark.parametrize(
    ("annotations", "spec", "message"),
    [
        ({"role": None}, {}, "error validating agent configuration: no Vault role found"),
        ({"auth-type": ""}, {}, "error validating agent configuration: no Vault Auth Type found"),
        ({"auth-path": ""}, {}, "error validating agent configuration: no Vault Auth Path found"),
        ({"service": ""}, {}, "error validating agent configuration: no Vault address found"),
        ({"agent-image": ""}, {}, "error validating agent configuration: no Vault image found"),
        ({"agent-request-namespace": ""}, {}, "error validating agent configuration: namespace missing from request"),
        ({}, {"containers": [container(volumeMounts=[{"mountPath": "/serviceaccount"}])]}, "error validating agent configuration: no service account token volume name, mount path or token path found"),
        ({}, {"containers": []}, "error creating new agent sidecar: failed to find service account volume mount"),
        ({"agent-service-account-token-volume-name": "x"}, {}, 'error creating new agent sidecar: failed to find service account volume "x"'),
        ({"agent-service-account-token-volume-name": TOKEN_VOLUME["name"]}, {"volumes": []}, 'error creating new agent sidecar: failed to find volume "kube-api-access-abcde" in Pod "api-1" volumes'),
        ({"agent-service-account-token-volume-name": "v"}, {"volumes": [{"name": "v"}]}, 'error creating new agent sidecar: failed to find tokenPath for projected volume "v"'),
        ({"agent-run-as-same-user": "true", "agent-service-account-token-volume-name": TOKEN_VOLUME["name"]}, {"containers": []}, "error creating new agent sidecar: No containers found in Pod Spec"),
        ({"agent-run-as-same-user": "true"}, {}, "error creating new agent sidecar: No SecurityContext found for Container 0"),
        ({"agent-run-as-same-user": "true"}, {"containers": [container(securityContext={})]}, "error creating new agent sidecar: RunAsUser is nil for Container 0's SecurityContext"),
        ({"agent-run-as-same-user": "true"}, {"containers": [container(securityContext={"runAsUser": 0})]}, "error creating new agent sidecar: container not allowed to run as root"),
        ({"agent-share-process-namespace": "true"}, {"shareProcessNamespace": False}, "error creating new agent sidecar: shareProcessNamespace explicitly disabled on the pod, refusing to enable it"),
        ({"agent-share-process-namespace": "x"}, {}, 'error creating new agent sidecar: invalid value x for annotation "vault.hashicorp.com/agent-share-process-namespace", err=cannot parse \'\' as bool: strconv.ParseBool: parsing "x": invalid syntax'),
        ({"agent-run-as-user": "x"}, {}, 'error creating new agent sidecar: strconv.ParseInt: parsing "x": invalid syntax'),
        ({"agent-run-as-group": "9" * 20}, {}, f'error creating new agent sidecar: strconv.ParseInt: parsing "{"9" * 20}": value out of range'),
        ({"agent-revoke-grace": "-1"}, {}, 'error creating new agent sidecar: strconv.ParseUint: parsing "-1": invalid syntax'),
        ({"template-lease-renewal-threshold": "x"}, {}, 'error creating new agent sidecar: strconv.ParseFloat: parsing "x": invalid syntax'),
        ({"template-lease-renewal-threshold": "nan"}, {}, "error creating patch for agent: json: unsupported value: a number that JSON does not have"),
        ({"agent-inject-default-template": "yaml"}, {}, "error creating new agent sidecar: invalid default template type: yaml"),
        ({"auth-min-backoff": "x"}, {}, 'error adding default annotations: error parsing min backoff as duration: time: invalid duration "x"'),
        ({"auth-max-backoff": "1y"}, {}, 'error adding default annotations: error parsing max backoff as duration: time: unknown unit "…" in duration "1y"'),
        ({"agent-json-patch": "{"}, {}, "error adding default annotations: error parsing JSON patch for annotation vault.hashicorp.com/agent-json-patch: unexpected end of JSON input"),
        ({"agent-init-json-patch": "[1]"}, {}, "error adding default annotations: error parsing JSON patch for annotation vault.hashicorp.com/agent-init-json-patch: it is no list of operations"),
        ({"agent-json-patch": "[" * 100_000}, {}, "error adding default annotations: error parsing JSON patch for annotation vault.hashicorp.com/agent-json-patch: it is nested too deeply"),
        ({"agent-limits-cpu": "lots"}, {}, r"error creating patch for agent: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_the_originals_words(
    annotations: dict[str, Any], spec: dict[str, Any], message: str
) -> None:
    """The prefix says in which step."""
    assert refusal(annotations, **spec) == message


@pytest.mark.parametrize(
    ("settings", "namespace", "message"),
    [
        ({"address": ""}, "web", "address for Vault required"),
        ({"auth_path": ""}, "web", "Vault Auth Path required"),
        ({}, "", "kubernetes namespace required"),
    ],
)
def test_the_injector_must_be_set_up(settings: dict[str, str], namespace: str, message: str) -> None:
    """Without an address, a path of the method or a namespace nothing can be injected."""
    made = Defaults(**{"address": "https://v", **settings})  # type: ignore[arg-type]  # texts, all of them

    assert answer(pod(), made, namespace=namespace)["status"]["message"].endswith(": " + message)


BOMB = [{"op": "add", "path": "/a", "value": {"x": "x" * 1000}}] + [
    {"op": "copy", "from": "/a", "path": f"/a/{index}"} for index in range(1000)
]


@pytest.mark.parametrize(
    "patch",
    [
        [{"op": "remove", "path": "/nowhere"}],
        [{"op": "copy", "from": "/nowhere", "path": "/a"}],
        [{"op": "copy", "path": "/a"}],
        [{"op": "test", "path": "/name", "value": "x"}],
        [{"op": "replace", "path": "", "value": []}],
        [{"op": [], "path": 1}],
        [{"op": "add", "path": "/name/x/y", "value": 1}],
        [{"op": "add", "path": "/env/x", "value": 1}],
        [{}],
        BOMB,
    ],
)
def test_a_patch_that_does_not_fit_is_a_denial(patch: Any) -> None:
    """It is applied to the container as it was made; copies of copies come to an end."""
    text = json.dumps(patch)

    for name in ("agent-json-patch", "agent-init-json-patch"):
        assert refusal({name: text}).startswith(
            "error creating patch for agent: failed to apply JSON patch: "
        )


@pytest.mark.parametrize("text", ["", "null", "[]"])
def test_an_empty_patch_changes_nothing(text: str) -> None:
    """Empty, null and no operation are the same."""
    assert injected({"agent-json-patch": text}) == injected()


def test_the_default_image_is_the_injectors() -> None:
    """The annotation wins."""
    assert agent(operations(answer(pod(), DEFAULTS)))["image"] == "hashicorp/vault:2.0.4"
    assert agent(operations(answer(pod(), defaults(image="i:1"))))["image"] == "i:1"
    assert agent(injected({"agent-image": "own:2"}))["image"] == "own:2"
