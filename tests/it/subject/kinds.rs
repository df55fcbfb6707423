//! Every kind of connection that the gateway distinguishes, and the forms in which each of them is written.

use serde_json::{Map, Value as Json, json};

/// Type and subtype as the gateway knows them. The first five have a default command, some of them default secrets; so
/// have three types whatever their subtype.
pub(crate) const KINDS: &[(&str, &str)] = &[
    ("database", "postgres"),
    ("database", "mysql"),
    ("database", "mssql"),
    ("database", "oracledb"),
    ("database", "mongodb"),
    ("database", ""),
    ("application", "ssh"),
    ("application", "tcp"),
    ("application", "rdp"),
    ("application", "httpproxy"),
    ("httpproxy", "kubernetes"),
    ("httpproxy", ""),
    ("custom", "dynamodb"),
    ("custom", "cloudwatch"),
    ("custom", "aws-ssm"),
    ("custom", "kubernetes"),
    ("custom", ""),
    ("command-line", "bash"),
    ("postgres", ""),
    ("mysql", ""),
    ("mssql", ""),
    ("postgres", "mssql"),
    ("mysql", "mongodb"),
    ("mssql", "postgres"),
    ("application", "mssql"),
    ("tcp", ""),
];

/// The forms in which each of them is written: with a command or not, with secrets or not.
fn forms() -> [(&'static str, Json); 4] {
    let command = json!(["client", "--host=$HOST"]);
    let secrets = json!({ "envvar:HOST": "db.internal", "filesystem:CA": "-----BEGIN\nand more" });
    [
        ("bare", json!({})),
        ("command", json!({ "command": command })),
        ("secrets", json!({ "secrets": secrets })),
        ("both", json!({ "command": command, "secrets": secrets })),
    ]
}

/// What the gateway decides by single keys of the secrets.
fn special_secrets() -> [(&'static str, &'static str, Json); 6] {
    let url = "mongodb://u:p@h/?tls=false";
    [
        ("mongo-url", "mongodb", json!({ "envvar:CONNECTION_STRING": url })),
        ("mongo-no-url", "mongodb", json!({ "envvar:CONNECTION_STRING": "", "envvar:HOST": "h" })),
        ("mongo-own-port", "mongodb", json!({ "envvar:CONNECTION_STRING": "", "envvar:PORT": "27018" })),
        ("mongo-same-port", "mongodb", json!({ "envvar:CONNECTION_STRING": "", "envvar:PORT": "27017" })),
        ("mssql-insecure", "mssql", json!({ "envvar:HOST": "h", "envvar:INSECURE": "true" })),
        ("mssql-same", "mssql", json!({ "envvar:HOST": "h", "envvar:INSECURE": "false" })),
    ]
}

/// All of them: a label, and the attributes that make the difference.
pub(crate) fn kinds() -> Vec<(String, Map<String, Json>)> {
    let labeled = |label: String, attributes: Json| (label, attributes.as_object().expect("an object").clone());
    let mut found = Vec::new();
    for (kind, subtype) in KINDS {
        for (form, mut attributes) in forms() {
            attributes["type"] = json!(kind);
            if !subtype.is_empty() {
                attributes["subtype"] = json!(subtype);
            }
            found.push(labeled(format!("{kind}-{subtype}-{form}").replace("--", "-"), attributes));
        }
    }
    let special = special_secrets().map(|(label, subtype, secrets)| {
        labeled(label.to_owned(), json!({ "type": "database", "subtype": subtype, "secrets": secrets }))
    });
    found.extend(special);
    found
}
