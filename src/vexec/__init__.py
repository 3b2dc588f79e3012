"""vexec puts secrets from Vault or OpenBao into a process, then becomes that process."""

__version__ = "0.1.0"
