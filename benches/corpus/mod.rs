//! Made-up source code, the same in every run.

/// What the code looks like.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// Bytes.
    pub(crate) size: usize,
    /// Bytes a line, about.
    pub(crate) line: usize,
    /// One credential every so many lines; 0 for none.
    pub(crate) every: usize,
}

const WORDS: &[&str] = &[
    "static",
    "int",
    "return",
    "struct",
    "device",
    "const",
    "if",
    "(err)",
    "goto",
    "out;",
    "buffer",
    "->",
    "length",
    "=",
    "0;",
    "/*",
    "the",
    "register",
    "*/",
    "publish",
    "key",
    "token",
    "author",
    "https://docs.kernel.org/",
    "default:",
    "case",
    "break;",
    "{",
    "}",
    "0x1f",
    "sizeof(*p)",
    "auth",
];

/// Code of that shape.
pub(crate) fn corpus(shape: Shape) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % bound as u64) as usize
    };
    let mut text = Vec::with_capacity(shape.size + shape.line);
    let mut lines = 0;
    while text.len() < shape.size {
        lines += 1;
        let start = text.len();
        if shape.every > 0 && lines % shape.every == 0 {
            text.extend_from_slice(b"octopost_key = \"oct_");
            text.extend_from_slice(b"live_");
            (0..24).for_each(|_| text.push(b"0123456789abcdefghijklmnopqrstuvwxyz"[random(36)]));
            text.push(b'"');
        }
        while text.len() - start < shape.line {
            text.extend_from_slice(WORDS[random(WORDS.len())].as_bytes());
            text.push(b' ');
        }
        text.push(b'\n');
    }
    text
}
