//go:build tools

// Package kubernetesserver pins the Kubernetes API server that the tests run against. It is built, never shipped.
package kubernetesserver

import _ "k8s.io/kubernetes/cmd/kube-apiserver"
