//! What is planted is found: the right rule, line and column, and nothing else.

mod encodings;
mod formats;
mod large;
mod mixed;
mod windows;
