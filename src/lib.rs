//! x
pub mod config;
pub mod model;
pub mod rules;
pub mod source;
pub mod suppress;
