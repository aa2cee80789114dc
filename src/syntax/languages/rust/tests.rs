use crate::syntax::Language;
use crate::syntax::show::show;

#[test]
fn try_it() {
    if let Ok(path) = std::env::var("TRY") {
        let text = std::fs::read_to_string(path).unwrap();
        println!("{}", show(Language::Rust, &text).replace("; ", ";\n"));
    }
}
