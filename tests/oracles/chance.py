"""Cases by chance: templates from the grammar or spoilt ones of the corpora, data of any types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.oracles import focus
from tests.template import corpus
from tests.template.cases import encode
from tests.template.corpus.grammar import FUNCTIONS, Dice, Grammar, signatures
from tests.template.corpus.parsing import PUT_IN
from tests.template.corpus.worlds import KINDS, WORLDS
from vexec.template.values import Int, Map, Slice
from vexec.value import Number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.template.cases import Case

# what must not be run by chance, what is another each time, or is not supported
UNSAFE = re.compile(
    r"plugin|writeToFile|\bfile\b|sockaddr|spew_|sprig_(gen|bcrypt|htpasswd|encrypt|shuffle|rand|ago|keys|values|hello"
    r"|pick|omit|derive|buildCustom|repeat|seq|until|toDate|mustToDate)|executeTemplate|by(Key|Port|Tag|Meta)|explode\b"
    r"|\b(key|keyExists|keyOrDefault|ls|safeLs|tree|safeTree|service|services|node|nodes|connect|caRoots|caLeaf"
    r"|datacenters|partitions|peerings|exportedServices|importedServices|nomad\w*)\b"
)
PIECES = re.compile(r'\{\{-? ?|-?\}\}|"(?:[^"\\\n]|\\.)*"|`[^`]*`|\w+|\s+|.', re.DOTALL)
TEXTS = (
    "",
    "a",
    "text",
    "1",
    "42",
    "-1",
    "1.5",
    "true",
    "null",
    "a,b",
    "k=v",
    "{}",
    '{"a":[1,2.5,"x"]}',
    "é☃𝄞",
    "a\udcffb",
    "\0",
    " x ",
    "a\nb\n",
    "<b>&'\"",
    "A" * 40,
    "/",
    "a/b/c",
    "aGVsbG8=",
    "~",
    "- x",
    "0x1f",
    "%s%d",
    "\u2028",
    "İıſß",
    "`",
    "\\",
    "2024-01-02",
)
WHOLES = (0, 1, -1, 2, 3, 7, 42, 97, 255, 1 << 31, (1 << 63) - 1, -(1 << 63))
FLOATS = (
    0.0,
    -0.0,
    1.0,
    1.5,
    -2.25,
    1e6,
    1e20,
    1e21,
    1e-7,
    0.1,
    123456789.0,
    5e-324,
    float("inf"),
    float("nan"),
)
NUMBERS = ("0", "1", "1.0", "-5", "1e3", "12345678901234567890", "0.10", "1E400", "")
TYPES = ("int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64")
NAMES = ("a", "b", "c", "d", "x", "none", "with space", "é", "", "1", "A")
# consul-template's functions as the grammar takes them
CONSUL = {
    **FUNCTIONS,
    **signatures("""
s: toJSON(a,m,l,s) toJSONPretty(a,m,l,s) toUnescapedJSON(a,m,l,s) toUnescapedJSONPretty(a,m,l,s)
s: toYAML(a,m,l,s) toLower(s) toUpper(s) toTitle(s) trimSpace(s) base64Encode(s) base64URLEncode(s)
s: base64Decode(s) sha256Hex(s) md5sum(s) trim(ss) trimPrefix(ss) trimSuffix(ss) hmacSHA256Hex(ss)
s: toTOML(m) join(sl) replaceAll(sss) indent(0s,1s) regexReplaceAll(sss) sprig_upper(s) sprig_lower(s)
s: sprig_title(s) sprig_untitle(s) sprig_trim(s) sprig_snakecase(s) sprig_camelcase(s) sprig_kebabcase(s)
s: sprig_initials(s) sprig_nospace(s) sprig_swapcase(s) sprig_b64enc(s) sprig_b32enc(s) sprig_sha1sum(s)
s: sprig_adler32sum(s) sprig_base(s) sprig_dir(s) sprig_clean(s) sprig_ext(s) sprig_quote(a,s,n,i)
s: sprig_squote(a,s,n,i) sprig_cat(a,s,n,i) sprig_toString(a,s,n,i) sprig_toJson(a,s,n,i)
s: sprig_toPrettyJson(a,s,n,i) sprig_kindOf(a,s,n,i) sprig_typeOf(a,s,n,i) sprig_empty(a,s,n,i)
s: sprig_int(a,s,n,i) sprig_int64(a,s,n,i) sprig_float64(a,s,n,i) sprig_ceil(a,s,n,i)
s: sprig_floor(a,s,n,i) sprig_toDecimal(a,s,n,i) sprig_join(sl) sprig_trunc(is,1s) sprig_abbrev(is)
s: sprig_substr(01s) sprig_wrap(is,1s) sprig_replace(sss) sprig_plural(ssi) sprig_regexFind(ss)
s: sprig_indent(1s) sprig_nindent(1s) sprig_duration(i,s)
a: parseInt(s) parseUint(s) parseBool(s) parseFloat(s) parseJSON(s) parseYAML(s) sprig_default(aa,ss)
a: sprig_get(mk) sprig_ternary(aab) sprig_coalesce(aa,aaa) sprig_fromJson(s) sprig_dig(kam)
n: add(ii,nn,in,ni) subtract(ii,nn,in,ni) multiply(ii,nn,in,ni) divide(ii,nn,in,ni) modulo(ii,nn,in,ni)
n: minimum(ii,nn,in,ni) maximum(ii,nn,in,ni) sprig_round(n0,n1)
b: containsAll(ll) containsAny(ll) containsNone(ll) containsNotAll(ll) contains(sl,sm,ss) in(ls,ss)
b: regexMatch(ss) sprig_hasKey(mk) sprig_has(al) sprig_contains(ss) sprig_hasPrefix(ss)
b: sprig_deepEqual(aa) sprig_typeIs(sa) sprig_kindIs(sa) sprig_semverCompare(ss)
l: split(ss) loop(1,01) sprig_first(l) sprig_last(l) sprig_rest(l) sprig_initial(l) sprig_reverse(l)
l: sprig_uniq(l) sprig_compact(l) sprig_sortAlpha(l) sprig_list(-,a,aaa) sprig_splitList(ss)
l: sprig_without(la) sprig_append(la) sprig_chunk(1l) sprig_slice(l0,l01) sprig_regexFindAll(ssi)
l: sprig_regexSplit(ssi) sprig_concat(ll)
m: splitToMap(sss) explodeMap(m) mergeMap(mm) mergeMapWithOverride(mm) sprig_dict(-,ka,kaka)
m: sprig_merge(mm) sprig_set(mka) sprig_urlParse(s)
i: sprig_add(ii,nn,is) sprig_sub(ii,nn,is) sprig_mul(ii,nn,is) sprig_max(ii,nn,is) sprig_min(ii,nn,is)
i: sprig_addf(ii,nn,is) sprig_mulf(ii,nn,is) sprig_maxf(ii,nn,is)
"""),
}


class ConsulGrammar(Grammar):
    """Templates whose data comes from a secret: `$k` is what `$` is elsewhere."""

    def template(self) -> str:
        """See `Grammar.template`."""
        self.variables, self.loops, self.defined, self.is_within = ["$k"], 0, [], True
        body = self.body(2)
        return "{{$k := (secret `k`).Data.k}}{{with $k}}" + body.replace("$.", "$k.") + "{{end}}"

    def invoked(self, depth: int) -> str:
        """Templates do not see `$k`."""
        return self.condition(depth)


class Maker:
    """Makes cases of one seed."""

    def __init__(self, seed: str) -> None:
        self.dice = Dice(seed)
        self.grammars = {"text": Grammar(seed), "consul": ConsulGrammar(seed, CONSUL)}
        self.corpora: dict[str, list[Case]] = {"text": [], "consul": []}
        for name, kind in corpus.CORPORA.items():
            self.corpora[kind] += corpus.load(name)

    def case(self, kind: str) -> Case:
        """Return a case for an oracle."""
        if kind == "consul" and self.dice.often(0.5):
            return self.focused()
        if self.dice.often(0.6):
            case: Case = {
                "template": self.grammars[kind].template(),
                "missingkey": self.dice.one(("", "error")),
            }
            case["use"] = "kinds" if kind == "text" else "consul"
        else:
            case = {name: value for name, value in self.dice.one(self.corpora[kind]).items() if name != "id"}
            case["template"] = self.spoilt(case["template"], kind)
        if self.dice.often(0.6) and case.get("use") in ("kinds", "consul"):
            case = self.with_data(case)
        return case

    def spoilt(self, text: str, kind: str) -> str:
        """Change a template in one to three places."""
        tokens = PIECES.findall(text)
        for _ in range(self.dice.one((1, 1, 1, 2, 3))):
            at = self.dice.below(len(tokens) + 1)
            end = at + self.dice.below(4)
            roll = self.dice.below(6)
            if roll == 0:
                del tokens[at:end]
            elif roll == 1:
                tokens[at:at] = tokens[at:end]
            elif roll == 2:
                tokens[at:at] = [self.dice.one(PUT_IN)]
            elif roll == 3:
                tokens[at : at + 1] = [
                    self.grammars[kind].operand(1).replace("$.", "." if kind == "text" else "$k.")
                ]
            else:
                other = PIECES.findall(self.dice.one(self.corpora[kind])["template"])
                start = self.dice.below(len(other) + 1)
                tokens[at : end if roll == 4 else at] = other[start : start + 1 + self.dice.below(6)]
        return "".join(tokens)

    def focused(self) -> Case:
        """Return a call of one function with texts of the language that it reads, or values of any type."""
        data: dict[str, Any] = {f"v{number}": self.value(3) for number in range(4)}
        call, given = focus.call(self.dice, list(data))
        template = "{{$k := (secret `k`).Data.k}}{{" + call + "}}"
        secrets = {"k": encode({"k": {**data, **given}})}
        return {"template": template, "secrets": secrets, "now": WORLDS["consul"]["now"]}

    def with_data(self, case: Case) -> Case:
        """Put other values in the place of some of the data."""
        data = {
            name: self.value(3) if self.dice.often(0.3) else self.like(value) for name, value in KINDS.items()
        }
        if case["use"] == "kinds":
            return {**case, "data": encode(data)}
        known = {**WORLDS["consul"]["secrets"], "k": encode({"k": data})}
        return {**case, "secrets": known}

    def like(self, value: Any) -> Any:
        """Return a value that mostly is of the same type."""
        if self.dice.often(0.5):
            return value
        if type(value) is str:
            return self.dice.one(TEXTS)
        if type(value) is int:
            return self.dice.one(WHOLES)
        if type(value) is float:
            return self.dice.one(FLOATS)
        if type(value) is dict:
            return {self.dice.one(NAMES): self.value(2) for _ in range(self.dice.below(4))}
        if type(value) is list:
            return [self.value(2) for _ in range(self.dice.below(4))]
        return value

    def value(self, depth: int) -> Any:
        """Return a value of any type."""
        roll = self.dice.below(14 if depth else 8)
        if roll < 8:
            return self.scalar(roll)
        if roll < 10:
            return [self.value(depth - 1) for _ in range(self.dice.below(4))]
        if roll < 12:
            return {self.dice.one(NAMES): self.value(depth - 1) for _ in range(self.dice.below(4))}
        return self.typed()

    def scalar(self, roll: int) -> Any:
        """Return a value that holds no others."""
        if roll < 3:
            return self.dice.one(TEXTS)
        if roll == 3:
            return self.dice.one(WHOLES)
        if roll == 4:
            return self.dice.one(FLOATS)
        if roll == 5:
            return Number(self.dice.one(NUMBERS))
        if roll == 6:
            return self.dice.one((True, False, None, b"", b"ab\xff"))
        kind = self.dice.one(TYPES)
        return Int(self.dice.one((0, 1, 7, 100)), kind)

    def typed(self) -> Any:
        """Return a slice or a map of a type of its own."""
        count, is_nil = self.dice.below(4), self.dice.often(0.1)
        size = range(0 if is_nil else count)
        roll = self.dice.below(6)
        if roll == 0:
            return Slice([self.dice.one(TEXTS) for _ in size], "[]string", is_nil=is_nil)
        if roll == 1:
            return Slice([self.dice.one(WHOLES) for _ in size], "[]int", is_nil=is_nil)
        if roll == 2:
            return Slice([self.dice.one(FLOATS) for _ in size], "[]float64", is_nil=is_nil)
        if roll == 3:
            pairs = {self.dice.one(NAMES): self.dice.one(TEXTS) for _ in size}
            return Map(pairs, "map[string]string", is_nil=is_nil)
        if roll == 4:
            return Map(
                {self.dice.one(WHOLES): self.dice.one(TEXTS) for _ in size}, "map[int]string", is_nil=is_nil
            )
        keys: Sequence[Any] = ("a", "b", 1, 2, True, 2.5)
        pairs = {self.dice.one(keys): self.value(1) for _ in size}
        return Map(pairs, "map[interface {}]interface {}", is_nil=is_nil)
