//! The recorded traces of the gateway as steps, for tests that compare one recorded answer with another. What an answer
//! should say is for those tests to judge.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};
use terraform_provider_hoop::schema::{Attr, Resource};

/// A request that succeeded, and its answer.
pub(super) struct Step {
    pub(super) at: String,
    pub(super) method: String,
    pub(super) path: Vec<String>,
    pub(super) query: String,
    pub(super) auth: Json,
    pub(super) sent: Json,
    pub(super) answer: Json,
    /// Others were under way at the same time.
    pub(super) raced: bool,
}

pub(super) fn suites() -> Vec<Vec<Step>> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/traces"));
    let files = fs::read_dir(folder).expect("the folder of traces").flatten().map(|file| file.path());
    // Its values are spelled as no table sends them.
    let files = files.filter(|path| path.is_file() && !path.ends_with("odd-values.jsonl"));
    files.map(|path| fs::read_to_string(path).expect("a trace").lines().map(step).collect()).collect()
}

fn step(line: &str) -> Step {
    let step: Json = serde_json::from_str(line).expect("a line of a trace is JSON");
    let (request, response) = (&step["request"], &step["response"]);
    let path = request["path"].as_str().unwrap_or_default().trim_start_matches("/api/");
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let succeeded = response["status"].as_u64().is_some_and(|status| status < 300);
    Step {
        at: format!("{}/{}/{}", step["suite"], step["case"], step["step"]).replace('"', ""),
        method: request["method"].as_str().unwrap_or_default().to_owned(),
        path: path.split('/').map(str::to_owned).collect(),
        query: query.to_owned(),
        auth: request["headers"]["auth"].clone(),
        sent: request["body"].clone(),
        answer: if succeeded { response["body"].clone() } else { Json::Null },
        raced: step.get("parallel").is_some() || step.get("needs").is_some(),
    }
}

/// What the placeholders of a template stand for in this path, if it fits.
pub(super) fn names<'a>(template: &'a str, path: &'a [String]) -> Option<BTreeMap<&'a str, &'a str>> {
    let segments: Vec<&str> = template.split('/').collect();
    let mut names = BTreeMap::new();
    for (segment, part) in segments.iter().zip(path) {
        match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => drop(names.insert(name, part.as_str())),
            None if segment == part => {}
            None => return None,
        }
    }
    (segments.len() == path.len()).then_some(names)
}

pub(super) fn at<'a>(json: &'a Json, wire: &str) -> &'a Json {
    wire.split('.').filter(|step| !step.is_empty()).fold(json, |json, step| &json[step])
}

/// The template of the object's own path.
pub(super) fn own_path(resource: &Resource) -> String {
    let keys = resource.keys().map(|key| format!("/{{{}}}", key.name)).collect::<String>();
    resource.path.map_or_else(|| format!("{}{keys}", resource.collection), str::to_owned)
}

/// Nothing has one spelling, and what has no order one order.
pub(super) fn normal(attr: &Attr, value: &Json) -> Json {
    let is_nothing = value == "" || *value == json!([]) || *value == json!({});
    match value {
        _ if is_nothing => Json::Null,
        Json::Array(items) if !attr.is_ordered() => {
            let mut items = items.clone();
            items.sort_by_key(Json::to_string);
            items.dedup();
            items.into()
        }
        other => other.clone(),
    }
}
