module vexec/oracles/execution

go 1.26
