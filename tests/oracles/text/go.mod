module vexec/oracles/text

go 1.26

require vexec/oracles/cases v0.0.0

replace vexec/oracles/cases => ../cases
