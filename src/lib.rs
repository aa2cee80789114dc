//! x
pub mod model;
pub mod rules;
