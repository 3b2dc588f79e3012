"""Go's text/template with consul-template's functions; see docs/explanation/templates.md."""
