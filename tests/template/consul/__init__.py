"""consul-template's functions; a module for each of vexec.template.functions."""
