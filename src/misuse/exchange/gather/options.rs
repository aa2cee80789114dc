//! What a request is told by named options: maps, named arguments, members that are set.

use super::Gather;
use crate::misuse::exchange::Header;
use crate::misuse::flow::{Context, Field, Value};
use crate::misuse::library::http;
use crate::misuse::library::http::Setting;
use crate::syntax::{Expr, ExprId};

impl Gather<'_, '_> {
    /// A map of options.
    pub(super) fn options(&mut self, map: ExprId, context: &Context) {
        let Expr::Map(entries) = &self.program()[map] else {
            return;
        };
        for entry in entries {
            match entry.key {
                None => self.object(entry.value, context),
                Some(key) => {
                    if let Some(name) = self.option_name(key, context) {
                        self.option(&name, entry.value, context);
                    }
                }
            }
        }
    }

    fn option_name(&self, key: ExprId, context: &Context) -> Option<String> {
        if let Expr::Text { value, .. } = &self.program()[key] {
            Some(value.clone())
        } else {
            let fixed = self.flow.eval(key, context).as_fixed();
            fixed.or_else(|| self.program().path(key).last().map(ToString::to_string))
        }
    }

    pub(super) fn option(&mut self, name: &str, value: ExprId, context: &Context) {
        if name.to_ascii_lowercase().ends_with("validationcallback") {
            if self.accepts_everything(value, context) {
                self.unverified(value);
            }
            return;
        }
        let Some(setting) = http::setting(name) else {
            if http::is_header(name) && name.contains('-') || name == "Authorization" {
                self.header(name.to_owned(), value, context);
            }
            return;
        };
        match setting {
            Setting::Url => {
                let url = self.flow.eval(value, context);
                self.url(url, value, context);
            }
            Setting::Base => self.exchange.base = Some(self.flow.eval(value, context)),
            Setting::Host => {
                let host = self.flow.eval(value, context);
                if self.exchange.base.is_none() {
                    self.exchange.base = Some(host);
                }
            }
            Setting::Protocol => self.exchange.protocol = Some(self.flow.eval(value, context)),
            Setting::Path => {
                let path = self.flow.eval(value, context);
                self.exchange.urls.push(path);
            }
            Setting::Headers => self.headers(value, context),
            Setting::Query => self.query(value, context),
            Setting::Body => {
                if self.exchange.body.is_none() {
                    self.exchange.body = Some(self.flow.eval(value, context));
                }
            }
            Setting::Auth => self.auth(value, context),
            Setting::Bearer => {
                if name != "token" {
                    self.scheme("Bearer ", value, Some(value), context);
                }
            }
            Setting::Verify => {
                if self.is_off(value) {
                    self.unverified(value);
                } else {
                    self.object(value, context);
                }
            }
            Setting::Insecure => {
                if self.literal(value).is_some_and(|raw| !is_false(&raw)) {
                    self.unverified(value);
                }
            }
            Setting::Inner => {
                if self.is_off(value) && name.to_ascii_lowercase().contains("ssl") {
                    self.unverified(value);
                } else {
                    self.object(value, context);
                }
            }
            Setting::Verb => {
                if let Some(verb) = self.flow.eval(value, context).as_fixed() {
                    self.exchange.method = Some(verb.to_ascii_uppercase());
                }
            }
        }
    }

    pub(super) fn url(&mut self, url: Value, id: ExprId, context: &Context) {
        match url {
            // Postman: `url: { raw: "…" }`.
            Value::Map(_) => match url.field("raw") {
                Some(raw) => self.exchange.urls.push(raw),
                None => self.object(id, context),
            },
            Value::Object(_) => self.object(id, context),
            url if url.is_nothing() => {}
            url => self.exchange.urls.push(url),
        }
    }

    /// `auth=(user, password)`, `auth: { bearer: token }`, `auth=BearerAuth(key)`.
    fn auth(&mut self, value: ExprId, context: &Context) {
        match self.flow.eval(value, context) {
            Value::List(_) => self.scheme("Basic ", value, Some(value), context),
            Value::Map(fields) => {
                let find = |name: &str| {
                    fields.iter().find(|f| {
                        f.key
                            .as_deref()
                            .is_some_and(|k| k.eq_ignore_ascii_case(name))
                    })
                };
                let (scheme, field) = match find("bearer") {
                    Some(field) => ("Bearer ", Some(field)),
                    None => ("Basic ", find("username").or(find("user"))),
                };
                if let Some(field) = field {
                    let at = field.at.clone();
                    let parts = [Value::fixed(scheme, at.clone()), field.value.clone()];
                    let value = crate::misuse::flow::joined(&parts);
                    self.exchange.headers.push(Header {
                        name: "Authorization".to_owned(),
                        value,
                        at,
                    });
                }
            }
            Value::Object(object) => {
                self.exchange.open = true;
                self.object(object.call, context);
            }
            Value::Text(_) | Value::Either(_) => self.exchange.open = true,
            _ => {}
        }
    }

    pub(super) fn query(&mut self, value: ExprId, context: &Context) {
        let value = self.flow.eval(value, context);
        for option in value.options() {
            match option {
                Value::Map(fields) => self.exchange.query.extend(fields.iter().cloned()),
                Value::List(items) => {
                    for item in items {
                        let named = match item {
                            Value::Map(_) => item.clone(),
                            Value::Object(object) => {
                                crate::misuse::exchange::fields(self.flow, object.call)
                                    .unwrap_or(Value::Clean)
                            }
                            _ => Value::Clean,
                        };
                        let key = named.field("name").or_else(|| named.field("key"));
                        if let (Some(key), Some(value)) =
                            (key.and_then(|k| k.as_fixed()), named.field("value"))
                        {
                            let at = value
                                .texts()
                                .next()
                                .and_then(|t| Some(t.first()?.at.clone()));
                            self.exchange.query.push(Field {
                                key: Some(key),
                                value,
                                at: at.unwrap_or_default(),
                            });
                            continue;
                        }
                        if let Value::List(pair) = item
                            && let [key, value] = pair.as_slice()
                        {
                            let key = key.as_fixed();
                            let at = value
                                .texts()
                                .next()
                                .and_then(|t| Some(t.first()?.at.clone()));
                            let at = at.unwrap_or_default();
                            self.exchange.query.push(Field {
                                key,
                                value: value.clone(),
                                at,
                            });
                        }
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn unverified(&mut self, id: ExprId) {
        self.exchange.unverified.push(self.program().span(id));
    }

    pub(super) fn literal(&self, id: ExprId) -> Option<String> {
        match &self.program()[id] {
            Expr::Member { .. } => match self.flow.eval(id, &None) {
                Value::Literal(raw) => Some(raw.to_ascii_lowercase()),
                _ => None,
            },
            Expr::Literal(raw) => Some(raw.to_ascii_lowercase()),
            Expr::Text { value, .. } => Some(value.to_ascii_lowercase()),
            Expr::Name(_) => match self.flow.eval(id, &None) {
                Value::Literal(raw) => Some(raw.to_ascii_lowercase()),
                Value::Text(_) => {
                    let name = self.program().path(id).join(".").to_ascii_lowercase();
                    ["$true", "$false", "true", "false"]
                        .contains(&name.as_str())
                        .then_some(name)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a value switches something off.
    pub(super) fn is_off(&self, id: ExprId) -> bool {
        self.literal(id).is_some_and(|raw| is_false(&raw))
            || self
                .program()
                .path(id)
                .last()
                .is_some_and(|last| http::is_no_verification(last))
    }

    /// Whether a function says yes to everything.
    pub(super) fn accepts_everything(&self, id: ExprId, context: &Context) -> bool {
        if self.is_off(id) {
            return true;
        }
        let function = match &self.program()[id] {
            Expr::Function(function) => Some(*function),
            Expr::Call { args, .. } => args.iter().find_map(|a| match self.program()[a.value] {
                Expr::Function(function) => Some(function),
                _ => None,
            }),
            _ => match self.flow.eval(id, context) {
                Value::Function(function) => Some(function),
                _ => None,
            },
        };
        let Some(function) = function else {
            return false;
        };
        let returns = self.returns(function);
        !returns.is_empty()
            && returns.iter().all(|r| {
                self.literal(*r)
                    .as_deref()
                    .is_some_and(|raw| raw.trim_start_matches('$') == "true")
            })
    }
}

fn is_false(raw: &str) -> bool {
    matches!(
        raw.trim_start_matches('$'),
        "false" | "0" | "no" | "off" | "none" | ""
    )
}
