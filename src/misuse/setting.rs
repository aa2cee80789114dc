//! In which setting a place of the code or configuration is used: production, tests, development.

use super::flow::{Condition, Flow, Named, Value};
use super::known::words_of;
pub(super) use crate::model::Setting;
use crate::syntax::{Expr, ExprId};

/// Names of variables that tell the setting.
fn names_setting(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let last = lower.rsplit('.').next().unwrap_or(&lower);
    matches!(
        last,
        "node_env"
            | "app_env"
            | "rails_env"
            | "rack_env"
            | "environment"
            | "env"
            | "stage"
            | "flask_env"
            | "django_env"
            | "aspnetcore_environment"
            | "dotnet_environment"
            | "environmentname"
            | "mode"
            | "deploy_env"
            | "symfony_env"
            | "go_env"
            | "gin_mode"
            | "spring_profiles_active"
            | "profile"
            | "app_environment"
            | "deployment_environment"
            | "environment_name"
            | "envname"
            | "target_env"
            | "vercel_env"
            | "build_env"
            | "deployenv"
            | "appenv"
            | "wp_env"
            | "wp_environment_type"
            | "namespace"
            | "environment_type"
            | "workspace"
            | "appenvironment"
            | "tier"
            | "runenv"
            | "ci_environment_name"
    )
}

/// The setting in which a condition holds, or does not.
fn of_condition(flow: &Flow<'_>, condition: &Condition) -> Option<Setting> {
    let (setting, equal) = tested(flow, condition.test, 0)?;
    match (equal == condition.holds, setting) {
        (true, setting) => Some(setting),
        // Not production may be anything else, and so on.
        (false, _) => None,
    }
}

/// The setting that a test asks for, and whether it asks that it is or that it is not.
fn tested(flow: &Flow<'_>, test: ExprId, depth: usize) -> Option<(Setting, bool)> {
    // A name may be set from itself.
    if depth > 8 {
        return None;
    }
    match &flow.program[test] {
        Expr::Compare { left, right, equal } => {
            let named = |id: ExprId| {
                let path = flow.program.path(id).join(".");
                let label = match flow.eval(id, &None) {
                    Value::Text(pieces) => pieces.iter().find_map(|p| match &p.kind {
                        super::flow::PieceKind::Open(source) => Some(source.label.clone()),
                        _ => None,
                    }),
                    _ => None,
                };
                names_setting(&path)
                    || label.is_some_and(|label| names_setting(&label))
                    || flow.program.path(id).iter().any(|part| names_setting(part))
            };
            let word = |id: ExprId| {
                let fixed = flow.eval(id, &None).as_fixed();
                let fixed =
                    fixed.or_else(|| flow.program.path(id).last().map(ToString::to_string))?;
                words_of(&fixed).find_map(|w| Setting::of_word(&w))
            };
            // `case "$target" in production)`: a word that is a setting alone.
            let exact = |id: ExprId| {
                let fixed = flow.eval(id, &None).as_fixed()?;
                Setting::of_word(&fixed.to_ascii_lowercase()).filter(|s| {
                    matches!(s, Setting::Production | Setting::Staging) || fixed == "development"
                })
            };
            if let Some(setting) =
                exact(*right).filter(|_| matches!(flow.program[*left], Expr::Name(_)))
            {
                return Some((setting, *equal));
            }
            let setting = if named(*left) {
                word(*right)
            } else if named(*right) {
                word(*left)
            } else {
                None
            }?;
            Some((setting, *equal))
        }
        Expr::Not(inner) => {
            tested(flow, *inner, depth + 1).map(|(setting, equal)| (setting, !equal))
        }
        Expr::Choice { condition, options } => {
            let mut inner = condition.iter().chain(options);
            inner.find_map(|id| tested(flow, *id, depth + 1))
        }
        Expr::Other(parts) | Expr::Join(parts) => {
            parts.iter().find_map(|part| tested(flow, *part, depth + 1))
        }
        Expr::Call { callee, args } => {
            let path = flow.program.path(*callee);
            let last = path.last()?.trim_end_matches('?');
            // `isProduction()`, `Rails.env.production?`, `app()->environment('production')`.
            if let Some(setting) = of_flag(last) {
                return Some((setting, true));
            }
            let asks = path.iter().any(|p| names_setting(p)) || last.eq_ignore_ascii_case("equals");
            let texts = args
                .iter()
                .filter_map(|a| flow.eval(a.value, &None).as_fixed());
            let object = match &flow.program[*callee] {
                Expr::Member { object, .. } => flow.eval(*object, &None).as_fixed(),
                _ => None,
            };
            let setting = texts
                .chain(object)
                .find_map(|t| words_of(&t).find_map(|w| Setting::of_word(&w)))?;
            asks.then_some((setting, true))
        }
        Expr::Name(_) | Expr::Member { .. } => {
            let path = flow.program.path(test);
            let last = path.last()?;
            if let Some(setting) = of_flag(last.trim_end_matches('?')) {
                return Some((setting, true));
            }
            let origins = flow.origins(test, &None);
            origins
                .iter()
                .filter(|(id, _)| *id != test)
                .find_map(|(id, _)| match flow.program[*id] {
                    Expr::Compare { .. } | Expr::Not(_) | Expr::Call { .. } => {
                        tested(flow, *id, depth + 1)
                    }
                    _ => None,
                })
        }
        _ => None,
    }
}

/// `isProduction`, `IS_PROD`, `production`, `DEBUG`, `__DEV__`.
fn of_flag(name: &str) -> Option<Setting> {
    let words: Vec<String> = words_of(name).collect();
    match words.as_slice() {
        [one] if one == "debug" => Some(Setting::Development),
        [one] => one
            .strip_prefix("is")
            .and_then(Setting::of_word)
            .or_else(|| Setting::of_word(one)),
        [is, word] if is == "is" || is == "in" => Setting::of_word(word),
        [is, word, rest]
            if is == "is" && (rest == "env" || rest == "mode" || rest == "environment") =>
        {
            Setting::of_word(word)
        }
        [word, rest] if rest == "env" || rest == "mode" => Setting::of_word(word),
        _ => None,
    }
}

/// The setting of the branch in which an expression stands.
pub(super) fn of_branch(flow: &Flow<'_>, id: ExprId) -> Option<Setting> {
    let conditions = flow.index.conditions(id);
    conditions
        .iter()
        .find_map(|condition| of_condition(flow, condition))
}

/// The setting of an expression: its branch, then the names it stands under, then what stands beside
/// them, and last the file.
pub(super) fn of_expr(
    flow: &Flow<'_>,
    path: &str,
    id: ExprId,
    named: Option<&Named>,
) -> Option<Setting> {
    if let Some(setting) = of_branch(flow, id) {
        return Some(setting);
    }
    if let Some(named) = named {
        if let Some(setting) = of_names(&named.path) {
            return Some(setting);
        }
        if let Some(setting) = beside(flow, named) {
            return Some(setting);
        }
    }
    let in_function = flow.index.names_at(flow.index.scope(id));
    let tested = in_function.split(' ').any(|name| {
        let lower = name.to_ascii_lowercase();
        lower.starts_with("test_")
            || lower.ends_with("_test")
            || lower.ends_with("tests") && lower.len() > 5
            || lower == "tests"
            || name.starts_with("Test") && name.len() > 4
    });
    if tested {
        return Some(Setting::Test);
    }
    // `class Production(Base):`
    let class = in_function.split(' ').rev().find_map(|name| {
        let words: Vec<String> = words_of(name).collect();
        match words.as_slice() {
            [one] => Setting::of_word(one),
            [one, rest]
                if ["config", "settings", "environment", "env"].contains(&rest.as_str()) =>
            {
                Setting::of_word(one)
            }
            _ => None,
        }
    });
    if let Some(setting) = class.filter(|s| *s != Setting::Docs) {
        return Some(setting);
    }
    Setting::of_path(path)
}

/// The setting that names say, the innermost first.
pub(super) fn of_names(path: &[String]) -> Option<Setting> {
    path.iter().rev().find_map(|name| {
        // `OCTOPOST_TEST_KEY` says what the key is, not where it is used.
        let last = path.last() == Some(name);
        let words: Vec<String> = words_of(name).collect();
        let found = words.iter().find_map(|w| Setting::of_word(w))?;
        match found {
            Setting::Test | Setting::Staging if last => None,
            Setting::Docs => None,
            found => Some(found),
        }
    })
}

/// The setting that a value beside this one, or beside what it stands in, says:
/// `NODE_ENV=production`, `namespace: production`, `environment: production`.
fn beside(flow: &Flow<'_>, named: &Named) -> Option<Setting> {
    if !flow.program.language.is_config() {
        return None;
    }
    let mut best: Option<(usize, Setting)> = None;
    for other in &flow.index.named {
        let Some((name, above)) = other.path.split_last() else {
            continue;
        };
        let is_profile = name == "profiles" || name == "branches" || name == "profile";
        let is_name = name == "name" && above.last().is_some_and(|a| a == "environment");
        if !(names_setting(name) || is_name || is_profile) {
            continue;
        }
        // What it says holds for all below the map that it stands in.
        let mut above = above;
        if let Some((last, rest)) = above.split_last()
            && (last == "environment" || last == "metadata")
        {
            above = rest;
        }
        if !named.path.starts_with(above) {
            continue;
        }
        let value = flow.eval(other.value, &None);
        let mut texts: Vec<String> = value.options().iter().filter_map(Value::as_fixed).collect();
        if let Value::List(items) = &value {
            texts.extend(items.iter().filter_map(Value::as_fixed));
        }
        let Some(setting) = texts
            .iter()
            .find_map(|t| words_of(t).find_map(|w| Setting::of_word(&w)))
        else {
            continue;
        };
        if best.is_none_or(|(depth, _)| above.len() >= depth) {
            best = Some((above.len(), setting));
        }
    }
    best.map(|(_, setting)| setting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_names() {
        let path =
            |names: &[&str]| of_names(&names.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(
            path(&["production", "octopost", "key"]),
            Some(Setting::Production)
        );
        assert_eq!(path(&["PROD_OCTOPOST_KEY"]), Some(Setting::Production));
        assert_eq!(path(&["OCTOPOST_TEST_KEY"]), None);
        assert_eq!(path(&["test", "key"]), Some(Setting::Test));
    }
}
