//! How HTTP clients are told what to send: the names of methods, options and switches, in every
//! library alike.

/// What a method tells a request or a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::misuse) enum Method {
    /// Sends, to the address in its first argument if there is one.
    Send,
    /// Sets one header: name, value.
    Header,
    /// Sets headers from a map, or from names and values in turn.
    Headers,
    /// Sets the address.
    Url,
    /// Sets the address that later ones are below.
    Base,
    /// Sets `Authorization: Bearer` with its argument.
    Bearer,
    /// Sets `Authorization: Basic`.
    Basic,
    /// Sets `Authorization` from a scheme and a credential.
    Authorization,
    /// Adds to the query: a map, or name and value.
    Query,
    /// Sets the body.
    Body,
    /// Switches the verification of certificates off, unless its argument says otherwise.
    Insecure,
    /// Switches it off where its argument is false.
    Verify,
    /// Makes or configures a client or request with its arguments.
    Configure,
    /// `curl_setopt(handle, option, value)`.
    CurlOption,
    /// Sets the scheme that goes before the credential.
    Scheme,
    /// Prints what is sent, unless its argument says otherwise.
    Verbose,
}

/// What a method of this name tells.
#[expect(clippy::too_many_lines, reason = "a table of names")]
pub(in crate::misuse) fn method(name: &str) -> Option<Method> {
    // `requests.Request(…)`, `Net::HTTP::Post.new(…)`: made, not sent.
    if name == "Request" {
        return Some(Method::Configure);
    }
    let lower = name.to_ascii_lowercase();
    Some(match lower.as_str() {
        "get" | "post" | "put" | "patch" | "delete" | "del" | "head" | "request" | "fetch"
        | "send" | "do" | "execute" | "exchange" | "call" | "newcall" | "sendasync"
        | "getasync" | "postasync" | "putasync" | "deleteasync" | "patchasync"
        | "getstringasync" | "getfromjsonasync" | "postasjsonasync" | "putasjsonasync"
        | "executeasync" | "urlopen" | "open" | "axios" | "got" | "ky" | "ofetch" | "$fetch"
        | "curl_exec" | "file_get_contents" | "getforobject" | "getforentity" | "postforobject"
        | "postforentity" | "datatask" | "data" | "upload" | "invoke-restmethod"
        | "invoke-webrequest" | "irm" | "iwr" | "retrieve" | "run_request" | "json_request"
        | "superagent" | "stream" | "send_request" | "postform" | "wp_remote_get"
        | "wp_remote_post" | "wp_remote_request" | "ajax" | "getjson" | "getstreamasync"
        | "getbytearrayasync" | "executegetasync" | "executepostasync" | "uploadtask"
        | "downloadtask" | "async_request" | "usefetch" | "useasyncdata" | "urlretrieve" => {
            Method::Send
        }
        "header"
        | "setheader"
        | "addheader"
        | "setvalue"
        | "addvalue"
        | "tryaddwithoutvalidation"
        | "setrequestheader"
        | "withheader"
        | "set_header"
        | "add_header"
        | "putheader"
        | "adddefaultheader"
        | "add_unredirected_header"
        | "setrequestproperty"
        | "addrequestproperty"
        | "putrequestheader"
        | "replaceheader"
        | "defaultheader"
        | "withaddedheader"
        | "addorupdateheader"
        | "req_header"
        | "set"
        | "append"
        | "add"
        | "insert"
        | "setdefault" => Method::Header,
        "headers" | "setheaders" | "withheaders" | "addheaders" | "default_headers"
        | "defaultheaders" | "adddefaultheaders" | "httpheaders" => Method::Headers,
        "url" | "uri" | "seturl" | "requesturi" | "seturi" | "geturl" => Method::Url,
        "baseurl" | "base_url" | "setbaseurl" | "base_uri" | "baseuri" | "prefixurl"
        | "sethosturl" | "rooturi" | "baseaddress" | "defaultrequest_url" => Method::Base,
        "bearer_auth"
        | "bearerauth"
        | "setauthtoken"
        | "withtoken"
        | "setbearerauth"
        | "bearer_token"
        | "bearertoken"
        | "auth_bearer"
        | "setbearertoken"
        | "jwtauthenticator"
        | "oauth2authorizationrequestheaderauthenticator" => Method::Bearer,
        "basic_auth"
        | "basicauth"
        | "setbasicauth"
        | "withbasicauth"
        | "httpbasicauth"
        | "basicauthentication"
        | "httpbasicauthenticator" => Method::Basic,
        "authorization" | "token_auth" => Method::Authorization,
        "query"
        | "queryparam"
        | "addqueryparameter"
        | "setqueryparam"
        | "setqueryparams"
        | "queryparams"
        | "param"
        | "withqueryparameters"
        | "addparameter"
        | "set_query"
        | "addqueryparam"
        | "parameter"
        | "query_pairs"
        | "withquery" => Method::Query,
        "json" | "body" | "setbody" | "form" | "send_json" | "send_string" | "bodyvalue"
        | "withbody" | "addjsonbody" | "asjson" | "set_form_data" | "addbody" | "sendstring"
        | "bodyjson" => Method::Body,
        "danger_accept_invalid_certs"
        | "danger_accept_invalid_hostnames"
        | "withoutverifying"
        | "insecure"
        | "skiptlsverify"
        | "disablecertificateverification"
        | "trustallcerts"
        | "ignoresslerrors" => Method::Insecure,
        "verify" | "setsslverification" | "ssl_verify" | "sslverify" | "verifyssl" => {
            Method::Verify
        }
        "create"
        | "extend"
        | "new"
        | "builder"
        | "newbuilder"
        | "newrequest"
        | "newrequestwithcontext"
        | "session"
        | "client"
        | "asyncclient"
        | "clientsession"
        | "request.builder"
        | "build"
        | "of"
        | "defaults"
        | "instance"
        | "init"
        | "with"
        | "use"
        | "configure"
        | "tap"
        | "apply"
        | "start"
        | "prepare"
        | "prepared"
        | "createrequest"
        | "pendingrequest"
        | "buildclient"
        | "clone"
        | "timeout"
        | "get_mut"
        | "default"
        | "r"
        | "agent"
        | "pool"
        | "httpclient"
        | "restclient"
        | "restrequest"
        | "webclient"
        | "resttemplate"
        | "okhttpclient"
        | "transport"
        | "tcpconnector"
        | "httptransport"
        | "asynchttptransport"
        | "settlsclientconfig"
        | "settransport"
        | "baseoptions"
        | "urlrequest"
        | "httprequestmessage"
        | "httpentity"
        | "agentbuilder"
        | "httpoptions"
        | "faraday"
        | "curl_init"
        | "curl_setopt_array"
        | "stream_context_create"
        | "httpclienthandler"
        | "socketshttphandler"
        | "set_options"
        | "post_request"
        | "requestentity"
        | "getinstance"
        | "config"
        | "accept"
        | "acceptjson"
        | "asform"
        | "retry"
        | "contenttype"
        | "content_type"
        | "method"
        | "setmethod"
        | "httpmethod"
        | "also"
        | "bodytomono"
        | "then"
        | "into"
        | "setcontenttype"
        | "tojson"
        | "withoutredirecting"
        | "user_agent"
        | "setrequestmethod"
        | "openconnection"
        | "set_method"
        | "configureprimaryhttpmessagehandler"
        | "addhttpclient"
        | "configurehttpclient"
        | "additionalinterceptors"
        | "addinterceptor"
        | "register"
        | "registerasync"
        | "interceptors"
        | "createdefault"
        | "createdefaultsession"
        | "mutate"
        | "defaultrequest"
        | "http"
        | "pool_idle"
        | "setdefaultheaders" => Method::Configure,
        "curl_setopt" => Method::CurlOption,
        "setauthscheme" => Method::Scheme,
        "set_debug_output" | "debug_output" | "setdebug" | "connection_verbose" | "enabletrace"
        | "enabledebug" => Method::Verbose,
        _ => return None,
    })
}

/// Whether a method of this name, called on a request, tells it more or sends it.
pub(in crate::misuse) fn continues(name: &str) -> bool {
    let told = method(name)
        .is_some_and(|m| !matches!(m, Method::Configure | Method::Query | Method::Body));
    let lower = name.to_ascii_lowercase();
    told || [
        "json",
        "body",
        "query",
        "form",
        "build",
        "timeout",
        "accept",
        "method",
        "setbody",
        "r",
        "set_json",
        "multipart",
    ]
    .contains(&lower.as_str())
        && lower != "json"
}

/// What an option tells, by its key in a map or its name as an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::misuse) enum Setting {
    /// The address.
    Url,
    /// The address that later ones are below.
    Base,
    /// The host alone.
    Host,
    /// `http:` or `https:`.
    Protocol,
    /// The address below the base.
    Path,
    /// A map of headers.
    Headers,
    /// A map of query parameters.
    Query,
    /// The body.
    Body,
    /// User and password, or what makes the header.
    Auth,
    /// What follows `Bearer`.
    Bearer,
    /// Certificates are verified unless false.
    Verify,
    /// Certificates are verified unless true.
    Insecure,
    /// More settings.
    Inner,
    /// The HTTP method.
    Verb,
}

/// What an option of this name tells.
pub(in crate::misuse) fn setting(key: &str) -> Option<Setting> {
    let lower = key.to_ascii_lowercase();
    let lower = lower.trim_start_matches("curlopt_");
    Some(match lower {
        "url" | "uri" | "requesturi" | "address" | "with" | "input" | "for" | "from"
        | "resource" | "resource_template" | "endpoint" => Setting::Url,
        "baseurl" | "base_url" | "prefixurl" | "prefix" | "base_uri" | "baseaddress"
        | "baseuri" => Setting::Base,
        "host" | "hostname" => Setting::Host,
        "protocol" | "scheme" => Setting::Protocol,
        "path" | "pathname" => Setting::Path,
        "headers"
        | "header"
        | "httpheader"
        | "defaultheaders"
        | "default_headers"
        | "requestheaders"
        | "extra_headers"
        | "defaultrequestheaders"
        | "additional_headers"
        | "additionalheaders"
        | "httpadditionalheaders"
        | "request_headers"
        | "headerparameters" => Setting::Headers,
        "params" | "query" | "searchparams" | "qs" | "query_params" | "queryparams"
        | "queryparameters" => Setting::Query,
        "json" | "data" | "body" | "form" | "payload" | "form_params" | "postfields"
        | "content" => Setting::Body,
        "auth" | "authenticator" | "basic_auth" | "userpwd" => Setting::Auth,
        "bearer" | "bearertoken" | "xoauth2_bearer" | "token" => Setting::Bearer,
        "verify" | "rejectunauthorized" | "strictssl" | "ssl_verify" | "verify_ssl"
        | "verify_peer" | "sslverify" | "check_hostname" | "ssl_verifypeer" | "ssl_verifyhost"
        | "validate_certs" | "verify_peer_name" | "ssl" | "verifyssl" | "usessl" => Setting::Verify,
        "insecure"
        | "insecureskipverify"
        | "insecurehttpparser"
        | "allow_self_signed"
        | "skipcertificatecheck"
        | "skip_tls_verify"
        | "trust_all"
        | "trust-all"
        | "trustall"
        | "allowunauthorizedcerts"
        | "skip_verify"
        | "tls_insecure"
        | "insecure_skip_verify"
        | "ignorehttpserrors" => Setting::Insecure,
        "httpsagent"
        | "agent"
        | "dispatcher"
        | "connector"
        | "transport"
        | "tlsclientconfig"
        | "https"
        | "http"
        | "connect"
        | "tls"
        | "options"
        | "common"
        | "defaults"
        | "config"
        | "requesttls"
        | "sslcontext"
        | "ssl_context"
        | "requestinit"
        | "configuration"
        | "sessionconfiguration"
        | "hooks"
        | "beforerequest"
        | "onrequest"
        | "init"
        | "ssloptions"
        | "httphandler"
        | "handler"
        | "request"
        | "websession"
        | "default" => Setting::Inner,
        "method" | "type" | "verb" | "customrequest" => Setting::Verb,
        _ => return None,
    })
}

/// The value that switches a check off, as members and calls.
pub(in crate::misuse) fn is_no_verification(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [
        "verify_none",
        "cert_none",
        "_create_unverified_context",
        "dangerousacceptanyservercertificatevalidator",
        "noophostnameverifier",
        "trustallstrategy",
        "trustselfsignedstrategy",
        "insecuretrustmanagerfactory",
        "allow_all_hostname_verifier",
        "allowallhostnameverifier",
        "noverify",
        "danger_accept_invalid_certs",
    ]
    .iter()
    .any(|known| lower.ends_with(known))
}

/// Names of headers: what is set under them goes with a request.
pub(in crate::misuse) fn is_header(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower == "authorization"
        || lower == "proxy-authorization"
        || lower == "content-type"
        || lower == "accept"
        || lower == "user-agent"
        || lower == "cookie"
        || is_key_header(&lower)
        || lower.starts_with("x-")
        || lower.contains('-')
            && lower
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Names of headers that carry keys with many APIs.
pub(in crate::misuse) fn is_key_header(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    matches!(
        lower.as_str(),
        "x-api-key"
            | "api-key"
            | "apikey"
            | "x-apikey"
            | "x-auth-token"
            | "x-access-token"
            | "x-auth-key"
            | "x-token"
            | "auth-token"
            | "access-token"
            | "x-api-token"
            | "api-token"
            | "x-authorization"
            | "authentication"
            | "token"
            | "x-auth"
            | "x-key"
    ) || lower.starts_with("x-") && (lower.ends_with("-key") || lower.ends_with("-token"))
}

/// Whether the name is that of an HTTP method, with which an address goes.
pub(in crate::misuse) fn is_verb(name: &str) -> bool {
    matches!(
        name.to_ascii_uppercase().as_str(),
        "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS"
    )
}
