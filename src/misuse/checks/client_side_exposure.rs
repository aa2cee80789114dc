//! `client-side-exposure`: a credential in what is shipped to a browser or a phone.

use super::{Check, misuse, quoted};
use crate::detect::is_credential_name;
use crate::misuse::flow::{Source, Value};
use crate::misuse::view::{File, Found, View};
use crate::model::{Confidence, Severity};
use crate::rules::schema::Kind;
use crate::syntax::{Expr, ExprId, Language};

pub(super) const CHECK: Check = Check {
    id: "client-side-exposure",
    title: "Credential shipped to browsers or phones",
    severity: Severity::High,
    cwe: 522,
    impact: "Everybody who opens the page or the app can read the credential and use it as their own.",
    remedy: &[
        "Call the provider from a server of your own, and let the page or app call that.",
        "Replace the credential if it was shipped.",
    ],
    run,
};

/// Beginnings of names whose values are built into what is shipped.
const PUBLIC: &[&str] = &[
    "NEXT_PUBLIC_",
    "VITE_",
    "REACT_APP_",
    "EXPO_PUBLIC_",
    "NUXT_PUBLIC_",
    "PUBLIC_",
    "GATSBY_",
    "VUE_APP_",
    "STORYBOOK_",
    "SNOWPACK_PUBLIC_",
    "PARCEL_PUBLIC_",
    "REACT_NATIVE_",
    "NG_APP_",
    "RSBUILD_PUBLIC_",
];

/// Where pages and apps keep values.
const STORES: &[&str] = &[
    "localstorage",
    "sessionstorage",
    "asyncstorage",
    "mmkv",
    "sharedpreferences",
    "userdefaults",
];

/// Imports of code that runs in a page or an app.
const CLIENTS: &[&str] = &[
    "react-native",
    "expo",
    "react-dom",
    "@capacitor",
    "@ionic",
    "android.",
    "androidx.",
    "SwiftUI",
    "UIKit",
    "expo-constants",
    "react-native-config",
    "@env",
];

fn run(file: &File<'_>, found: &mut Found) {
    for view in &file.views {
        names(file, view, found);
        stores(file, view, found);
    }
    for view in &file.views {
        rendered(file, view, found);
        printed(file, view, found);
        for command in &view.commands {
            for word in &command.words {
                // What Flutter is built with stays in the app.
                let defines = crate::misuse::view::beginning(word)
                    .is_some_and(|t| t.starts_with("--dart-define"));
                if let Some(credential) = file.known.credentials(word).first().filter(|_| defines) {
                    let owner = file.known.name(credential.provider);
                    let message = format!("a {owner} credential is built into an app");
                    found.push(misuse(credential.provider, &credential.at, message));
                }
            }
        }
    }
    let shipped: Vec<bool> = file
        .views
        .iter()
        .map(|view| is_shipped(file, view))
        .collect();
    for literal in &file.known.literals {
        if let Some((number, _)) = file.string_at(&literal.at)
            && shipped[number]
        {
            let name = file.known.name(literal.provider);
            let message =
                format!("a {name} credential is written into code that is shipped to clients");
            found.push(misuse(literal.provider, &literal.at, message));
        }
    }
}

/// Whether a program runs in browsers or on phones.
fn is_shipped(file: &File<'_>, view: &View<'_>) -> bool {
    let in_page = file
        .views
        .first()
        .is_some_and(|root| root.flow.program.language == Language::Html);
    let imports = view.flow.index.imports.iter().any(|import| {
        CLIENTS.iter().any(|client| {
            import.module == *client
                || import.module.starts_with(client)
                    && import.module[client.len()..].starts_with(['/', '-'])
                || client.ends_with('.') && import.module.starts_with(client)
        })
    });
    let directive =
        file.text.starts_with(b"\"use client\"") || file.text.starts_with(b"'use client'");
    let touches_page = view.flow.index.calls.iter().any(|call| {
        let path = view.flow.program.path(*call);
        matches!(path.first(), Some(&("document" | "window")))
    });
    let script = matches!(
        view.flow.program.language,
        Language::JavaScript | Language::TypeScript | Language::Tsx
    );
    // Angular builds these into the page.
    let environment = file.path.contains("environments/environment");
    in_page || imports || directive || touches_page && script || environment && script
}

/// Names that build tools put into what is shipped.
fn names(file: &File<'_>, view: &View<'_>, found: &mut Found) {
    let program = view.flow.program;
    let mut public = Vec::new();
    let mut report = |name: &str, at: &std::ops::Range<usize>| {
        let Some(prefix) = PUBLIC.iter().find(|prefix| name.starts_with(**prefix)) else {
            return;
        };
        // Names alone: of text, one that is nothing but a name.
        if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return;
        }
        let source = Source::named(name);
        let Some(provider) = file.known.by_source(&source) else {
            return;
        };
        // Where a provider issues keys that are made to be public, such a name is meant to hold one.
        let has_public = file
            .known
            .rules
            .rules_of(provider)
            .any(|r| r.credential.kind == Kind::Public);
        if has_public && !name.to_ascii_lowercase().contains("secret") {
            return;
        }
        let owner = file.known.name(provider);
        let message = format!(
            "{} is built into what browsers load: its value is a {owner} credential",
            quoted(name)
        );
        let evidence = format!("{} makes a variable public", quoted(prefix));
        found.push(misuse(provider, at, message).because(evidence));
    };
    for id in program.ids() {
        match &program[id] {
            Expr::Member { name, .. } | Expr::Name(name) => {
                report(name, &program.span(id));
                // `useRuntimeConfig().public.publerApiKey`
                let path = program.path(id);
                let is_public = path.len() >= 3 && path[path.len() - 2] == "public";
                if is_public && let Some(provider) = file.known.by_source(&Source::named(name)) {
                    let owner = file.known.name(provider);
                    let message = format!(
                        "{} is sent to browsers: its value is a {owner} credential",
                        quoted(name)
                    );
                    public.push(misuse(provider, &program.span(id), message));
                }
            }
            Expr::Text { value, .. } if value.len() < 80 && !view.questions.contains(&id) => {
                report(value, &program.span(id));
            }
            Expr::Call { args, .. } => {
                for arg in args {
                    if let Some(name) = &arg.name {
                        report(name, &program.span(arg.value));
                    }
                }
            }
            _ => {}
        }
    }
    found.append(&mut public);
    // `env: { PUBLER_API_KEY: … }` of a page's build, `runtimeConfig.public`, `extra` of an app.
    let lower = file.path.to_ascii_lowercase();
    let file_name = lower.rsplit('/').next().unwrap_or(&lower).to_owned();
    let sections: &[&str] = if file_name.starts_with("next.config") {
        &["env", "publicruntimeconfig"]
    } else if file_name.starts_with("nuxt.config") {
        &["public"]
    } else if file_name.starts_with("vite.config") || file_name.starts_with("webpack") {
        &["define", "defineplugin"]
    } else if file_name.starts_with("app.config") || file_name == "app.json" {
        &["extra"]
    } else {
        &[]
    };
    for named in &view.flow.index.named {
        let Some((last, above)) = named.path.split_last() else {
            continue;
        };
        let inside = above
            .iter()
            .any(|part| sections.contains(&part.to_ascii_lowercase().as_str()));
        if !inside {
            continue;
        }
        let value = view.flow.eval(named.value, &None);
        let credential = file.known.credentials(&value).first().map(|c| c.provider);
        let by_name = file
            .known
            .by_words(&last.to_ascii_lowercase())
            .filter(|_| is_credential_name(last, ""));
        if let Some(provider) = credential.or(by_name)
            && !matches!(value, Value::Map(_))
        {
            let owner = file.known.name(provider);
            let message = format!(
                "{} is built into what clients load: its value is a {owner} credential",
                quoted(last)
            );
            found.push(misuse(provider, &named.at, message));
        }
    }
}

/// Functions of servers that hand values to the scripts of a page.
const TO_PAGE: &[&str] = &[
    "wp_localize_script",
    "wp_add_inline_script",
    "javascript_tag",
    "json_script",
];

/// Credentials that a server writes into a page: by a template in a script, by a function for it.
fn rendered(file: &File<'_>, view: &View<'_>, found: &mut Found) {
    let program = view.flow.program;
    let in_page = file
        .views
        .first()
        .is_some_and(|root| root.flow.program.language == Language::Html);
    let mut report = |value: &Value, at: &std::ops::Range<usize>| {
        if let Some(credential) = file.known.credentials(value).first() {
            let owner = file.known.name(credential.provider);
            let message = format!("a {owner} credential is written into a page");
            found.push(
                misuse(credential.provider, at, message).along(&credential.trail, &credential.at),
            );
        }
    };
    for id in program.ids() {
        if in_page && matches!(program[id], Expr::Text { .. }) {
            let value = view.flow.eval(id, &None);
            if value.as_fixed().is_none() {
                report(&value, &program.span(id));
            }
        }
        if let Expr::Call { callee, args } = &program[id]
            && program
                .path(*callee)
                .last()
                .is_some_and(|name| TO_PAGE.contains(name))
        {
            for arg in args {
                match &program[arg.value] {
                    Expr::Map(entries) => {
                        for entry in entries {
                            report(
                                &view.flow.eval(entry.value, &None),
                                &program.span(entry.value),
                            );
                        }
                    }
                    _ => report(&view.flow.eval(arg.value, &None), &program.span(arg.value)),
                }
            }
        }
    }
}

/// What PHP prints inside of a page's script.
fn printed(file: &File<'_>, view: &View<'_>, found: &mut Found) {
    let program = view.flow.program;
    if program.language != Language::Php {
        return;
    }
    for call in &view.flow.index.calls {
        let Expr::Call { callee, args } = &program[*call] else {
            continue;
        };
        if !matches!(
            program.path(*callee).last(),
            Some(&("echo" | "print" | "esc_js" | "wp_json_encode" | "json_encode"))
        ) {
            continue;
        }
        let at = program.span(*call);
        let before = &file.text[..at.start.min(file.text.len())];
        let opened = memchr::memmem::rfind(before, b"<script");
        let closed = memchr::memmem::rfind(before, b"</script");
        if opened.is_none() || closed > opened {
            continue;
        }
        for arg in args {
            let value = view.flow.eval(arg.value, &None);
            if let Some(credential) = file.known.credentials(&value).first() {
                let owner = file.known.name(credential.provider);
                let message = format!("a {owner} credential is written into a page");
                found.push(
                    misuse(credential.provider, &at, message)
                        .along(&credential.trail, &credential.at),
                );
            }
        }
    }
}

/// `localStorage.setItem("publerKey", key)`.
fn stores(file: &File<'_>, view: &View<'_>, found: &mut Found) {
    let program = view.flow.program;
    for call in &view.flow.index.calls {
        let Expr::Call { callee, args } = &program[*call] else {
            continue;
        };
        let mut path: Vec<String> = program
            .path(*callee)
            .iter()
            .map(|p| p.to_ascii_lowercase())
            .collect();
        if let Expr::Member { object, .. } = &program[*callee] {
            for (origin, _) in view.flow.origins(*object, &None) {
                let more = program
                    .path(origin)
                    .iter()
                    .map(|p| p.to_ascii_lowercase())
                    .collect::<Vec<_>>();
                path.splice(0..0, more);
            }
        }
        let stores = path.iter().any(|part| STORES.contains(&part.as_str()));
        let writes = path.last().is_some_and(|last| {
            ["setitem", "set", "putstring", "multiset", "setstring"].contains(&last.as_str())
        });
        let [key, value, ..] = args.as_slice() else {
            continue;
        };
        if stores && writes {
            store(
                file,
                view,
                Some(key.value),
                value.value,
                &program.span(*call),
                found,
            );
        }
    }
    for named in &view.flow.index.named {
        let store_name = named
            .path
            .iter()
            .rev()
            .nth(1)
            .map(|p| p.to_ascii_lowercase());
        let is_store = store_name.is_some_and(|s| STORES.contains(&s.as_str()));
        let is_cookie =
            named.path.len() >= 2 && named.path[named.path.len() - 2..] == ["document", "cookie"];
        if is_store || is_cookie {
            store(file, view, None, named.value, &named.at, found);
        }
    }
}

fn store(
    file: &File<'_>,
    view: &View<'_>,
    key: Option<ExprId>,
    value: ExprId,
    at: &std::ops::Range<usize>,
    found: &mut Found,
) {
    let held = view.flow.eval(value, &None);
    let credentials = file.known.credentials(&held);
    let by_key = || {
        let key = view.flow.eval(key?, &None).as_fixed()?;
        // A name that holds another's credential, or something about one, is none.
        file.known
            .by_source(&Source::named(&key.replace(['-', ':'], "_")))
    };
    let provider = credentials.first().map(|c| c.provider).or_else(by_key);
    let filled = !held.is_nothing() && held.as_fixed().is_none_or(|text| text.len() >= 8);
    if let Some(provider) = provider.filter(|_| filled) {
        let owner = file.known.name(provider);
        let message =
            format!("a {owner} credential is kept where every script of the page can read it");
        let mut misuse = misuse(provider, at, message);
        match credentials.first() {
            Some(credential) => misuse = misuse.along(&credential.trail, &credential.at),
            None => misuse = misuse.sure(Confidence::Medium),
        }
        found.push(misuse);
    }
}
