//! How the run went: what could not be read, what does nothing, what was left out.

use serde_json::json;
use serde_sarif::sarif;

use super::{Context, MAX_RESULTS, message, number, rules};
use crate::report::count;

/// What a run can have to say beside its results: id, name, description.
const NOTIFICATIONS: [(&str, &str, &str); 3] = [
    (
        "not-scanned",
        "NotScanned",
        "Something could not be scanned, so the results are incomplete.",
    ),
    (
        "unused-suppression",
        "UnusedSuppression",
        "A suppression matches nothing, or has run out.",
    ),
    (
        "results-left-out",
        "ResultsLeftOut",
        "There are more results than GitHub takes.",
    ),
];

/// The descriptors of every kind of notification.
pub(super) fn notification_kinds() -> Vec<sarif::ReportingDescriptor> {
    let kinds = NOTIFICATIONS.iter().map(|(id, name, text)| {
        sarif::ReportingDescriptor::builder()
            .id(*id)
            .name(*name)
            .short_description(rules::plain((*text).to_owned()))
            .full_description(rules::plain((*text).to_owned()))
            // The validator wants help of whatever has a descriptor.
            .help(rules::plain((*text).to_owned()))
            .build()
    });
    kinds.collect()
}

fn notification(
    kind: usize,
    level: &str,
    text: &str,
    place: Option<sarif::PhysicalLocation>,
) -> sarif::Notification {
    let descriptor = sarif::ReportingDescriptorReference::builder()
        .id(NOTIFICATIONS[kind].0)
        .index(number(kind as u64))
        .build();
    let mut notification = sarif::Notification::builder()
        .descriptor(descriptor)
        .level(json!(level))
        .message(message(text))
        .build();
    notification.locations =
        place.map(|place| vec![sarif::Location::builder().physical_location(place).build()]);
    notification
}

/// The one invocation that the run is.
pub(super) fn invocation(context: &Context<'_>, left_out: usize) -> sarif::Invocation {
    let report = context.report;
    let errors = report.errors.iter().map(|error| {
        let place = sarif::PhysicalLocation::builder()
            .artifact_location(context.artifact(&error.path))
            .build();
        notification(
            0,
            "error",
            &error.message,
            (!error.path.is_empty()).then_some(place),
        )
    });
    let unused = report.unused_suppressions.iter().map(|unused| {
        let place = sarif::PhysicalLocation::builder()
            .artifact_location(context.artifact(unused.origin.file()))
            .region(
                sarif::Region::builder()
                    .start_line(number(unused.file_line()))
                    .build(),
            )
            .build();
        notification(1, "warning", &unused.described(), Some(place))
    });
    let cut = (left_out > 0).then(|| {
        let left_out = count(left_out, "finding");
        let text = format!(
            "GitHub takes {MAX_RESULTS} results of a run; {left_out} left out, the least severe and the suppressed first"
        );
        notification(2, "warning", &text, None)
    });
    sarif::Invocation::builder()
        .execution_successful(report.errors.is_empty())
        .tool_execution_notifications(errors.chain(unused).chain(cut).collect::<Vec<_>>())
        .build()
}
