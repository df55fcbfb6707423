//! The format of log lines, byte for byte where the host requires it.

use std::time::Duration;

use super::*;

fn at(seconds: u64, micros: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_micros(micros)
}

fn render(message: &str, fields: &[(&str, &str)]) -> String {
    let record = (message, fields);
    line(
        at(1_700_000_000, 42),
        &Record::builder()
            .args(format_args!("{}", record.0))
            .level(Level::Warn)
            .target("a_crate::module::part")
            .key_values(&record.1)
            .build(),
        "example.com/acme/toy",
    )
}

#[test]
fn a_line() {
    assert_eq!(
        render("two\nlines and a \"quote\"", &[("path", "/x"), ("@message", "odd"), ("number", "7")]),
        concat!(
            r#"{"@level":"warn","@message":"two\nlines and a \"quote\"","@module":"a_crate.module.part","#,
            r#""@timestamp":"2023-11-14T22:13:20.000042Z","message":"odd","number":"7","path":"/x"}"#,
            "\n"
        )
    );
}

#[test]
fn values_are_strings_whatever_their_type() {
    let values: [(&str, Value<'_>); 3] = [("n", 7.into()), ("b", true.into()), ("s", "x".into())];
    let values = values.as_slice();
    let record = Record::builder().args(format_args!("m")).level(Level::Info).target("t").key_values(&values).build();
    let text = line(at(0, 0), &record, "");
    assert!(text.contains(r#""b":"true","n":"7","s":"x""#), "{text}");
}

#[test]
fn long_records_are_cut_and_stay_json() {
    let long = "\u{1}é".repeat(LONGEST);
    for text in [render(&long, &[]), render("short", &[("body", &long)]), render(&long, &[("body", &long)])] {
        assert!(text.len() <= LONGEST, "{}", text.len());
        let json: Map<String, Json> = serde_json::from_str(&text).expect("JSON");
        assert_eq!(json["cut"], "true");
        assert_eq!(json.len(), 5);
    }
}

#[test]
fn timestamps() {
    for (seconds, expected) in [
        (0, "1970-01-01T00:00:00.000000Z"),
        (951_782_399, "2000-02-28T23:59:59.000000Z"),
        (951_868_799, "2000-02-29T23:59:59.000000Z"),
        (951_868_800, "2000-03-01T00:00:00.000000Z"),
        (1_735_689_599, "2024-12-31T23:59:59.000000Z"),
        (1_735_689_600, "2025-01-01T00:00:00.000000Z"),
        (4_107_542_400, "2100-03-01T00:00:00.000000Z"),
    ] {
        assert_eq!(timestamp(at(seconds, 0)), expected);
    }
    assert_eq!(timestamp(at(0, 999_999)), "1970-01-01T00:00:00.999999Z");
}

#[test]
fn the_most_specific_level_wins() {
    let level = |env: &Environment| level("my-toy", env);
    assert_eq!(level(&Environment::of([])), LevelFilter::Off);
    for (value, expected) in [
        ("trace", LevelFilter::Trace),
        ("JSON", LevelFilter::Trace),
        ("DEBUG", LevelFilter::Debug),
        ("Info", LevelFilter::Info),
        ("warn", LevelFilter::Warn),
        ("ERROR", LevelFilter::Error),
        ("off", LevelFilter::Off),
        ("loud", LevelFilter::Trace),
        ("", LevelFilter::Off),
    ] {
        assert_eq!(level(&Environment::of([("TF_LOG", value)])), expected, "{value}");
    }
    let all = [("TF_LOG", "trace"), ("TF_LOG_PROVIDER", "info"), ("TF_LOG_PROVIDER_MY_TOY", "error")];
    assert_eq!(level(&Environment::of(all)), LevelFilter::Error);
    assert_eq!(level(&Environment::of([all[0], all[1]])), LevelFilter::Info);
    assert_eq!(level(&Environment::of([all[0], ("TF_LOG_PROVIDER_OTHER", "off")])), LevelFilter::Trace);
}

#[test]
fn other_crates_are_logged_from_warnings_on() {
    let enabled =
        |target, level| Hclog { provider: "" }.enabled(&Metadata::builder().target(target).level(level).build());
    assert!(enabled(module_path!(), Level::Trace));
    assert!(enabled("another_crate::client", Level::Warn));
    assert!(!enabled("another_crate::client", Level::Debug));
}
