//! What the provider keeps of an object beside its state, in Terraform's private bytes: which object it is, which
//! attributes the last apply found configured, which keys of secrets were write-only, and when the system's secret
//! last changed as far as known. Never a secret.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

use serde_json::{Map, Value as Json};

use crate::diagnostic::{Diagnostic, quoted};
use crate::engine::values::address::{has_key, keyless};
use crate::engine::values::full_read::FullRead;
use crate::engine::values::same::get;
use crate::engine::values::walk::objects;
use crate::schema::{Absent, Attr, Kind, Resource};
use crate::value::{At, Object, Path, Value};

/// The private state of one object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PrivateState {
    /// Paths of `or_computed` attributes that the last apply found configured.
    pub(crate) configured: BTreeSet<String>,
    /// Paths where the last apply found an empty value that stands for the system's default.
    pub(crate) defaulted: BTreeSet<String>,
    /// By path of a secret: its stamp after our last write or first read.
    pub(crate) stamps: BTreeMap<String, String>,
    /// By path of a secret map: the keys that its write-only argument last sent.
    pub(crate) write_only: BTreeMap<String, BTreeSet<String>>,
    /// Paths of values that are not in the state because the key that read the object last may not read them.
    pub(crate) unseen: BTreeSet<String>,
    /// By key attribute: the object that this belongs to. Only a hand-edited state can differ from it.
    pub(crate) keys: BTreeMap<String, String>,
    /// By path of an object that is configured inside, and empty for the object itself: the last read that showed all of
    /// its secrets.
    pub(crate) full_reads: BTreeMap<String, FullRead>,
}

impl PrivateState {
    /// The private state of an object with this state. Where another provider wrote it, what was configured is
    /// derived from the stored values.
    pub(crate) fn of(resource: &'static Resource, state: Option<&Object>, bytes: &[u8]) -> PrivateState {
        PrivateState::parse(bytes).unwrap_or_else(|| {
            let is_relevant = |attr: &&Attr| attr.is_stored_if_configured();
            let is_stored = |attr: &&Attr| state.is_some_and(|state| !get(state, attr.name).is_empty());
            let configured = resource.managed().filter(is_relevant).filter(is_stored);
            PrivateState {
                configured: configured.map(|attr| attr.name.to_owned()).collect(),
                ..PrivateState::default()
            }
        })
    }

    /// True when this provider planned, read or imported the object with these bytes.
    pub(crate) fn is_ours(bytes: &[u8]) -> bool {
        PrivateState::parse(bytes).is_some()
    }

    /// None for bytes that are not of this provider.
    pub(crate) fn parse(bytes: &[u8]) -> Option<PrivateState> {
        if bytes.is_empty() {
            return None;
        }
        let Ok(Json::Object(stored)) = serde_json::from_slice(bytes) else { return None };
        let text = |value: &Json| value.as_str().map(str::to_owned);
        let configured = stored.get("configured")?.as_array()?;
        let texts = |name| {
            let entries = stored.get(name).and_then(Json::as_object).into_iter().flatten();
            entries.filter_map(|(k, v)| Some((k.clone(), text(v)?))).collect()
        };
        let paths = |name| stored.get(name).and_then(Json::as_array).into_iter().flatten().filter_map(text).collect();
        Some(PrivateState {
            configured: configured.iter().filter_map(text).collect(),
            defaulted: paths("defaulted"),
            unseen: paths("unseen"),
            stamps: texts("stamps"),
            write_only: keys_by_path(stored.get("write_only")),
            keys: texts("keys"),
            full_reads: FullRead::all_from_json(stored.get("full_reads")),
        })
    }

    /// The bytes for Terraform; the same private state always gives the same bytes.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut stored = Map::new();
        stored.insert("configured".to_owned(), self.configured.iter().cloned().map(Json::String).collect());
        for (name, paths) in [("defaulted", &self.defaulted), ("unseen", &self.unseen)] {
            if !paths.is_empty() {
                stored.insert(name.to_owned(), paths.iter().cloned().map(Json::String).collect());
            }
        }
        for (name, texts) in [("stamps", &self.stamps), ("keys", &self.keys)] {
            if !texts.is_empty() {
                let texts = texts.iter().map(|(k, v)| (k.clone(), Json::String(v.clone()))).collect();
                stored.insert(name.to_owned(), Json::Object(texts));
            }
        }
        if !self.write_only.is_empty() {
            let keys = |keys: &BTreeSet<String>| keys.iter().cloned().map(Json::String).collect();
            let keys = self.write_only.iter().map(|(path, names)| (path.clone(), keys(names))).collect();
            stored.insert("write_only".to_owned(), Json::Object(keys));
        }
        if !self.full_reads.is_empty() {
            let reads = self.full_reads.iter().map(|(path, read)| (path.clone(), read.to_json())).collect();
            stored.insert("full_reads".to_owned(), Json::Object(reads));
        }
        Json::Object(stored).to_string().into_bytes()
    }

    /// The last read that showed all secrets of the object.
    pub(crate) fn full_read(&self) -> Option<&FullRead> {
        self.full_reads.get("")
    }

    /// Notes a read that showed all secrets.
    pub(crate) fn note_full_read(&mut self, read: FullRead) {
        self.full_reads.insert(String::new(), read);
    }

    /// Notes a read that a refresh needed. One that has found nothing new is not noted unless it `renews`: the private
    /// state of an object that did not change stays the same.
    pub(crate) fn note_refresh(&mut self, read: Option<FullRead>, renews: bool) {
        if let Some(read) = read
            && (renews || !self.full_read().is_some_and(|before| before.shows_same(&read)))
        {
            self.note_full_read(read);
        }
    }

    /// The keys that the write-only argument of the secret at this path last sent, if it sent any.
    pub(crate) fn write_only_keys(&self, at: &At<'_>) -> Option<&BTreeSet<String>> {
        if self.write_only.is_empty() { None } else { self.write_only.get(&*at.exact()) }
    }

    /// Notes which keys the write-only arguments have at the system now. `sent`: the attributes that the request carried.
    pub(crate) fn note_write_only(&mut self, resource: &'static Resource, config: &Object, sent: &[&str]) {
        for attr in resource.managed().filter(|attr| attr.is_secret() && matches!(attr.kind, Kind::Map(_))) {
            match get(config, &attr.write_only_name()) {
                _ if get(config, &attr.version_name()).is_null() => drop(self.write_only.remove(attr.name)),
                Value::Map(entries) if sent.contains(&attr.name) || !self.write_only.contains_key(attr.name) => {
                    self.write_only.insert(attr.name.to_owned(), entries.keys().cloned().collect());
                }
                _ => {}
            }
        }
    }

    /// The private state of the object that is configured at this place inside this one.
    pub(crate) fn within(&self, place: &Path) -> PrivateState {
        let prefix = format!("{}.", place.exact());
        let inside = |path: &String| path.strip_prefix(&prefix).map(str::to_owned);
        PrivateState {
            configured: self.configured.iter().filter_map(inside).collect(),
            defaulted: self.defaulted.iter().filter_map(inside).collect(),
            stamps: self.stamps.iter().filter_map(|(path, stamp)| Some((inside(path)?, stamp.clone()))).collect(),
            write_only: self.write_only.iter().filter_map(|(path, keys)| Some((inside(path)?, keys.clone()))).collect(),
            unseen: self.unseen.iter().filter_map(inside).collect(),
            full_reads: self
                .full_reads
                .get(&place.exact())
                .map(|read| (String::new(), read.clone()))
                .into_iter()
                .collect(),
            ..PrivateState::default()
        }
    }

    /// Replaces what is kept of the secrets of the object at this place.
    pub(crate) fn put_within(&mut self, place: &Path, inner: PrivateState) {
        let prefix = format!("{}.", place.exact());
        self.stamps.retain(|path, _| !path.starts_with(&prefix));
        self.write_only.retain(|path, _| !path.starts_with(&prefix));
        self.unseen.retain(|path| !path.starts_with(&prefix));
        self.stamps.extend(inner.stamps.into_iter().map(|(path, stamp)| (format!("{prefix}{path}"), stamp)));
        self.write_only.extend(inner.write_only.into_iter().map(|(path, keys)| (format!("{prefix}{path}"), keys)));
        self.unseen.extend(inner.unseen.into_iter().map(|path| format!("{prefix}{path}")));
        self.full_reads.remove(&place.exact());
        self.full_reads.extend(inner.full_reads.into_values().map(|read| (place.exact(), read)));
    }

    /// Forgets the stamps of the object's own secrets, and when they were read: the next ones that are read are accepted.
    pub(crate) fn forget_stamps(&mut self, resource: &'static Resource) {
        self.stamps.retain(|path, _| resource.attr(path).is_none());
        self.full_reads.remove("");
    }

    /// Notes which object this belongs to.
    pub(crate) fn note_keys(&mut self, resource: &'static Resource, state: &Object) {
        let key = |attr: &'static Attr| Some((attr.name.to_owned(), get(state, attr.name).as_str()?.to_owned()));
        self.keys = resource.keys().filter_map(key).collect();
    }

    /// Why nothing may be planned or read with this state: it has no key, or it refers to a different object than the one
    /// that was written or imported.
    pub(crate) fn state_error(&self, resource: &'static Resource, state: &Object) -> Option<Diagnostic> {
        self.mistaken(resource, state).or_else(|| (!has_key(resource, state)).then(|| keyless(resource)))
    }

    fn mistaken(&self, resource: &'static Resource, state: &Object) -> Option<Diagnostic> {
        let differs =
            |attr: &&Attr| self.keys.get(attr.name).is_some_and(|key| get(state, attr.name).as_str() != Some(key));
        let attr = resource.keys().find(differs)?;
        let detail = format!(
            "Its `{name}` is {now}, but the state was stored for {then}. The state file may have been edited by \
             hand. Restore the old `{name}`, or remove the {noun} from the state (`terraform state rm`) and \
             import the intended one.",
            name = attr.name,
            now = get(state, attr.name).as_str().map_or_else(|| "missing".to_owned(), quoted),
            then = quoted(&self.keys[attr.name]),
            noun = resource.noun(),
        );
        let summary = format!("The state refers to a different {}", resource.noun());
        Some(Diagnostic::error(summary, detail).at(Path::attribute(attr.name)))
    }

    /// True when no key has read the value at this path, whatever the state holds there.
    pub(crate) fn is_unseen(&self, at: &At<'_>) -> bool {
        !self.unseen.is_empty() && self.unseen.contains(&*at.exact())
    }

    pub(crate) fn was_configured(&self, at: &At<'_>) -> bool {
        !self.configured.is_empty() && self.configured.contains(&*at.exact())
    }

    /// True when the user wrote the empty value that stands for the default there.
    pub(crate) fn was_defaulted(&self, at: &At<'_>) -> bool {
        !self.defaulted.is_empty() && self.defaulted.contains(&*at.exact())
    }

    /// Notes which `or_computed` attributes this configuration names.
    pub(crate) fn note_configured(&mut self, attrs: &'static [Attr], config: &Object) {
        let before = PrivateState {
            configured: take(&mut self.configured),
            defaulted: take(&mut self.defaulted),
            ..PrivateState::default()
        };
        self.note(attrs, config, &At::Root, &before);
    }

    fn note(&mut self, attrs: &'static [Attr], config: &Object, at: &At<'_>, before: &PrivateState) {
        for attr in attrs.iter().filter(|attr| attr.settable()) {
            let (value, at) = (get(config, attr.name), at.then(attr.name));
            match attr.absent() {
                Absent::Computed if is_configured(attr, value) => drop(self.configured.insert(at.exact().into_owned())),
                // When it is removed from the configuration afterwards, the empty value stays in the state.
                Absent::Computed if !value.is_null() || before.was_defaulted(&at) => {
                    self.defaulted.insert(at.exact().into_owned());
                }
                _ => {}
            }
            let Some(nested) = attr.kind.nested() else { continue };
            if attr.is_ordered() {
                objects(value, &at, &mut |object, at| self.note(nested, object, at, before));
            }
        }
    }
}

fn keys_by_path(stored: Option<&Json>) -> BTreeMap<String, BTreeSet<String>> {
    let key = |key: &Json| key.as_str().map(str::to_owned);
    let keys = |keys: &Json| keys.as_array()?.iter().map(key).collect::<Option<BTreeSet<String>>>();
    let entries = stored.and_then(Json::as_object).into_iter().flatten();
    entries.filter_map(|(path, found)| Some((path.clone(), keys(found)?))).collect()
}

/// True when the configuration names the attribute: an empty value that stands for the default names nothing.
pub(crate) fn is_configured(attr: &Attr, value: &Value) -> bool {
    !(value.is_null() || (attr.empty_is_default() && value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tests::{THING, text, thing};

    #[test]
    fn bytes_and_memory_are_each_others_inverse() {
        let private = PrivateState {
            configured: ["command".to_owned(), "roles[\"a\"].command".to_owned()].into(),
            defaulted: ["roles[\"a\"].command".to_owned()].into(),
            unseen: ["secrets".to_owned()].into(),
            stamps: [("secrets".to_owned(), "2026-01-01T00:00:00Z".to_owned())].into(),
            write_only: [("secrets".to_owned(), ["a".to_owned(), "b".to_owned()].into())].into(),
            keys: [("name".to_owned(), "n".to_owned())].into(),
            full_reads: [(String::new(), full_read("a", 1)), ("roles[\"a\"]".to_owned(), full_read("b", 2))].into(),
        };
        assert_eq!(PrivateState::parse(&private.to_bytes()), Some(private));
    }

    fn full_read(id: &str, time: i64) -> FullRead {
        FullRead { id: id.to_owned(), stamp: Some("s".to_owned()), time, own: false }
    }

    #[test]
    fn a_refresh_that_finds_nothing_new_leaves_the_memory_as_it_is() {
        let mut private = PrivateState::default();
        private.note_refresh(Some(full_read("a", 1)), false);
        private.note_refresh(Some(full_read("a", 2)), false);
        private.note_refresh(None, true);
        assert_eq!(private.full_read(), Some(&full_read("a", 1)));
        private.note_refresh(Some(full_read("a", 3)), true);
        assert_eq!(private.full_read(), Some(&full_read("a", 3)));
        private.note_refresh(Some(full_read("b", 4)), false);
        assert_eq!(private.full_read(), Some(&full_read("b", 4)));
    }

    #[test]
    fn strange_bytes_are_no_memory() {
        for bytes in [&b""[..], b"null", b"{", b"[1]", b"{\"configured\":3,\"stamps\":[],\"keys\":{\"name\":1}}"] {
            assert_eq!(PrivateState::parse(bytes), None);
        }
    }

    #[test]
    fn a_state_of_another_object_is_reported() {
        let mut private = PrivateState::default();
        assert!(private.mistaken(&THING, &thing(&[])).is_none(), "nothing is known of it");
        private.note_keys(&THING, &thing(&[]));
        assert!(private.mistaken(&THING, &thing(&[("note", text("x"))])).is_none());
        let error = private.mistaken(&THING, &thing(&[("name", text("other"))])).expect("an error");
        assert!(error.detail.contains("`name` is \"other\", but the state was stored for \"n\""), "{}", error.detail);
    }

    #[test]
    fn what_is_remembered_of_an_object_inside_stays_apart_from_the_outer_ones() {
        let place = |key: &str| Path::attribute("doors").key(key);
        let private = |key: &str| {
            let keys = [key.to_owned()].into();
            PrivateState { write_only: [("secrets".to_owned(), keys)].into(), ..PrivateState::default() }
        };
        let mut outer = private("A");
        outer.stamps.insert("secrets".to_owned(), "t".to_owned());
        let mut inner = private("B");
        inner.stamps.insert("secrets".to_owned(), "u".to_owned());
        outer.put_within(&place("x"), inner.clone());
        outer.put_within(&place("x y"), inner.clone());
        assert_eq!((outer.within(&place("x")), outer.within(&place("z"))), (inner.clone(), PrivateState::default()));
        outer.put_within(&place("x"), PrivateState::default());
        assert_eq!((outer.stamps.len(), outer.write_only.len()), (2, 2));
        outer.forget_stamps(&THING);
        inner.note_full_read(full_read("a", 1));
        outer.put_within(&place("x"), inner.clone());
        assert_eq!((outer.within(&place("x")), outer.full_read()), (inner, None));
        outer.put_within(&place("x"), PrivateState::default());
        assert_eq!(outer.stamps.into_keys().collect::<Vec<_>>(), ["doors[\"x y\"].secrets"]);
    }
}
