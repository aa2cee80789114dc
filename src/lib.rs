//! x
pub mod detect;
pub mod model;
pub mod rules;
pub mod scan;
pub mod source;
pub mod suppress;
