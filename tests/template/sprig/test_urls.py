"""Sprig's functions on URLs, against what sprig gives."""

from __future__ import annotations

import pytest

from tests.template.sprig.world import result

# expression → what Go prints, or after "! " its error; run with sprig 3.3.0 in Go 1.26
CASES = {
    'sprig_urlParse "http://user:p%20s@host.com:8080/a%20b;p?q=1&b=2#fr%20ag"': 'map[fragment:fr ag host:host.com:8080 hostname:host.com opaque: path:/a b;p query:q=1&b=2 scheme:http userinfo:user:p%20s]',
    'sprig_urlParse "mailto:a@b.c"': 'map[fragment: host: hostname: opaque:a@b.c path: query: scheme:mailto userinfo:]',
    'sprig_urlParse "/just/path"': 'map[fragment: host: hostname: opaque: path:/just/path query: scheme: userinfo:]',
    'sprig_urlParse ""': 'map[fragment: host: hostname: opaque: path: query: scheme: userinfo:]',
    'sprig_urlParse "*"': 'map[fragment: host: hostname: opaque: path:* query: scheme: userinfo:]',
    'sprig_urlParse "//h/p"': 'map[fragment: host:h hostname:h opaque: path:/p query: scheme: userinfo:]',
    'sprig_urlParse "///p"': 'map[fragment: host: hostname: opaque: path:///p query: scheme: userinfo:]',
    'sprig_urlParse "http://[::1%25en0]:80/"': 'map[fragment: host:[::1%en0]:80 hostname:::1%en0 opaque: path:/ query: scheme:http userinfo:]',
    'sprig_urlParse "http://h?"': 'map[fragment: host:h hostname:h opaque: path: query: scheme:http userinfo:]',
    'sprig_urlParse "HTTP://H"': 'map[fragment: host:H hostname:H opaque: path: query: scheme:http userinfo:]',
    'sprig_urlParse "http://ü%C3%BC/"': 'map[fragment: host:üü hostname:üü opaque: path:/ query: scheme:http userinfo:]',
    'sprig_urlParse "http://a b/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid character "…" in host name',
    'sprig_urlParse "%zz"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid URL escape "…"',
    'sprig_urlParse "http://h%41/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid URL escape "…"',
    'sprig_urlParse "http://[1.2.3.4]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid IP-literal',
    'sprig_urlParse "http://[::1"': '! error calling sprig_urlParse: unable to parse url: parse "…": missing \']\' in host',
    'sprig_urlParse "http://[::1]x/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid port "…" after host',
    'sprig_urlParse "http://h:x/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid port "…" after host',
    'sprig_urlParse "http://a:1:2/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid port "…" after host',
    'sprig_urlParse "mongodb://a:1,b:2/"': 'map[fragment: host:a:1,b:2 hostname:a:1,b opaque: path:/ query: scheme:mongodb userinfo:]',
    'sprig_urlParse "http://[1:2:3:4:5:6:7:8:9]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid host: ParseAddr("…"): trailing garbage after address (at "…")',
    'sprig_urlParse "http://[:::]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid host: ParseAddr("…"): each colon-separated field must have at least one digit (at "…")',
    'sprig_urlParse "http://[12345::]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid host: ParseAddr("…"): each group must have 4 or less digits (at "…")',
    'sprig_urlParse "http://[::1.2.3]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid host: ParseAddr("…"): IPv4 address too short',
    'sprig_urlParse "http://[::1.2.3.256]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid host: ParseAddr("…"): IPv4 field has value >255',
    'sprig_urlParse "http://[1::2::3]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid host: ParseAddr("…"): multiple :: in address (at "…")',
    'sprig_urlParse "http://[1:2]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid host: ParseAddr("…"): address string too short',
    'sprig_urlParse "http://[g::]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid host: ParseAddr("…"): each colon-separated field must have at least one digit (at "…")',
    'sprig_urlParse "http://[1:]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid host: ParseAddr("…"): colon must be followed by more characters (at "…")',
    'sprig_urlParse "http://[::1%25]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid host: ParseAddr("…"): zone must be a non-empty string',
    'sprig_urlParse "http://[x]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid host: ParseAddr("…"): unable to parse IP',
    'sprig_urlParse "http://[::01.2.3.4]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid host: ParseAddr("…"): IPv4 field has octet with leading zero',
    'sprig_urlParse "http://[1::2:3:4:5:6:7:8]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid host: ParseAddr("…"): the :: must expand to at least one field of zeros',
    'sprig_urlParse "http://[1:2:3:4:5:6:7:1.2.3.4]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid host: ParseAddr("…"): embedded IPv4 address must replace the final 2 fields of the address (at "…")',
    'sprig_urlParse "http://u<@h/"': '! error calling sprig_urlParse: unable to parse url: parse "…": net/url: invalid userinfo',
    'sprig_urlParse "a:b:c"': 'map[fragment: host: hostname: opaque:b:c path: query: scheme:a userinfo:]',
    'sprig_urlParse ":x"': '! error calling sprig_urlParse: unable to parse url: parse "…": missing protocol scheme',
    'sprig_urlParse "a b:c"': '! error calling sprig_urlParse: unable to parse url: parse "…": first path segment in URL cannot contain colon',
    'sprig_urlParse "1a:b"': '! error calling sprig_urlParse: unable to parse url: parse "…": first path segment in URL cannot contain colon',
    'sprig_urlParse "x:\\n"': '! error calling sprig_urlParse: unable to parse url: parse "…": net/url: invalid control character in URL',
    'sprig_urlJoin (sprig_dict "scheme" "http" "host" "h:80" "path" "a b" "query" "q=1" "fragment" "f g" "userinfo" "u:p s")': '! error calling sprig_urlJoin: unable to parse userinfo in dict: parse "…": net/url: invalid userinfo',
    'sprig_urlJoin (sprig_dict "path" "a:b")': './a:b',
    'sprig_urlJoin (sprig_dict "host" "h" "path" "p")': '//h/p',
    'sprig_urlJoin (sprig_dict "opaque" "a/b" "scheme" "x" "host" "ignored")': 'x:a/b',
    'sprig_urlJoin (sprig_dict "path" "*")': '*',
    'sprig_urlJoin (sprig_dict "scheme" "file" "path" "/a")': 'file:///a',
    'sprig_urlJoin (sprig_dict "scheme" "x")': 'x:',
    'sprig_urlJoin (sprig_dict)': '',
    'sprig_urlJoin .nilmap': '',
    'sprig_urlJoin (sprig_dict "host" 5)': '! error calling sprig_urlJoin: unable to parse host key, must be of type string, but int found',
    'sprig_urlJoin (sprig_dict "path" nil)': '! error calling sprig_urlJoin: runtime error: invalid memory address or nil pointer dereference',
    'sprig_urlJoin (sprig_dict "path" .n1)': '12',
    'sprig_urlJoin (sprig_dict "userinfo" "a%z")': '! error calling sprig_urlJoin: unable to parse userinfo in dict: parse "…": invalid URL escape "…"',
    'sprig_urlJoin (sprig_dict "userinfo" "u/x")': '',
    'sprig_urlParse "http://a[::1]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid IP-literal',
    'sprig_urlJoin (sprig_dict "scheme" "http" "host" "h" "userinfo" "u:p")': 'http://u:p@h',
    'sprig_urlJoin (sprig_dict "host" "h" "userinfo" "u")': '//u@h',
    'sprig_urlParse "http://u:p%zz@h/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid URL escape "…"',
    'sprig_urlParse "http://[::1%25%41%20]/"': 'map[fragment: host:[::1%A ] hostname:::1%A  opaque: path:/ query: scheme:http userinfo:]',
    'sprig_urlParse "http://[::1%25%zz]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid URL escape "…"',
    'sprig_urlParse "http://[::1%25%0a]/"': '! error calling sprig_urlParse: unable to parse url: parse "…": invalid URL escape "…"',
}  # fmt: skip


@pytest.mark.parametrize("expression", CASES)
def test_the_result_is_sprigs(expression: str) -> None:
    """An expression gives what it gives in Go."""
    assert result(expression) == CASES[expression]
