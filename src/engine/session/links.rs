//! The links that the configurations planned so far declare, so that a plan can warn when the two ends of a link contradict
//! each other. They are used for warnings only.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use crate::schema::Link;

/// An attribute of a type.
type End = (&'static str, &'static str);

/// What one object declares: the objects that it is linked to.
struct Declared {
    /// The object in messages.
    called: String,
    others: BTreeSet<String>,
}

/// By attribute, and by the value with which the other end names the object.
#[derive(Default)]
pub(crate) struct Links(Mutex<BTreeMap<End, BTreeMap<String, Declared>>>);

/// An object that is linked to another on one end only, although both ends are declared.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Contradiction {
    /// The other object in messages.
    pub(crate) called: String,
    /// Whether this end has the link; the other one has it otherwise.
    pub(crate) is_here: bool,
}

impl Links {
    /// Adds what an object declares, and returns where the other end declares something else. `own`: what the other end
    /// names the object.
    pub(crate) fn declare(
        &self,
        end: End,
        link: Link,
        own: &str,
        called: String,
        others: BTreeSet<String>,
    ) -> Vec<Contradiction> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let opposite = all.get(&(link.table, link.attribute));
        let differs = |(name, there): (&String, &Declared)| {
            let is_here = others.contains(name);
            (is_here != there.others.contains(own)).then(|| Contradiction { called: there.called.clone(), is_here })
        };
        let found = opposite.into_iter().flatten().filter_map(differs).collect();
        all.entry(end).or_default().insert(own.to_owned(), Declared { called, others });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: End = ("x_host", "rules");
    const HOSTS: End = ("x_rule", "hosts");
    const TO_RULE: Link = Link { table: "x_rule", attribute: "hosts", own: "id" };
    const TO_HOST: Link = Link { table: "x_host", attribute: "rules", own: "id" };

    #[test]
    fn two_ends_that_differ_are_found_by_the_second_one() {
        let links = Links::default();
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let host = |own, rules: &[&str]| links.declare(RULES, TO_RULE, own, format!("host {own}"), set(rules));
        let rule = |own, hosts: &[&str]| links.declare(HOSTS, TO_HOST, own, format!("rule {own}"), set(hosts));
        assert_eq!(host("h1", &["r1"]), []);
        assert_eq!(host("h2", &[]), []);
        assert_eq!(rule("r1", &["h1"]), [], "both alike");
        let missing = Contradiction { called: "host h1".to_owned(), is_here: false };
        let extra = Contradiction { called: "host h2".to_owned(), is_here: true };
        assert_eq!(rule("r1", &["h2"]), [missing, extra]);
        assert_eq!(rule("r2", &["h3"]), [], "h3 declares nothing");
    }
}
