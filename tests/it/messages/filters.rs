//! Filters of lists: one that names an attribute takes what that attribute takes, and refuses the rest. A list that is
//! empty because of a typing error would look like an answer.

use terraform_provider_hoop::schema::Kind;

use super::*;

/// Texts of which each rule refuses one.
fn wrong_texts() -> [String; 3] {
    ["NO SUCH WORD".to_owned(), "/".to_owned(), "x".repeat(5000)]
}

#[test]
fn a_filter_refuses_what_its_attribute_refuses() {
    let mut refused = 0;
    for (make, resource) in types() {
        let Some(list) = &resource.list else { continue };
        for filter in list.filters.iter().filter(|filter| matches!(filter.attr.kind, Kind::Str)) {
            let rules = filter.rules_from(resource).rules;
            let is_wrong = |text: &&String| rules.iter().any(|rule| !rule.accepts_text(text));
            let texts = wrong_texts();
            let Some(wrong) = texts.iter().find(is_wrong) else { continue };
            alone(async {
                let subject = make();
                let session = configured(subject.as_ref()).await;
                let mut query: Json = list.required().map(|name| (name.to_owned(), json!("slack"))).collect();
                query[filter.name()] = json!(wrong);
                let found = session.validate_data(list.name, &query).await;
                assert_eq!(found.error_paths(), [filter.name()], "{}: {found}", list.name);
                // The same when it was not known before.
                let (_, found) = session.read_data(list.name, &query).await;
                assert_eq!(found.error_paths(), [filter.name()], "{}: {found}", list.name);
            });
            refused += 1;
        }
    }
    assert!(refused >= 8, "{refused}");
}
