module vexec/oracles/cases

go 1.26
