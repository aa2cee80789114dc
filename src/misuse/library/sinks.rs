//! Where values leave the program for others to read: logs, terminals, error messages, telemetry,
//! responses.

/// A kind of such a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::misuse) enum Sink {
    /// A log or a terminal.
    Log,
    /// The message of an error.
    Error,
    /// Another service that collects errors and traces.
    Telemetry,
    /// The answer to a caller of one's own.
    Response,
}

impl Sink {
    /// What happens there, after `a credential`.
    pub(in crate::misuse) fn verb(self) -> &'static str {
        match self {
            Self::Log => "is logged",
            Self::Error => "goes into an error message",
            Self::Telemetry => "is sent to telemetry",
            Self::Response => "is sent in a response",
        }
    }
}

/// Functions that print.
const PRINTS: &[&str] = &[
    "print",
    "println",
    "eprintln",
    "eprint",
    "puts",
    "pp",
    "p",
    "echo",
    "var_dump",
    "print_r",
    "dump",
    "dd",
    "error_log",
    "printf",
    "syslog",
    "debugprint",
    "nslog",
    "os_log",
    "dbg",
    "write-host",
    "write-output",
    "write-verbose",
    "write-debug",
    "write-information",
    "write-warning",
    "write-error",
    "write-log",
    "warn",
    "tee",
    "logger",
    "log_message",
    "trigger_error",
    "msgbox",
    "pprint",
    "vardump",
    "ic",
    "out-host",
    "add-content",
    "log",
    "debuglog",
    "printstacktrace",
    "fputs",
    "fwrite",
    "ddd",
    "ray",
    "log_info",
    "log_error",
    "log_debug",
    "loginfo",
    "logerror",
    "logdebug",
    "notice",
];

/// What loggers' methods are called.
const LEVELS: &[&str] = &[
    "log",
    "debug",
    "info",
    "warn",
    "warning",
    "error",
    "fatal",
    "trace",
    "verbose",
    "notice",
    "critical",
    "alert",
    "emergency",
    "exception",
    "print",
    "println",
    "printf",
    "dir",
    "table",
    "write",
    "writeline",
    "msg",
    "panic",
    "logdebug",
    "loginformation",
    "logwarning",
    "logerror",
    "logcritical",
    "logtrace",
    "information",
    "d",
    "i",
    "v",
    "w",
    "e",
    "wtf",
    "infof",
    "debugf",
    "warnf",
    "errorf",
    "fatalf",
    "printline",
    "tracef",
    "infow",
    "debugw",
    "errorw",
    "fatalln",
    "lifecycle",
    "quiet",
    "severe",
    "fine",
    "finer",
    "config",
    "success",
    "fault",
    "event",
    "data",
    "unknown",
    "assert",
    "group",
    "fatalw",
    "warnw",
    "str",
    "debugcontext",
    "infocontext",
    "errorcontext",
    "warncontext",
    "any",
    "interface",
    "strace",
    "line",
    "send",
];

/// What loggers are called.
const LOGGERS: &[&str] = &[
    "console",
    "log",
    "logger",
    "logging",
    "slog",
    "logs",
    "zap",
    "winston",
    "pino",
    "bunyan",
    "loguru",
    "structlog",
    "timber",
    "syslog",
    "out",
    "err",
    "stdout",
    "stderr",
    "debug",
    "trace",
    "rails",
    "l",
    "lg",
    "sugar",
    "sugared",
    "klog",
    "glog",
    "logrus",
    "zerolog",
    "tracing",
    "log4net",
    "nlog",
    "serilog",
    "os_log",
    "_log",
    "_logger",
    "__logger",
    "journal",
    "signale",
    "consola",
    "trace_logger",
    "core",
    "klogger",
    "kotlinlogging",
    "monolog",
    "applogger",
    "util_log",
];

/// Services that collect errors and events.
const COLLECTORS: &[&str] = &[
    "sentry",
    "bugsnag",
    "rollbar",
    "newrelic",
    "datadog",
    "ddtrace",
    "honeybadger",
    "airbrake",
    "appsignal",
    "telemetry",
    "analytics",
    "mixpanel",
    "amplitude",
    "segment",
    "posthog",
    "span",
    "tracer",
    "crashlytics",
    "appinsights",
    "raven",
    "statsd",
    "telemetryclient",
    "opentelemetry",
    "honeycomb",
    "firebasecrashlytics",
    "sentrysdk",
    "sentry_sdk",
];

/// What they are told with.
const COLLECTS: &[&str] = &[
    "capture",
    "track",
    "set",
    "add",
    "report",
    "notify",
    "notice",
    "record",
    "log",
    "event",
    "identify",
    "breadcrumb",
    "leave",
    "tag",
    "context",
    "extra",
    "attribute",
];

/// Errors by the way they are made.
const ERRORS: &[&str] = &[
    "error",
    "errorf",
    "anyhow",
    "bail",
    "panic",
    "fatalerror",
    "preconditionfailure",
    "exit",
    "die",
    "abort",
    "ensure",
    "assertionfailure",
    "throw",
    "unexpected",
    "format_err",
    "eyre",
];

/// What an answer or its writer is called.
const ANSWERS: &[&str] = &[
    "res", "resp", "response", "reply", "ctx", "c", "w", "rw", "writer", "reply_to",
];

/// Methods that put something into an answer.
const ANSWERING: &[&str] = &[
    "send",
    "json",
    "end",
    "write",
    "string",
    "status",
    "xml",
    "html",
    "render",
    "indentedjson",
    "data",
    "text",
    "respond",
];

/// Functions that make an answer.
const ANSWERERS: &[&str] = &[
    "jsonify",
    "jsonresponse",
    "httpresponse",
    "make_response",
    "halt",
    "response_json",
    "nextresponse.json",
    "respond_with",
];

/// What kind of sink a call of `path` is, if it is one.
pub(in crate::misuse) fn sink(path: &[&str]) -> Option<Sink> {
    let lower: Vec<String> = path
        .iter()
        .flat_map(|part| part.split("::"))
        .map(|part| part.trim_end_matches('!').to_ascii_lowercase())
        .collect();
    let (last, before) = lower.split_last()?;
    let last = last.as_str();
    let owner = before.last().map_or("", String::as_str);
    let logger = |name: &String| {
        LOGGERS.contains(&name.as_str())
            || name.ends_with("logger")
            || name.ends_with("log")
            || name.starts_with("log")
    };
    // By the names of classes: `curl_error($ch)` tells of an error, `Error(…)` is one.
    let is_class = path
        .last()
        .is_some_and(|name| name.starts_with(char::is_uppercase) && !name.contains('-'));
    if before.is_empty() && !is_class {
        if PRINTS.contains(&last)
            || ["info", "debug", "trace", "warn", "error", "warning"].contains(&last)
        {
            return Some(Sink::Log);
        }
    } else if !before.is_empty() {
        let level = LEVELS.contains(&last) || last.starts_with("log");
        if level && before.iter().any(logger) {
            return Some(Sink::Log);
        }
        if (last == "write"
            || last == "writeline"
            || last == "print"
            || last == "println"
            || last == "printf"
            || last.starts_with("fprint"))
            && (before.iter().any(|b| {
                b.contains("console")
                    || b.contains("std")
                    || b == "system"
                    || b == "debug"
                    || b == "process"
            }) || owner == "fmt" && last != "fprintf")
        {
            return Some(Sink::Log);
        }
        if owner == "fmt" && last == "errorf"
            || owner == "errors" && (last == "new" || last == "wrap" || last == "wrapf")
        {
            return Some(Sink::Error);
        }
        let collector = before
            .iter()
            .any(|b| COLLECTORS.iter().any(|c| b == c || b.ends_with(c)));
        if collector && COLLECTS.iter().any(|verb| last.contains(verb)) {
            return Some(Sink::Telemetry);
        }
        if ANSWERS.contains(&lower[0].as_str()) && ANSWERING.contains(&last) {
            return Some(Sink::Response);
        }
        if owner == "json" && last == "newencoder" {
            return None;
        }
    }
    if ANSWERERS.contains(&last)
        || last == "json"
            && ["nextresponse", "response", "results", "results.json"].contains(&owner)
        || last == "render" && before.is_empty()
    {
        return Some(Sink::Response);
    }
    if ERRORS.contains(&last) && before.is_empty()
        || is_class && (last.ends_with("error") || last.ends_with("exception"))
    {
        return Some(Sink::Error);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sinks_by_name() {
        for (path, wanted) in [
            ("console.log", Some(Sink::Log)),
            ("print", Some(Sink::Log)),
            ("this.logger.debug", Some(Sink::Log)),
            ("System.out.println", Some(Sink::Log)),
            ("Rails.logger.info", Some(Sink::Log)),
            ("fmt.Println", Some(Sink::Log)),
            ("fmt.Errorf", Some(Sink::Error)),
            ("fmt.Sprintf", None),
            ("log.Printf", Some(Sink::Log)),
            ("Log.d", Some(Sink::Log)),
            ("Sentry.captureException", Some(Sink::Telemetry)),
            ("res.status.json", Some(Sink::Response)),
            ("Error", Some(Sink::Error)),
            ("RuntimeException", Some(Sink::Error)),
            ("fetch", None),
            ("axios.get", None),
            ("map.set", None),
            ("client.send", None),
        ] {
            let path: Vec<&str> = path.split('.').collect();
            assert_eq!(sink(&path), wanted, "{path:?}");
        }
    }
}
