//! x
pub mod model;
pub mod report;
pub mod rules;
