"""Speaking to Vault or OpenBao: transport, TLS, retries, and the client over them."""
