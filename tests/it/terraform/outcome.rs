//! What a run of Terraform said, as data: its exit code and its diagnostics.

use std::fmt;

use serde_json::Value as Json;

use super::child::Finished;

/// One message, from the JSON output of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Diagnostic {
    pub(crate) is_error: bool,
    pub(crate) summary: String,
    pub(crate) detail: String,
    /// Of the object that it is about.
    pub(crate) address: Option<String>,
    /// The line of the configuration that it points at.
    pub(crate) code: Option<String>,
}

impl Diagnostic {
    fn read(json: &Json) -> Self {
        let text = |pointer: &str| json.pointer(pointer).and_then(Json::as_str).map(str::to_owned);
        Self {
            is_error: json["severity"] == "error",
            summary: text("/summary").unwrap_or_default(),
            detail: text("/detail").unwrap_or_default(),
            address: text("/address"),
            code: text("/snippet/code").map(|code| code.trim().to_owned()),
        }
    }

    /// True when the message has this text, whatever its line breaks.
    pub(crate) fn says(&self, text: &str) -> bool {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        words(&format!("{} {}", self.summary, self.detail)).contains(&words(text))
    }
}

pub(crate) struct Outcome {
    command: String,
    pub(crate) code: i32,
    pub(super) stdout: String,
    stderr: String,
    diagnostics: Vec<Diagnostic>,
}

/// For failed tests: what a person would have read.
impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.stdout.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
        let messages: Vec<_> = lines.filter_map(|line| line["@message"].as_str().map(str::to_owned)).collect();
        let mut shown = f.debug_struct("Outcome");
        shown.field("command", &self.command).field("code", &self.code).field("messages", &messages);
        shown.field("stderr", &self.stderr).field("diagnostics", &self.diagnostics).finish()
    }
}

impl Outcome {
    pub(super) fn new(command: String, finished: Finished) -> Self {
        let Finished { code, stdout, stderr } = finished;
        let diagnostics = diagnostics(&stdout);
        Self { command, code, stdout, stderr, diagnostics }
    }

    /// # Panics
    /// If it failed.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert!(self.code == 0, "{self:#?}");
        self
    }

    /// The one error that there is.
    ///
    /// # Panics
    /// If there is none or another one.
    #[track_caller]
    pub(crate) fn one_error(&self) -> &Diagnostic {
        let errors: Vec<_> = self.errors().collect();
        assert!(errors.len() == 1 && self.code == 1, "not one error: {self:#?}");
        errors[0]
    }

    pub(crate) fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.is_error)
    }

    pub(crate) fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|diagnostic| !diagnostic.is_error)
    }

    /// What was printed for other programs.
    pub(crate) fn stdout_text(&self) -> &str {
        &self.stdout
    }

    /// What actions reported, each with its address.
    pub(crate) fn progress(&self) -> Vec<(String, String)> {
        let lines = self.stdout.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
        let text = |line: &Json, pointer: &str| line.pointer(pointer).and_then(Json::as_str).map(str::to_owned);
        let report = |line: Json| Some((text(&line, "/hook/action/addr")?, text(&line, "/hook/message")?));
        lines.filter(|line| line["type"] == "action_progress").filter_map(report).collect()
    }

    /// Everything that was printed.
    pub(crate) fn everything(&self) -> String {
        format!("{}\n{}", self.stdout, self.stderr)
    }

    /// Everything that was printed, with the line breaks and frames of messages taken out.
    pub(crate) fn text(&self) -> String {
        let all = format!("{} {}", self.stdout, self.stderr);
        all.split(|c: char| c.is_whitespace() || c == '│').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// Commands with `-json` print one object per line, `validate` one over all lines. The warning that a development
/// override is in effect is ours.
fn diagnostics(stdout: &str) -> Vec<Diagnostic> {
    let whole = serde_json::from_str::<Json>(stdout).ok();
    let from_validate = whole.as_ref().and_then(|json| json["diagnostics"].as_array().cloned());
    let from_lines = || {
        let lines = stdout.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
        lines.filter(|line| line["type"] == "diagnostic").map(|line| line["diagnostic"].clone()).collect()
    };
    let found = from_validate.unwrap_or_else(from_lines);
    let ours = |diagnostic: &Diagnostic| diagnostic.summary != "Provider development overrides are in effect";
    found.iter().map(Diagnostic::read).filter(ours).collect()
}
