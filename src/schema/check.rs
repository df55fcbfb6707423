//! What makes a table contradict itself, told while it compiles.

use super::attr::Attr;
use super::kind::{Kind, Presence};

/// Contradictions between the attributes of one object. Runs while the table compiles.
pub(super) const fn check(attrs: &[Attr]) {
    let mut i = 0;
    while i < attrs.len() {
        let mut j = 0;
        while j < i {
            assert!(!same(attrs[i].name, attrs[j].name), "two attributes have the same name");
            j += 1;
        }
        let mut k = 0;
        while k < attrs[i].follows.len() {
            assert!(has(attrs, attrs[i].follows[k]), "follows() names an attribute that the table lacks");
            k += 1;
        }
        if let Some(stamp) = attrs[i].stamp {
            assert!(has(attrs, stamp), "stamped_by() names an attribute that the table lacks");
        }
        assert!(
            !attrs[i].key || !matches!(attrs[i].presence, Presence::Optional),
            "a key is required or computed: without it the object cannot be found"
        );
        if let (Some(_), Kind::Set(Kind::Object(elements))) = (attrs[i].partial, attrs[i].kind) {
            assert!(count_keys(elements) == 1, "an element of a partial set is known by its key()");
        }
        i += 1;
    }
}

pub(super) const fn count_partial(attrs: &[Attr]) -> usize {
    let (mut count, mut i) = (0, 0);
    while i < attrs.len() {
        if attrs[i].partial.is_some() {
            count += 1;
        }
        i += 1;
    }
    count
}

pub(super) const fn count_keys(attrs: &[Attr]) -> usize {
    let (mut count, mut i) = (0, 0);
    while i < attrs.len() {
        if attrs[i].key {
            count += 1;
        }
        i += 1;
    }
    count
}

pub(super) const fn has(attrs: &[Attr], name: &str) -> bool {
    let mut i = 0;
    while i < attrs.len() {
        if same(attrs[i].name, name) {
            return true;
        }
        i += 1;
    }
    false
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}
