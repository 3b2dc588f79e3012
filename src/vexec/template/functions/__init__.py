"""The functions by group: the parser needs their names, and a group is imported when one of it is called."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vexec.template.values import Function

# module below vexec.template → sprig's own names of its functions, which have sprig_ in front here
SPRIG: Mapping[str, str] = {
    "sprig.casing": "camelcase kebabcase snakecase swapcase untitle",
    "sprig.certificates": (
        "buildCustomCert genPrivateKey genCA genCAWithKey genSelfSignedCert genSelfSignedCertWithKey "
        "genSignedCert genSignedCertWithKey"
    ),
    "sprig.crypto": "encryptAES decryptAES bcrypt htpasswd derivePassword",
    "sprig.dates": "toDate mustToDate mustDateModify must_date_modify unixEpoch duration ago durationRound",
    "sprig.defaults": (
        "default empty coalesce all any ternary typeOf typeIs typeIsLike kindOf kindIs fail hello deepEqual"
    ),
    "sprig.dicts": (
        "dict get set unset hasKey pick dig pluck omit keys values merge mustMerge mergeOverwrite "
        "mustMergeOverwrite deepCopy mustDeepCopy"
    ),
    "sprig.encoding": "b64enc b64dec b32enc b32dec sha1sum sha256sum sha512sum adler32sum",
    "sprig.json": (
        "fromJson mustFromJson toJson mustToJson toPrettyJson mustToPrettyJson toRawJson mustToRawJson"
    ),
    "sprig.lists": (
        "list tuple append mustAppend push mustPush prepend mustPrepend first mustFirst last mustLast "
        "rest mustRest initial mustInitial reverse mustReverse compact mustCompact uniq mustUniq without "
        "mustWithout has mustHas slice mustSlice chunk mustChunk concat join sortAlpha toStrings"
    ),
    "sprig.numbers": (
        "add add1 sub div mod max biggest min maxf minf ceil floor round randInt atoi int int64 float64 "
        "toDecimal mul add1f addf subf mulf divf until untilStep seq"
    ),
    "sprig.paths": "base osBase clean osClean dir osDir ext osExt isAbs osIsAbs",
    "sprig.regexes": (
        "regexQuoteMeta regexMatch mustRegexMatch regexFind mustRegexFind regexFindAll mustRegexFindAll "
        "regexReplaceAll mustRegexReplaceAll regexReplaceAllLiteral mustRegexReplaceAllLiteral regexSplit "
        "mustRegexSplit"
    ),
    "sprig.semver": "semver semverCompare",
    "sprig.strings": (
        "abbrev abbrevboth trunc trim upper lower title substr trimall trimAll trimSuffix trimPrefix "
        "nospace initials shuffle contains hasPrefix hasSuffix quote squote cat plural toString repeat "
        "indent nindent replace wrap wrapWith split splitn splitList"
    ),
    "sprig.urls": "urlParse urlJoin",
}
# module below vexec.template → the functions of its table FUNCTIONS
GROUPS: Mapping[str, tuple[str, ...]] = {
    # text/template's own
    "functions.builtin": (
        "and", "or", "not", "call", "html", "index", "slice", "js", "len", "print", "printf", "println",
        "urlquery", "eq", "ge", "gt", "le", "lt", "ne",
    ),
    # consul-template's
    "functions.vault": ("secret", "secrets", "pkiCert"),
    "functions.environment": ("env", "mustEnv", "envOrDefault", "timestamp"),
    "functions.files": ("file", "writeToFile"),
    "functions.text": (
        "split", "splitToMap", "join", "replaceAll", "indent", "trim", "trimPrefix", "trimSuffix",
        "trimSpace", "toLower", "toUpper", "toTitle", "base64Encode", "base64Decode", "base64URLEncode",
        "base64URLDecode",
    ),
    "functions.matching": ("regexMatch", "regexReplaceAll"),
    "functions.hash": ("sha256Hex", "md5sum", "hmacSHA256Hex"),
    "functions.number": (
        "add", "subtract", "multiply", "divide", "modulo", "minimum", "maximum",
        "parseBool", "parseInt", "parseUint", "parseFloat",
    ),
    "functions.collection": (
        "contains", "in", "containsAll", "containsAny", "containsNone", "containsNotAll", "loop",
        "explodeMap", "mergeMap", "mergeMapWithOverride",
    ),
    "functions.scratch": ("scratch", "executeTemplate"),
    "functions.json": ("parseJSON", "toJSON", "toJSONPretty", "toUnescapedJSON", "toUnescapedJSONPretty"),
    "functions.yaml": ("parseYAML", "toYAML"),
    "functions.toml": ("toTOML",),
    # consul-template's that fail when they are called
    "functions.refused": (
        "byKey", "byMeta", "byPort", "byTag", "caLeaf", "caRoots", "connect", "datacenters", "explode",
        "exportedServices", "importedServices", "key", "keyExists", "keyOrDefault", "ls", "node", "nodes",
        "nomadService", "nomadServices", "nomadVar", "nomadVarExists", "nomadVarList", "nomadVarListSafe",
        "partitions", "peerings", "plugin", "safeLs", "safeTree", "service", "services", "sockaddr",
        "spew_dump", "spew_printf", "spew_sdump", "spew_sprintf", "tree",
    ),
    # sprig's
    **{group: tuple(["sprig_" + name for name in names.split()]) for group, names in SPRIG.items()},
}  # fmt: skip
GROUP_OF: Mapping[str, str] = {name: group for group, names in GROUPS.items() for name in names}


def find(name: str) -> Function:
    """Return a function of the table; raises KeyError for an unknown name."""
    group = GROUP_OF[name]
    module = __import__(f"vexec.template.{group}", fromlist=["FUNCTIONS"])
    function: Function = module.FUNCTIONS[name]
    return function
