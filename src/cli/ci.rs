//! Which commits a run of a continuous integration service is about.

use std::fs;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// A range as a service gives it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CiRange {
    pub(super) base: Base,
    pub(super) tip: String,
}

/// What is not part of the range.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// What any other reference has: the branch is new.
    New,
    /// What this commit has.
    Commit(String),
}

impl CiRange {
    /// Reads the variables of GitHub Actions
    /// (<https://docs.github.com/actions/reference/workflows-and-actions/variables>) or GitLab CI
    /// (<https://docs.gitlab.com/ci/variables/predefined_variables/>).
    pub(super) fn of(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        if let Some(event) = set("GITHUB_EVENT_NAME") {
            let path = set("GITHUB_EVENT_PATH").context("GITHUB_EVENT_PATH is not set")?;
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
            let payload: Value =
                serde_json::from_str(&text).with_context(|| format!("cannot read {path}"))?;
            return Self::github(&event, &payload, set("GITHUB_SHA").as_deref());
        }
        if set("GITLAB_CI").is_some() || set("CI_PIPELINE_SOURCE").is_some() {
            return Self::gitlab(&set);
        }
        bail!(
            "this is no run of GitHub Actions or GitLab CI: neither GITHUB_EVENT_NAME nor CI_PIPELINE_SOURCE is set\n  help: name the range, as in `credlint git range main..HEAD`"
        )
    }

    fn github(event: &str, payload: &Value, sha: Option<&str>) -> Result<Self> {
        let at = |path: &str| {
            payload
                .pointer(path)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let needed = |path: &str| {
            at(path).with_context(|| {
                format!("the event `{event}` has no {}", path[1..].replace('/', "."))
            })
        };
        match event {
            "push" => Ok(Self {
                base: Base::of(&needed("/before")?),
                tip: needed("/after")?,
            }),
            // What is checked out is the pull request, merged.
            "pull_request" => Ok(Self {
                base: Base::of(&needed("/pull_request/base/sha")?),
                tip: match sha {
                    Some(sha) => sha.to_owned(),
                    None => needed("/pull_request/head/sha")?,
                },
            }),
            // Here it is the base, and the pull request has to be fetched for that.
            "pull_request_target" | "pull_request_review" => Ok(Self {
                base: Base::of(&needed("/pull_request/base/sha")?),
                tip: needed("/pull_request/head/sha")?,
            }),
            "merge_group" => Ok(Self {
                base: Base::of(&needed("/merge_group/base_sha")?),
                tip: needed("/merge_group/head_sha")?,
            }),
            _ => bail!(
                "the event `{event}` is about no range of commits\n  help: `credlint git history` looks at all of them"
            ),
        }
    }

    fn gitlab(set: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let tip = set("CI_COMMIT_SHA").context("CI_COMMIT_SHA is not set")?;
        let base = match set("CI_PIPELINE_SOURCE").as_deref() {
            Some("merge_request_event") => Base::of(
                &set("CI_MERGE_REQUEST_DIFF_BASE_SHA")
                    .context("CI_MERGE_REQUEST_DIFF_BASE_SHA is not set")?,
            ),
            Some("push") | None => {
                set("CI_COMMIT_BEFORE_SHA").map_or(Base::New, |sha| Base::of(&sha))
            }
            Some(source) => bail!(
                "a pipeline of `{source}` is about no range of commits\n  help: `credlint git history` looks at all of them"
            ),
        };
        Ok(Self { base, tip })
    }
}

impl Base {
    /// Zeros stand for a branch that is new.
    fn of(sha: &str) -> Self {
        if sha.bytes().all(|digit| digit == b'0') {
            Self::New
        } else {
            Self::Commit(sha.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn github(event: &str, payload: &Value, sha: Option<&str>) -> (Base, String) {
        let range = CiRange::github(event, payload, sha).unwrap();
        (range.base, range.tip)
    }

    fn since(base: &str) -> Base {
        Base::Commit(base.to_owned())
    }

    #[test]
    fn github_says_what_an_event_is_about() {
        let push = json!({ "before": "a1", "after": "b2" });
        assert_eq!(
            github("push", &push, Some("b2")),
            (since("a1"), "b2".to_owned())
        );
        let first = json!({ "before": "0".repeat(40), "after": "b2" });
        assert_eq!(github("push", &first, None), (Base::New, "b2".to_owned()));
        let request =
            json!({ "pull_request": { "base": { "sha": "a1" }, "head": { "sha": "b2" } } });
        assert_eq!(
            github("pull_request", &request, Some("c3")),
            (since("a1"), "c3".to_owned())
        );
        assert_eq!(
            github("pull_request_target", &request, Some("a1")),
            (since("a1"), "b2".to_owned())
        );
        let group = json!({ "merge_group": { "base_sha": "a1", "head_sha": "b2" } });
        assert_eq!(
            github("merge_group", &group, None),
            (since("a1"), "b2".to_owned())
        );
        let error = CiRange::github("schedule", &json!({}), None).unwrap_err();
        assert!(
            error.to_string().contains("credlint git history"),
            "{error}"
        );
        let error = CiRange::github("push", &json!({}), None).unwrap_err();
        assert!(error.to_string().contains("no before"), "{error}");
    }

    #[test]
    fn gitlab_says_what_a_pipeline_is_about() {
        let gitlab = |variables: &[(&str, &str)]| {
            let find = |name: &str| {
                variables
                    .iter()
                    .find(|v| v.0 == name)
                    .map(|v| v.1.to_owned())
            };
            CiRange::of(&find).map(|range| (range.base, range.tip))
        };
        let push = [("CI_PIPELINE_SOURCE", "push"), ("CI_COMMIT_SHA", "b2")];
        assert_eq!(gitlab(&push).unwrap(), (Base::New, "b2".to_owned()));
        let before = [&push[..], &[("CI_COMMIT_BEFORE_SHA", "a1")]].concat();
        assert_eq!(gitlab(&before).unwrap(), (since("a1"), "b2".to_owned()));
        let zeros = [&push[..], &[("CI_COMMIT_BEFORE_SHA", "0000")]].concat();
        assert_eq!(gitlab(&zeros).unwrap().0, Base::New);
        let request = [
            ("CI_PIPELINE_SOURCE", "merge_request_event"),
            ("CI_COMMIT_SHA", "b2"),
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "a1"),
        ];
        assert_eq!(gitlab(&request).unwrap(), (since("a1"), "b2".to_owned()));
        assert!(gitlab(&[("CI_PIPELINE_SOURCE", "schedule"), ("CI_COMMIT_SHA", "b")]).is_err());
        assert!(gitlab(&[]).unwrap_err().to_string().contains("neither"));
    }
}
