"""What the injector reads of Kubernetes: an AdmissionReview and its pod; the only user of pydantic here.

Fields that are not named stay (`document` is the pod as it came); null counts as absent, as in Go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator
from pydantic.alias_generators import to_camel

VERSIONS = ("admission.k8s.io/v1", "admission.k8s.io/v1beta1")
KIND = "AdmissionReview"
SHOWN = 120  # characters of a place that an error shows


class Denial(Exception):
    """The pod cannot be admitted; the message is what the API server tells its maker."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Malformed(ValueError):
    """The document is no AdmissionReview that could be answered."""


class Kept(BaseModel):
    """An object of which some fields are read and all are kept."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, alias_generator=to_camel)

    @model_validator(mode="before")
    @classmethod
    def without_nulls(cls, data: Any) -> Any:
        """Treat null as absent."""
        if isinstance(data, Mapping):
            return {key: value for key, value in data.items() if value is not None}
        return data


class EnvVar(Kept):
    """A variable of a container."""

    name: str = ""
    value: str = ""
    value_from: dict[str, Any] | None = None


class VolumeMount(Kept):
    """Where a container sees a volume."""

    name: str = ""
    mount_path: str = ""
    read_only: bool = False


class SecurityContext(Kept):
    """Who a container or a pod runs as."""

    run_as_user: int | None = None
    run_as_group: int | None = None
    run_as_non_root: bool | None = None
    fs_group: int | None = None


class ExecAction(Kept):
    """A command that Kubernetes runs in the container."""

    command: list[str] = []


class Handler(Kept):
    """A probe, or what is done at a container's start or stop."""

    exec: ExecAction | None = None


class Lifecycle(Kept):
    """What is done after a container's start and before its stop."""

    post_start: Handler | None = None
    pre_stop: Handler | None = None


class Container(Kept):
    """A container or an init container."""

    name: str = ""
    image: str = ""
    command: list[str] = []
    args: list[str] = []
    env: list[EnvVar] = []
    volume_mounts: list[VolumeMount] = []
    security_context: SecurityContext | None = None
    resources: dict[str, Any] = {}
    liveness_probe: Handler | None = None
    readiness_probe: Handler | None = None
    startup_probe: Handler | None = None
    lifecycle: Lifecycle | None = None


class TokenSource(Kept):
    """A token of the pod's service account, as a file of a projected volume."""

    path: str = ""
    audience: str = ""


class ProjectedSource(Kept):
    """One source of a projected volume."""

    service_account_token: TokenSource | None = None


class Projected(Kept):
    """A volume that is put together from several sources."""

    sources: list[ProjectedSource] = []


class Volume(Kept):
    """A volume of the pod."""

    name: str = ""
    projected: Projected | None = None


class Metadata(Kept):
    """A pod's metadata."""

    name: str = ""
    generate_name: str = ""
    namespace: str = ""
    annotations: dict[str, str] = {}
    labels: dict[str, str] = {}


class Spec(Kept):
    """A pod's specification."""

    containers: list[Container] = []
    init_containers: list[Container] = []
    volumes: list[Volume] = []
    security_context: SecurityContext | None = None
    service_account_name: str = ""
    share_process_namespace: bool | None = None


class Status(Kept):
    """A pod's status."""

    phase: str = ""


class Pod(Kept):
    """A pod; `document` is all of it as it came."""

    metadata: Metadata = Field(default_factory=Metadata)
    spec: Spec = Field(default_factory=Spec)
    status: Status = Field(default_factory=Status)
    _document: Mapping[str, Any] = PrivateAttr(default_factory=dict)

    @classmethod
    def read(cls, document: Any) -> Self:
        """Read a pod; raises Denial, which says where it is wrong but never with what."""
        try:
            pod = cls.model_validate(document)
        except ValidationError as error:
            raise Denial(f"error decoding pod: {problem(error)}") from None
        pod._document = document
        return pod

    @property
    def document(self) -> Mapping[str, Any]:
        """Return the pod as it came."""
        return self._document


class Request(Kept):
    """What the API server asks about."""

    uid: str
    namespace: str = ""
    name: str = ""
    operation: str = ""
    object: Any = None


class Review(Kept):
    """An AdmissionReview with a request."""

    api_version: str = VERSIONS[0]
    kind: str = KIND
    request: Request

    @classmethod
    def read(cls, document: Any) -> Self:
        """Read a review; raises Malformed."""
        try:
            review = cls.model_validate(document)
        except ValidationError as error:
            raise Malformed(f"error decoding admission request: {problem(error)}") from None
        if review.api_version not in VERSIONS or review.kind != KIND:
            raise Malformed("error decoding admission request: it is no AdmissionReview of v1 or v1beta1")
        return review


def problem(error: ValidationError) -> str:
    """Say what is wrong first, and where, without the value."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])[:SHOWN]
    return f"{place or 'document'}: {first['msg'].lower()}"
