"""Go's text/template with consul-template's functions; see docs/explanation/templates.md.

`parse.parse` makes a Template of a text, `collect.asks` says what it is certain to ask for, and
`evaluate.evaluate` gives its text or a Missing.
"""
