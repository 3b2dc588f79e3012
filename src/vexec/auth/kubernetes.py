"""Log-in method `kubernetes`: the pod's service-account token, checked by the cluster's TokenReview."""

from __future__ import annotations

from vexec.auth.input import MOUNTED, named
from vexec.auth.jwt import JwtAuth
from vexec.config.model import Input

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vexec.config.model import Login


class KubernetesAuth(JwtAuth):
    """POST auth/kubernetes/login {"role": …, "jwt": …}, the token from where the kubelet mounts it."""

    def __init__(self, settings: Login) -> None:
        named(settings.role, "kubernetes", "VEXEC_ROLE")
        jwt = settings.jwt or Input("service-account token", file=MOUNTED)
        super().__init__(settings.replace(jwt=jwt, mount=settings.mount or "kubernetes"))
