"""The Kubernetes injector: annotations of a pod → patches of it."""
