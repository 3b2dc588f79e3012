"""The review: what is left alone, what is denied, and that any input gets an answer."""

# ruff: noqa: E501 - tables: one case a line
from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.injector.samples import (
    DEFAULTS,
    PREFIX,
    agent,
    answer,
    asked,
    config,
    container,
    injected,
    operations,
    pod,
    refusal,
)
from vexec.injector.annotations import TABLE
from vexec.injector.models import Malformed
from vexec.injector.review import review


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_the_answer_has_the_version_and_uid_of_the_question(version: str) -> None:
    """Both versions are alike but for their name."""
    made = review(asked(pod(), version), DEFAULTS)

    assert (made["apiVersion"], made["kind"]) == (f"admission.k8s.io/{version}", "AdmissionReview")
    assert made["response"]["uid"] == "u-1"
    assert made["response"]["allowed"] is True


def test_a_review_without_a_version_is_taken_for_v1() -> None:
    """As the original does."""
    document = asked(pod())
    del document["apiVersion"], document["kind"]

    assert review(document, DEFAULTS)["apiVersion"] == "admission.k8s.io/v1"


@pytest.mark.parametrize("inject", [None, "false", "0", "", "F"])
def test_a_pod_that_does_not_ask_is_left_alone(inject: str | None) -> None:
    """Allowed without a patch, in system namespaces too."""
    for namespace in ("web", "kube-system"):
        assert answer(pod({"agent-inject": inject}), namespace=namespace) == {"uid": "u-1", "allowed": True}


def test_a_pod_that_was_done_is_left_alone() -> None:
    """Any other status asks for it again."""
    assert operations(answer(pod({"agent-inject-status": "injected"}))) == []
    assert injected({"agent-inject-status": "update"})


@pytest.mark.parametrize("phase", ["Running", "Succeeded", "Failed", "Unknown"])
def test_a_pod_past_pending_is_left_alone(phase: str) -> None:
    """It runs already."""
    assert answer({**pod(), "status": {"phase": phase}}) == {"uid": "u-1", "allowed": True}
    assert operations(answer({**pod(), "status": {"phase": "Pending"}}))


@pytest.mark.parametrize("namespace", ["kube-system", "kube-public"])
@pytest.mark.parametrize("sidecar", ["true", "false"])
def test_system_namespaces_are_denied(namespace: str, sidecar: str) -> None:
    """In both modes, with the original's words."""
    response = answer(pod({"agent-run-as-sidecar": sidecar}), namespace=namespace)

    assert response["allowed"] is False
    assert response["status"]["message"] == (
        f"error with request namespace: cannot inject into system namespaces: {namespace}"
    )


@pytest.mark.parametrize("word", ["yes", "on", "y", "TrUe", "True ", "null", "~", "2"])
def test_words_that_yaml_takes_for_booleans_are_denied(word: str) -> None:
    """Only what Go's ParseBool takes is a boolean."""
    reason = f"cannot parse '' as bool: strconv.ParseBool: parsing \"{word}\": invalid syntax"

    assert refusal({"agent-inject": word}) == f"error checking if should inject agent: {reason}"
    for name in ("agent-run-as-sidecar", "tls-skip-verify", "error-on-missing-key-x"):
        annotations = {"agent-inject-secret-x": "a", name: word}
        assert refusal(annotations) == f"error creating new agent sidecar: {reason}"


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "x",
        {},
        {"request": None},
        {"request": {}},
        {"request": {"uid": 1}},
        {**asked(None), "apiVersion": "admission.k8s.io/v2"},
        {**asked(None), "kind": "Pod"},
    ],
)
def test_what_is_no_review_is_malformed(document: Any) -> None:
    """There is no uid to answer to."""
    with pytest.raises(Malformed, match="error decoding admission request"):
        review(document, DEFAULTS)


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (None, "document"),
        ([], "document"),
        ({"metadata": []}, "metadata"),
        (pod({"x": 1}), f"metadata.annotations.{PREFIX}x"),
        (pod({"x": True}), f"metadata.annotations.{PREFIX}x"),
        (pod(containers={}), "spec.containers"),
        (pod(containers=[None]), "spec.containers.0"),
        (pod(containers=[{"name": 1}]), "spec.containers.0.name"),
        (
            pod(containers=[container(securityContext={"runAsUser": "0"})]),
            "spec.containers.0.securityContext.runAsUser",
        ),
    ],
)
def test_what_is_no_pod_is_denied_with_the_place(document: Any, place: str) -> None:
    """Where it is wrong, never with what."""
    response = answer(document)

    assert response["allowed"] is False
    assert response["status"]["message"].startswith(f"error decoding pod: {place}: ")


def test_null_is_absent() -> None:
    """As Go reads it."""
    document = pod(initContainers=None, securityContext=None, containers=[container(env=None)])

    assert operations(answer({**document, "status": None})) == injected()


def test_containers_of_one_name_all_get_the_secrets() -> None:
    """The API server refuses such a pod itself, after the webhook."""
    found = injected({"agent-inject-containers": "app"}, containers=[container(), container()])
    places = [entry["path"] for entry in found if entry["path"].endswith("/volumeMounts/-")]

    assert places == ["/spec/containers/0/volumeMounts/-", "/spec/containers/1/volumeMounts/-"]


def test_huge_annotations_are_answered() -> None:
    """Ten megabytes; what a refusal repeats of one is short."""
    huge = "x" * 10_000_000

    assert injected({"agent-inject-template-a": huge})
    for name in ("agent-inject", "agent-run-as-user", "agent-limits-cpu", "agent-share-process-namespace",
                 "agent-inject-default-template", "auth-min-backoff", "agent-json-patch", "agent-exec-delivery"):  # fmt: skip
        assert len(refusal({name: huge})) < 1000


def test_fields_without_json_are_denied() -> None:
    """Python reads NaN, and deeper than it writes."""
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    for value in (float("nan"), deep):
        spec = {"initContainers": [container("x", field=value)]}
        assert refusal({"agent-init-first": "true"}, **spec).startswith("error creating patch for agent: ")


@pytest.mark.parametrize(
    "text", ['"', "\n", "\0", "$(VAULT_TOKEN)", "'; rm -rf / #", "\u2028", "</script>", "é🦊"]
)
def test_annotations_do_not_break_out_of_the_configuration(text: str) -> None:
    """The configuration is JSON in base64, whatever an annotation holds."""
    names = ("agent-inject-template-a", "namespace", "auth-config-x")
    found = injected(dict.fromkeys(names, text + "x"))
    made = config(found)
    plain = injected(dict.fromkeys(names, "plain"))
    for one in (
        agent(found),
        agent(found, "vault-agent-init"),
        agent(plain),
        agent(plain, "vault-agent-init"),
    ):
        one["env"] = [entry for entry in one["env"] if entry["name"] != "VAULT_CONFIG"]

    assert made["template"][0]["contents"] == text + "x"
    assert made["auto_auth"]["method"]["namespace"] == text + "x"
    assert made["auto_auth"]["method"]["config"]["x"] == text + "x"
    assert found == plain


ALPHABET = st.characters()  # lone surrogates, too: JSON can hold them
TEXTS = st.one_of(
    st.text(ALPHABET, max_size=20),
    st.sampled_from(
        ["true", "false", "1", "", "[]", "[{}]", "1Gi", "5s", "json", "app", "/server", '["a"]', "$(A)", "{{"]
    ),
)
NAMES = st.one_of(
    st.sampled_from([entry.name + ("-x" if entry.family else "") for entry in TABLE]),
    st.sampled_from([entry.name + "-" for entry in TABLE]),
    st.text(ALPHABET, max_size=10),
)


@given(st.dictionaries(NAMES, TEXTS, max_size=12), st.sampled_from(["true", "false", None]))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_annotations_get_an_answer(annotations: dict[str, str], sidecar: str | None) -> None:
    """A patch, or a denial with a reason; never an exception."""
    more = {} if sidecar is None else {"agent-run-as-sidecar": sidecar}
    made = review(asked(pod({**annotations, **more})), DEFAULTS)
    response = made["response"]

    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert response["allowed"] or response["status"]["message"]
    assert all(entry["op"] in ("add", "remove", "replace") for entry in operations(response))


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(ALPHABET, max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(ALPHABET, max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
PARTS = ["containers", "initContainers", "volumes", "securityContext", "shareProcessNamespace", "x"]


@given(st.dictionaries(st.sampled_from(PARTS), JSONS), JSONS)
@settings(max_examples=200, deadline=None)
def test_any_pod_gets_an_answer(spec: dict[str, Any], metadata: Any) -> None:
    """Whatever is where a pod's fields should be."""
    document = pod(**spec)

    for asked_about in (document, {**document, "metadata": metadata}, metadata):
        assert isinstance(answer(asked_about)["allowed"], bool)
