//! Where the grammar takes the end of a line for a blank: after a pipeline of three it reads
//! `a | b | c`, and `d > file` in the next line, as one.

use tree_sitter::Node;

/// The text with a semicolon at the end of each line that a command wrongly goes beyond; `None` where
/// none does.
pub(super) fn parted(text: &[u8], root: Node<'_>) -> Option<Vec<u8>> {
    let mut code = None;
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        if node.kind() == "command" {
            let mut inner = node.walk();
            let mut end = node.start_byte();
            let parts = node.children(&mut inner);
            for part in parts.filter(|part| part.kind() != "comment") {
                if ends_line(&text[end..part.start_byte().max(end)]) {
                    code.get_or_insert_with(|| text.to_vec())[end] = b';';
                }
                end = part.end_byte();
            }
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return code;
            }
        }
    }
}

/// Whether a line ends in these blanks, and a comment among them, and is not continued.
fn ends_line(gap: &[u8]) -> bool {
    let ends = |at: usize| gap[at] == b'\n' && !gap[..at].ends_with(b"\\");
    gap.first().is_some_and(u8::is_ascii_whitespace) && (0..gap.len()).any(ends)
}
