//! The checks of tables at compile time. They find what concerns more than one attribute; `builder` checks one.

use super::attr::Attr;
use super::kind::{Absent, Kind, Replaces};
use super::list::Filter;

/// Names that Terraform reserves in the block of a resource or data source.
const RESERVED: &[&str] = &["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"];

/// The same in the block of a provider.
const RESERVED_IN_PROVIDER: &[&str] = &["alias", "version"];

/// Contradictions in the attributes of a resource.
pub(super) const fn check(attrs: &[Attr]) {
    check_entry(attrs);
    let mut i = 0;
    while i < attrs.len() {
        let attr = &attrs[i];
        assert!(
            !attr.key
                || !attr.settable()
                || attr.renames_object()
                || matches!(attr.replaces_on(), Some(Replaces::Always)),
            "a key that is configured needs renames() or replaces()"
        );
        if let (true, Kind::List(Kind::Object(elements))) = (!attr.is_ordered(), attr.kind) {
            assert!(
                !hides(elements),
                "the elements of an unordered list are identified by their values, so none may be hidden"
            );
        }
        if let (Some(path), Kind::Set(Kind::Object(elements))) = (attr.element_path(), attr.kind) {
            assert!(count_keys(elements) == 1, "the elements of partial() need one key()");
            assert!(fits(path, attrs, elements), "the path of partial() names an attribute that the table lacks");
        }
        if let Some(nested) = attr.kind.nested() {
            check_nested(nested, attr.element_path().is_some());
        }
        i += 1;
    }
}

/// Contradictions in the attributes of a resource or data source.
pub(super) const fn check_entry(attrs: &[Attr]) {
    check_object(attrs, &[]);
    check_reserved(attrs, RESERVED);
}

/// Contradictions in the attributes of a provider, `others` being those that come with every provider.
pub(super) const fn check_provider(attrs: &[Attr], others: &[Attr]) {
    check_object(attrs, &[]);
    check_reserved(attrs, RESERVED_IN_PROVIDER);
    let mut i = 0;
    while i < attrs.len() {
        assert!(!has(others, attrs[i].name), "an attribute of this name comes with every provider");
        i += 1;
    }
}

/// Contradictions between the attributes of one object, and in nested attributes. `beside` are attributes of the same
/// object that are not configured with it.
const fn check_object(attrs: &[Attr], beside: &[Attr]) {
    let mut i = 0;
    while i < attrs.len() {
        let attr = &attrs[i];
        assert!(is_name(attr.name), "a name is lower-case letters, digits and underscores, and no digit comes first");
        let mut j = 0;
        while j < attrs.len() {
            assert!(i == j || !same(attr.name, attrs[j].name), "two attributes have the same name");
            if attr.is_secret() {
                let taken = ends(attrs[j].name, attr.name, "_wo") || ends(attrs[j].name, attr.name, "_wo_version");
                assert!(!taken, "an attribute has the name of a secret's write-only argument or version");
            }
            j += 1;
        }
        let mut k = 0;
        while k < attr.followed().len() {
            let followed = has(attrs, attr.followed()[k]) || has(beside, attr.followed()[k]);
            assert!(followed, "follows() names an attribute that the table lacks");
            k += 1;
        }
        if let Some(stamp) = attr.stamp() {
            let stamped = has(attrs, stamp) || has(beside, stamp);
            assert!(stamped, "stamped_by() names an attribute that the table lacks");
        }
        if let Some(version) = attr.since {
            assert!(is_version(version), "since() is a version: up to three numbers with dots between them");
        }
        if let Some(nested) = attr.kind.nested() {
            let is_set = matches!(attr.kind, Kind::Set(_));
            assert!(!is_set || !has_secret(nested), "Terraform allows no write-only attributes in a set");
            check_object(
                nested,
                match attr.child_objects() {
                    Some(children) => children.table.attrs,
                    None => &[],
                },
            );
        }
        i += 1;
    }
}

/// Builder methods that are not for nested attributes. `keyed`: the elements have a key.
const fn check_nested(attrs: &[Attr], keyed: bool) {
    let mut i = 0;
    while i < attrs.len() {
        let attr = &attrs[i];
        assert!(keyed || !attr.key, "a nested key() is for the elements of partial()");
        let changes = attr.replaces_on().is_some() || attr.is_fixed() || attr.renames_object();
        assert!(!changes, "replaces(), renames() and fixed() are for attributes of the object itself");
        assert!(
            attr.element_path().is_none() && attr.child_objects().is_none(),
            "only the object itself has elements and children"
        );
        assert!(
            attr.header_name().is_none() && attr.default_setting().is_none(),
            "header() and default_from() are for the object itself"
        );
        if let Some(nested) = attr.kind.nested() {
            check_nested(nested, false);
        }
        i += 1;
    }
}

const fn check_reserved(attrs: &[Attr], reserved: &[&str]) {
    let mut i = 0;
    while i < reserved.len() {
        assert!(!has(attrs, reserved[i]), "Terraform reserves this name");
        i += 1;
    }
}

/// True when responses do not show all of an object.
const fn hides(attrs: &[Attr]) -> bool {
    let mut i = 0;
    while i < attrs.len() {
        if attrs[i].is_secret() || !attrs[i].is_readable() {
            return true;
        }
        i += 1;
    }
    false
}

const fn has_secret(attrs: &[Attr]) -> bool {
    let mut i = 0;
    while i < attrs.len() {
        if attrs[i].is_secret() {
            return true;
        }
        if let Some(nested) = attrs[i].kind.nested()
            && has_secret(nested)
        {
            return true;
        }
        i += 1;
    }
    false
}

/// True when every `{name}` in a template is one of these attributes; `{}` is for the hook `path_part`.
pub(super) const fn fits(template: &str, attrs: &[Attr], others: &[Attr]) -> bool {
    let mut rest = template.as_bytes();
    while let Some(start) = find(rest, b'{') {
        rest = rest.split_at(start + 1).1;
        let Some(end) = find(rest, b'}') else { return false };
        let name = rest.split_at(end).0;
        if !(name.is_empty() || has_bytes(attrs, name) || has_bytes(others, name)) {
            return false;
        }
        rest = rest.split_at(end).1;
    }
    true
}

/// True when no attribute that is not configured is emptied.
pub(super) const fn keeps_the_rest(attrs: &[Attr]) -> bool {
    let mut i = 0;
    while i < attrs.len() {
        let attr = &attrs[i];
        if attr.is_optional() && !matches!(attr.absent(), Absent::Computed) {
            return false;
        }
        i += 1;
    }
    true
}

/// True when the template contains `{}`.
pub(super) const fn names_hook(template: &str) -> bool {
    let mut rest = template.as_bytes();
    while let Some(start) = find(rest, b'{') {
        rest = rest.split_at(start + 1).1;
        if !rest.is_empty() && rest[0] == b'}' {
            return true;
        }
    }
    false
}

/// True when every `{name}` of a template is one of these names.
pub(super) const fn is_given(template: &str, filters: &[Filter]) -> bool {
    let mut rest = template.as_bytes();
    while let Some(start) = find(rest, b'{') {
        rest = rest.split_at(start + 1).1;
        let Some(end) = find(rest, b'}') else { return false };
        if !is_filter(filters, rest.split_at(end).0) {
            return false;
        }
    }
    true
}

pub(super) const fn is_filter(filters: &[Filter], name: &[u8]) -> bool {
    let mut i = 0;
    while i < filters.len() {
        if same_bytes(filters[i].attr.name.as_bytes(), name) {
            return true;
        }
        i += 1;
    }
    false
}

const fn find(text: &[u8], byte: u8) -> Option<usize> {
    let mut i = 0;
    while i < text.len() {
        if text[i] == byte {
            return Some(i);
        }
        i += 1;
    }
    None
}

const fn is_name(name: &str) -> bool {
    let name = name.as_bytes();
    let mut i = 0;
    while i < name.len() {
        if !(name[i].is_ascii_lowercase() || name[i] == b'_' || (i > 0 && name[i].is_ascii_digit())) {
            return false;
        }
        i += 1;
    }
    !name.is_empty()
}

/// Up to three numbers with dots between them.
pub(super) const fn is_version(text: &str) -> bool {
    let text = text.as_bytes();
    let (mut dots, mut digits, mut i) = (0, 0, 0);
    while i < text.len() {
        match text[i] {
            b'0'..=b'9' => digits += 1,
            b'.' if digits > 0 => {
                dots += 1;
                digits = 0;
            }
            _ => return false,
        }
        i += 1;
    }
    digits > 0 && dots <= 2
}

/// True when `name` is `start` and then `end`.
const fn ends(name: &str, start: &str, end: &str) -> bool {
    let (name, start) = (name.as_bytes(), start.as_bytes());
    if name.len() < start.len() {
        return false;
    }
    let (before, after) = name.split_at(start.len());
    same_bytes(before, start) && same_bytes(after, end.as_bytes())
}

pub(super) const fn count_partial(attrs: &[Attr]) -> usize {
    let (mut count, mut i) = (0, 0);
    while i < attrs.len() {
        if attrs[i].element_path().is_some() {
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
    has_bytes(attrs, name.as_bytes())
}

const fn has_bytes(attrs: &[Attr], name: &[u8]) -> bool {
    let mut i = 0;
    while i < attrs.len() {
        if same_bytes(attrs[i].name.as_bytes(), name) {
            return true;
        }
        i += 1;
    }
    false
}

const fn same(a: &str, b: &str) -> bool {
    same_bytes(a.as_bytes(), b.as_bytes())
}

const fn same_bytes(a: &[u8], b: &[u8]) -> bool {
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

#[cfg(test)]
mod tests;
