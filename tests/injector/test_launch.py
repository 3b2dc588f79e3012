"""S1.1 to S1.8: the pod as it is after the patch of exec mode, and what of it stays as its owner wrote it."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from tests.injector.pods import (
    DEFAULTS,
    TOKENS,
    admitted,
    ask,
    container,
    environ,
    first,
    pod,
    refused,
)
from vexec.injector.annotations import PREFIX

BINARY = {"name": "vexec-install", "mountPath": "/vexec-bin", "readOnly": True}
STATUS = PREFIX + "agent-inject-status"


def paths(made: dict[str, Any]) -> list[str]:
    """Return where the first container mounts something."""
    return [mount["mountPath"] for mount in made["spec"]["containers"][0]["volumeMounts"]]


def test_the_pod_of_the_requirements() -> None:
    """S1.1, S1.5: an init container installs vexec into memory, and the container starts through it."""
    document = pod()
    made, warnings = admitted(document)
    made_container = made["spec"]["containers"][0]

    assert warnings == []
    assert made_container["command"] == ["/vexec-bin/vexec", "--"]
    assert made_container["args"] == ["/server"]
    assert made_container["volumeMounts"] == [*document["spec"]["containers"][0]["volumeMounts"], BINARY]
    assert made["spec"]["volumes"] == [
        *document["spec"]["volumes"],
        {"name": "vexec-install", "emptyDir": {"medium": "Memory", "sizeLimit": "64Mi"}},
    ]
    assert made["metadata"]["annotations"] == {**document["metadata"]["annotations"], STATUS: "injected"}


def test_the_init_container() -> None:
    """S1.5: it may run where the Pod Security Standard is "restricted", and has bounds."""
    (init,) = admitted(pod())[0]["spec"]["initContainers"]

    assert init == {
        "name": "vexec-install",
        "image": "vexec:1",
        "command": ["/vexec", "install", "/vexec-bin"],
        "resources": {
            "limits": {"cpu": "500m", "memory": "128Mi"},
            "requests": {"cpu": "250m", "memory": "64Mi"},
        },
        "volumeMounts": [{"name": "vexec-install", "mountPath": "/vexec-bin"}],
        "securityContext": {
            "runAsUser": 100,
            "runAsGroup": 1000,
            "runAsNonRoot": True,
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }


def test_annotations_of_the_init_container() -> None:
    """Image, user, resources, place and a JSON patch are what annotations say."""
    others = [{"name": "first", "image": "x"}]
    annotations = {
        "agent-image": "mirror/vexec:2",
        "agent-run-as-user": "7",
        "agent-limits-cpu": "1",
        "agent-init-first": "true",
        "agent-init-json-patch": '[{"op": "add", "path": "/imagePullPolicy", "value": "Always"}]',
    }
    init, *rest = admitted(pod(annotations, initContainers=others))[0]["spec"]["initContainers"]
    assert (init["image"], init["imagePullPolicy"], rest) == ("mirror/vexec:2", "Always", others)
    assert (init["securityContext"]["runAsUser"], init["resources"]["limits"]["cpu"]) == (7, "1")

    made, _ = admitted(pod({"agent-set-security-context": "false"}, initContainers=others))
    assert made["spec"]["initContainers"][:1] == others
    assert "securityContext" not in made["spec"]["initContainers"][1]
    assert "quantities must match" in refused(pod({"agent-limits-cpu": "much"}))


def test_an_image_volume() -> None:
    """The image itself is mounted; no init container."""
    made, _ = admitted(pod({"agent-exec-delivery": "image-volume"}))

    assert "initContainers" not in made["spec"]
    assert made["spec"]["volumes"][1] == {"name": "vexec-install", "image": {"reference": "vexec:1"}}
    assert made["spec"]["containers"][0]["command"] == ["/vexec-bin/vexec", "--"]
    assert BINARY in made["spec"]["containers"][0]["volumeMounts"]


def test_in_the_image_already() -> None:
    """Nothing is mounted; the path is the annotation's, and the injector has a default for the delivery."""
    document = pod({"agent-exec-path": "/usr/bin/vexec"})
    made, _ = admitted(document, replace(DEFAULTS, exec_delivery="image"))

    assert made["spec"]["volumes"] == document["spec"]["volumes"]
    assert made["spec"]["containers"][0]["command"] == ["/usr/bin/vexec", "--"]
    assert paths(made) == [TOKENS]


@pytest.mark.parametrize("path", ["vexec", "", "/a/../b", "/$(X)", "/a\n", "/a\0"])
def test_a_path_that_is_none(path: str) -> None:
    """A path is absolute, and holds nothing that Kubernetes or a terminal would act on."""
    assert "is not the path of a file" in refused(pod({"agent-exec-path": path}))


def test_an_unknown_delivery() -> None:
    """The words that it takes are told."""
    assert refused(pod({"agent-exec-delivery": "mail"})).endswith("takes one of init, image-volume, image")


def test_secrets_and_config_maps_are_mounted() -> None:
    """TLS secret, extra secret and ConfigMap are where upstream has them, in the application's container."""
    annotations = {"tls-secret": "my-tls", "agent-extra-secret": "more", "agent-configmap": "templates"}
    made, warnings = admitted(pod(annotations))

    assert warnings == []
    assert made["spec"]["volumes"][2:] == [
        {"name": "vault-config", "configMap": {"name": "templates"}},
        {"name": "extra-secrets", "secret": {"secretName": "more"}},
        {"name": "vault-tls-secrets", "secret": {"secretName": "my-tls"}},
    ]
    assert made["spec"]["containers"][0]["volumeMounts"][2:] == [
        {"name": "vault-config", "mountPath": "/vault/configs", "readOnly": True},
        {"name": "extra-secrets", "mountPath": "/vault/custom", "readOnly": True},
        {"name": "vault-tls-secrets", "mountPath": "/vault/tls", "readOnly": True},
    ]


def test_the_token_of_a_named_volume() -> None:
    """S1.7: a projected volume that an annotation names is mounted in the container that needs it."""
    source = {"serviceAccountToken": {"path": "vault-token", "audience": "vault"}}
    document = pod({"agent-service-account-token-volume-name": "vault-token"})
    document["spec"]["volumes"].append({"name": "vault-token", "projected": {"sources": [source]}})
    made, _ = admitted(document)

    place = "/var/run/secrets/vault.hashicorp.com/serviceaccount"
    assert environ(made["spec"]["containers"][0])["VEXEC_JWT_FILE"] == f"{place}/vault-token"
    assert {"name": "vault-token", "mountPath": place, "readOnly": True} in made["spec"]["containers"][0][
        "volumeMounts"
    ]


def test_no_token() -> None:
    """S1.7: without any the refusal is upstream's."""
    document = pod({}, {"name": "api", "image": "x"})
    assert refused(document).endswith("failed to find service account volume mount")


def test_a_container_without_the_token() -> None:
    """S1.7: one that mounts none gets the pod's."""
    made, _ = admitted(pod({"agent-inject-containers": "b"}, container(), {"name": "b", "image": "x"}))

    mount = {"name": "kube-api-access-x", "mountPath": TOKENS, "readOnly": True}
    assert mount in made["spec"]["containers"][1]["volumeMounts"]


def test_what_the_owner_wrote_stays() -> None:
    """Security contexts, resources, variables, mounts, ports, and fields that nobody here knows."""
    own = container(
        env=[{"name": "A", "value": "1"}, {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}],
        resources={"limits": {"memory": "1Gi"}},
        securityContext={"runAsUser": 5, "privileged": True},
        ports=[{"containerPort": 80}],
        aFieldOfTheFuture={"x": [1]},
    )
    document = pod({}, own, securityContext={"fsGroup": 3}, hostNetwork=True)
    before = copy.deepcopy(document)
    made, _ = admitted(document)

    after = made["spec"]["containers"][0]
    changed = {"command", "args", "env", "volumeMounts"}
    assert {k: v for k, v in after.items() if k not in changed} == {
        k: v for k, v in before["spec"]["containers"][0].items() if k not in changed
    }
    assert after["env"][:2] == own["env"]
    assert after["volumeMounts"][:1] == own["volumeMounts"]
    spec = {k: v for k, v in made["spec"].items() if k not in ("containers", "volumes", "initContainers")}
    assert spec == {"securityContext": {"fsGroup": 3}, "hostNetwork": True}


@pytest.mark.parametrize("own", ["VAULT_ADDR", "BAO_ADDR"])
def test_a_variable_that_the_owner_set(own: str) -> None:
    """It stays, also by another name of the same setting, and a warning tells which."""
    made, warnings = admitted(pod({}, container(env=[{"name": own, "value": "http://own:8200"}])))

    variables = environ(made["spec"]["containers"][0])
    assert variables[own] == "http://own:8200"
    assert ("VAULT_ADDR" in variables) == (own == "VAULT_ADDR")
    assert warnings == [
        f'container "api" sets {own} itself, which stays in place of the injector\'s VAULT_ADDR'
    ]


def test_annotations_without_a_meaning() -> None:
    """Each is named in the review's warnings, a misspelt one too; what has a meaning is not."""
    annotations = {
        "agent-inject-file-config.env": "x",
        "agent-inject-command-config.env": "x",
        "agent-cache-enable": "true",
        "agent-inject-token": "true",
        "agent-exec-comand": "x",
        "log-level": "info",
    }
    _, warnings = admitted(pod(annotations))

    silent = {"log-level"}
    assert warnings == [
        f"{PREFIX}{name} has no meaning in exec mode" for name in sorted(annotations) if name not in silent
    ]


PROBE = {"exec": {"command": ["/probe", "-x"]}, "periodSeconds": 5}


def test_probes_stay() -> None:
    """By default they run as they are."""
    probes: dict[str, Any] = {"livenessProbe": PROBE, "readinessProbe": {"httpGet": {"port": 80}}}

    assert {name: first(pod({}, container(**probes)))[name] for name in probes} == probes


def test_probes_through_vexec() -> None:
    """Where an annotation asks for it, commands of probes start through vexec; others stay."""
    probes: dict[str, Any] = {
        "livenessProbe": PROBE,
        "startupProbe": PROBE,
        "readinessProbe": {"httpGet": {"port": 80}},
    }
    made, _ = admitted(pod({"agent-exec-wrap-probes": "true"}, container(**probes)))

    after = made["spec"]["containers"][0]
    wrapped = {"exec": {"command": ["/vexec-bin/vexec", "--", "/probe", "-x"]}, "periodSeconds": 5}
    assert (after["livenessProbe"], after["startupProbe"]) == (wrapped, wrapped)
    assert after["readinessProbe"] == probes["readinessProbe"]
    assert again(made) == made


def again(made: dict[str, Any]) -> dict[str, Any]:
    """Return a pod after a second patch, its status annotation taken away, as a copied pod has it."""
    document = copy.deepcopy(made)
    del document["metadata"]["annotations"][STATUS]
    after, warnings = admitted(document)
    assert warnings == []
    return after


@pytest.mark.parametrize("delivery", ["init", "image-volume", "image"])
def test_twice_is_once(delivery: str) -> None:
    """S1.8: a pod that is injected is left alone; one whose mark was lost gets nothing twice."""
    made, _ = admitted(pod({"agent-exec-delivery": delivery, "tls-secret": "t"}, container(args=["-x"])))

    assert "patch" not in ask(made)
    assert again(made) == made


def test_names_that_are_taken() -> None:
    """A volume or a mount of the owner's in the way is an error, never used for ours."""
    volume = {"name": "vexec-install", "configMap": {"name": "x"}}
    assert 'a volume "vexec-install" of its own' in refused(pod({}, volumes=[volume]))

    own = container()
    own["volumeMounts"].append({"name": "other", "mountPath": "/vexec-bin/"})
    assert 'container "api" mounts another volume at /vexec-bin' in refused(pod({}, own))


def test_defaults_of_the_api_server_are_no_difference() -> None:
    """A volume that is there, with what the API server has added to it, is taken for ours."""
    volume = {"name": "vault-tls-secrets", "secret": {"secretName": "t", "defaultMode": 420}}
    made, _ = admitted(pod({"tls-secret": "t"}, volumes=[volume]))

    assert [entry["name"] for entry in made["spec"]["volumes"]] == ["vault-tls-secrets", "vexec-install"]


def test_containers_of_one_name() -> None:
    """The API server refuses them afterwards; both are wrapped, and nothing fails here."""
    made, _ = admitted(pod({"agent-inject-containers": "api"}, container(), container()))

    assert [c["args"] for c in made["spec"]["containers"]] == [["/server"], ["/server"]]
