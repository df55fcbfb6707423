//! The fenced code blocks of a text: their language, where they stand, and whether `prose` or a page's generator put them
//! there. It judges nothing.

use super::{FOLDERS, PROVIDERS, home};

/// One block of code.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The file and the line of the opening fence.
    pub(super) at: String,
    pub(super) language: String,
    pub(super) text: String,
    /// Nobody wrote it here: it is the text of an example.
    pub(super) is_generated: bool,
}

/// The blocks of a text; an opening without an end is a block to the end of the file.
pub(super) fn blocks(path: &str, text: &str) -> Vec<Block> {
    let (mut found, mut open): (Vec<Block>, Option<Block>) = (Vec::new(), None);
    let whole_page = home_of_page(path).is_some();
    let mut is_between_marks = false;
    for (number, line) in text.lines().enumerate() {
        if let Some(block) = &mut open {
            if line.trim_end() == "```" {
                found.extend(open.take());
            } else {
                block.text.push_str(line);
                block.text.push('\n');
            }
        } else if let Some(language) = line.trim_start().strip_prefix("```") {
            open = Some(Block {
                at: format!("{path}:{}", number + 1),
                language: language.to_owned(),
                text: String::new(),
                is_generated: whole_page || is_between_marks,
            });
        } else if line.starts_with("<!-- generated: ") {
            is_between_marks = true;
        } else if line == "<!-- end -->" {
            is_between_marks = false;
        }
    }
    found.extend(open);
    found
}

/// The home of the provider that this is a page of a type of: the generator makes the whole text.
pub(super) fn home_of_page(path: &str) -> Option<String> {
    let is_in = |home: &str| FOLDERS.iter().any(|folder| path.starts_with(&format!("{home}/{folder}/")));
    PROVIDERS.iter().map(|provider| home(provider)).find(|home| is_in(home))
}

#[test]
fn blocks_are_found_with_their_languages_and_origins() {
    let text = "a\n```text\nx\n```\n<!-- generated: b -->\n```\ny\n```\n<!-- end -->\n  ```c\nz\n";
    let found = blocks("README.md", text);
    let brief: Vec<_> = found.iter().map(|it| (it.at.as_str(), &*it.language, &*it.text, it.is_generated)).collect();
    assert_eq!(
        brief,
        [("README.md:2", "text", "x\n", false), ("README.md:6", "", "y\n", true), ("README.md:10", "c", "z\n", false)]
    );
    assert!(blocks("docs/resources/agent.md", "```text\n```\n")[0].is_generated);
    assert!(!blocks("docs/index.md", "```text\n```\n")[0].is_generated);
}
