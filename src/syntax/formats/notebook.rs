//! stub
use super::super::lower::Builder;
pub(in crate::syntax) fn read(_: &mut Builder<'_>) -> bool {
    false
}
