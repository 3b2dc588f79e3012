//go:build tools

// Package vaultserver pins the Vault server that the tests run against. It is built, never shipped.
package vaultserver

import _ "github.com/hashicorp/vault"
