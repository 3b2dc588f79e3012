"""vexec as its users meet it: a program with an environment, exact words on stderr and an exit code."""
