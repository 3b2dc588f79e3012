"""What vexec can be told to do: one module a command, each with `run(arguments, environ) -> int`."""

COMMANDS = ("run", "env", "check", "render", "install", "inject", "version", "help")
