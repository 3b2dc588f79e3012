"""The answers that the original injector (vault-k8s 1.7.6) gave to 22 reviews."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.injector.samples import DEFAULTS, operations
from vexec.injector.review import review

LINES = Path(__file__).with_name("recorded.jsonl").read_text().splitlines()
RECORDED = [json.loads(line) for line in LINES]


def shown(value: Any) -> Any:
    """Return a patch with VAULT_CONFIG as JSON, and its templates in one order, as they are recorded."""
    if isinstance(value, list):
        return [shown(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    if value.get("name") != "VAULT_CONFIG":
        return {name: shown(entry) for name, entry in value.items()}
    config = value["value"]
    if isinstance(config, str):
        config = json.loads(base64.b64decode(config))
    templates = sorted(config.get("template", []), key=lambda template: str(template["destination"]))
    return {**value, "value": {**config, "template": templates}}


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: str(case["name"]))
def test_the_originals_answer_is_given(case: dict[str, Any]) -> None:
    """Operation for operation; the configuration by its meaning."""
    made = review(case["review"], DEFAULTS)
    response = made["response"]
    expected = case["answer"]

    assert made["apiVersion"] == case["review"]["apiVersion"]
    assert response["uid"] == case["review"]["request"]["uid"]
    assert response["allowed"] == expected["allowed"]
    assert response.get("status", {}).get("message") == expected["message"]
    assert response.get("patchType") == expected["patchType"]
    assert shown(operations(response)) == shown(expected["patch"] or [])
