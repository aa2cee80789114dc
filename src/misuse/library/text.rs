//! Functions of texts: which give their text on, which show a part, which hide it.

/// What a function does to the text it is given (its object, or its first argument).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::misuse) enum Effect {
    /// Gives the same, or the same in another form.
    Same,
    /// Gives nothing of it: a mask, a digest, a length, a truth value.
    Hides,
    /// Gives the part from its first to its second argument (`substring`).
    Between,
    /// Gives as many as its second argument says, from its first (`substr`).
    Count,
    /// Gives the first characters.
    First,
    /// Gives the last characters.
    Last,
    /// Puts its arguments into the places of a format string.
    Format,
    /// Puts its arguments together with spaces between.
    Spaced,
    /// Puts the elements of a list together.
    Joins,
    /// Gives the same, or its argument where there is none.
    OrElse,
    /// Writes a map as a query.
    Query,
    /// Looks a value up under a name.
    Lookup,
}

/// Methods and functions that give their text on.
const SAME: &[&str] = &[
    "trim", "trimend", "trimstart", "strip", "tostring", "to_s", "to_str", "to_string", "str", "string",
    "stringify", "dumps", "json_encode", "to_json", "tojson", "encodeuricomponent", "encodeuri",
    "urlencode", "rawurlencode", "quote", "quote_plus", "queryescape", "pathescape", "escapedatastring",
    "encode", "decode", "utf8", "getbytes", "bytes", "unwrap", "expect", "unwrap_or_default", "clone",
    "cloned", "as_str", "as_ref", "as_deref", "as_bytes", "into", "to_owned", "borrow", "ok", "inspect",
    "btoa", "b64encode", "encodetostring", "base64_encode", "encode64", "strict_encode64",
    "base64encodedstring", "tolower", "tolowercase", "toupper", "touppercase", "downcase", "upcase",
    "freeze", "dup", "valueof", "of", "from", "parse", "uri", "url", "new", "create", "padstart", "padend",
    "rjust", "ljust", "padleft", "padright", "str_pad", "repr", "pformat", "var_export", "print_r",
    "chomp", "asstring", "get_secret_value", "secretstr", "context", "with_context", "uripathescape",
    "assign", "merge", "frozen", "fmt", "newrequest", "marshal", "marshalindent", "serialize",
    "serializeobject", "tostringasync", "out-string", "convertto-json", "strval", "from_str", "parse_str",
    "ofstring", "rstrip", "lstrip", "rtrim", "ltrim", "trimright", "trimleft", "trimsuffix", "trimprefix", "removesuffix",
    "removeprefix", "strip_suffix", "trim_end_matches", "trimmingcharacters", "newreader", "newbufferstring", "newbuffer",
    "jsonencode", "yamlencode", "bodypublishers", "stringcontent", "torequestbody", "appendingpathcomponent", "trim_end", "trim_start",
    "from_static", "headervalue", "nonsensitive", "sensitive", "nonnull", "requirenonnull", "notnull", "lazy", "require",
];

/// Words in the name of a function that hides what it is given.
const HIDING: &[&str] = &[
    "mask", "redact", "obfuscat", "sanitiz", "sanitis", "censor", "scrub", "anonymi", "hash", "sha1",
    "sha256", "sha512", "md5", "hmac", "digest", "fingerprint", "encrypt", "bcrypt", "conceal",
];

/// Functions that tell something about a text, and nothing of it.
const TELLING: &[&str] = &[
    "length", "len", "size", "count", "strlen", "bytesize", "mb_strlen", "bool", "boolean", "isempty", "is_empty",
    "isblank", "blank", "present", "isnullorempty", "isnullorwhitespace", "empty", "isset", "is_null", "nil",
    "is_some", "is_none", "is_ok", "defined", "startswith", "starts_with", "start_with", "endswith",
    "ends_with", "end_with", "hasprefix", "hassuffix", "includes", "include", "contains", "equals", "match",
    "test", "typeof", "keys", "isnotempty", "isnotblank", "isnullorblank", "exists", "has", "haskey",
    "containskey", "isa", "is_a", "instanceof", "compareto", "indexof", "index", "str_starts_with",
    "str_contains", "ispresent", "issome", "hasvalue", "any", "type", "id", "timingsafeequal", "compare_digest", "verify",
    "get-length", "repeat", "str_repeat", "replace", "replaceall", "gsub", "sub", "preg_replace", "remove", "delete",
    "pick", "omit", "validate", "isvalid", "is_valid", "replace_range", "replacingoccurrences",
];

/// Whether a function of this name says that it hides what it is given.
pub(in crate::misuse) fn is_hiding(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    HIDING.iter().any(|word| lower.contains(word))
}

/// What the function `name` does.
pub(in crate::misuse) fn effect(name: &str) -> Option<Effect> {
    let lower = name.to_ascii_lowercase();
    let lower = lower.as_str();
    Some(match lower {
        "slice" | "substring" | "subsequence" | "slicing" => Effect::Between,
        "substr" | "mb_substr" | "substringwithrange" => Effect::Count,
        "take" | "prefix" | "first" | "left" | "takewhile" | "firstn" => Effect::First,
        "last" | "right" | "suffix" | "takelast" | "lastn" => Effect::Last,
        "sprintf" | "format" | "printf" | "errorf" | "formatted" | "vsprintf" | "sprint" | "sprintln" | "concat"
        | "urljoin" | "joinpath" | "uri.join" => {
            Effect::Format
        }
        "http_build_query" | "urlsearchparams" | "to_query" | "querystring" => Effect::Query,
        "authenticationheadervalue" => Effect::Spaced,
        "join" | "implode" => Effect::Joins,
        "unwrap_or" | "unwrap_or_else" | "orelse" | "or_else" | "getorelse" | "orempty" | "ifempty"
        | "ifblank" | "presence" | "or" | "default" | "firstnonempty" | "coalesce" => Effect::OrElse,
        "getenv" | "lookupenv" | "get" | "fetch" | "env" | "var" | "getenvironmentvariable" | "getproperty"
        | "getstring" | "getvalue" | "value" | "config" | "secret" | "getsecret" | "get_secret" | "getsecretvalue"
        | "getsecretasync" | "option" | "option_env" | "object" | "getitem" | "fetch_secret" | "read" | "lookup"
        | "must_env" | "mustenv" | "requireenv" | "require_env" | "required" | "getorthrow" | "getrequired"
        | "getenvordefault" | "getordefault" | "getsetting" | "get_setting" | "get_option" | "std" | "dig" | "setting"
        | "infodictionary" | "getstringvalue" | "getparameter" | "get_parameter" | "getinput" | "env_or" | "envor"
        | "getenvor" | "get_env" | "read_env" | "optional" | "string_var" | "stringvar" => Effect::Lookup,
        _ if SAME.contains(&lower) => Effect::Same,
        _ if TELLING.contains(&lower) || is_hiding(lower) => Effect::Hides,
        _ => return None,
    })
}

/// Whether members of this name tell something about their object, and nothing of it.
pub(in crate::misuse) fn telling_member(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    matches!(
        lower.as_str(),
        "length" | "len" | "size" | "count" | "isempty" | "status" | "statuscode" | "status_code" | "ok"
            | "constructor" | "hasvalue" | "bytesize" | "utf8.count"
    )
}
