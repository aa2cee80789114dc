//! x
pub mod detect;
pub mod model;
pub mod rules;
