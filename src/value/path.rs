//! The path to a part of a value, as Terraform shows it to users.

/// One step of a path. Elements of a set have no step: a path ends at the set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Attribute(String),
    Index(usize),
    Key(String),
}

/// A path from the root of an object. The empty path is the object itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(pub Vec<Step>);

impl Path {
    pub fn root() -> Path {
        Path::default()
    }

    pub fn attribute(name: &str) -> Path {
        Path::root().and(Step::Attribute(name.to_owned()))
    }

    /// This path with one more step.
    #[must_use]
    pub fn and(&self, step: Step) -> Path {
        let mut steps = self.0.clone();
        steps.push(step);
        Path(steps)
    }

    #[must_use]
    pub fn then(&self, name: &str) -> Path {
        self.and(Step::Attribute(name.to_owned()))
    }

    #[must_use]
    pub fn key(&self, key: &str) -> Path {
        self.and(Step::Key(key.to_owned()))
    }

    #[must_use]
    pub fn index(&self, index: usize) -> Path {
        self.and(Step::Index(index))
    }

    /// The path as a unique text. Messages use its `Display` (in `diagnostic`), which truncates long keys.
    pub fn exact(&self) -> String {
        self.text(|key| format!("{key:?}"))
    }

    /// The path with its keys as `key_text` makes them.
    pub(crate) fn text(&self, key_text: fn(&str) -> String) -> String {
        let mut text = String::new();
        for step in &self.0 {
            match step {
                Step::Attribute(name) if text.is_empty() => text.push_str(name),
                Step::Attribute(name) => text.extend([".", name]),
                Step::Index(index) => text.push_str(&format!("[{index}]")),
                Step::Key(key) => text.extend(["[", &key_text(key), "]"]),
            }
        }
        text
    }
}
