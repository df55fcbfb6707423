//! Laws for every configuration, prior state and private state: a plan never panics and obeys Terraform; what was
//! applied and read plans to no change, however the system spells it; a plan with everything known completes the one
//! before it.

use proptest::prelude::*;

use super::rules::{check_plan, completes};
use super::system::{PlanNotes, answer};
use super::thing::{PART, THING, labels, map, object, text, texts};
use crate::diagnostic::has_errors;
use crate::engine::plan::notes::PlanNotes as Note;
use crate::engine::plan::planner::{Inputs, Plan, plan};
use crate::engine::read::observe::{LaidOver, known, lay_over, note_stamps, observe};
use crate::engine::values::private_state::PrivateState;
use crate::value::{Number, Object, Value};

/// Two numbers that are one float, the second its shortest decimal.
const THIRD: &str = "0.33333333333333333333333333333333333333333333333333";
const SAME_FLOAT: &str = "0.3333333333333333";

fn number(text: &str) -> Value {
    Value::Number(Number::parse(text).expect("a number"))
}

fn numbers(items: &[&str]) -> Value {
    Value::List(items.iter().map(|item| number(item)).collect())
}

/// Choices to draw from: bytes, so that proptest shrinks a failure to the simplest one.
struct Tape<'a>(std::slice::Iter<'a, u8>);

impl Tape<'_> {
    fn pick<const N: usize>(&mut self, options: [Value; N]) -> Value {
        options[self.below(N)].clone()
    }

    fn below(&mut self, end: usize) -> usize {
        usize::from(*self.0.next().unwrap_or(&0)) % end
    }

    fn flag(&mut self) -> bool {
        self.below(2) == 1
    }

    fn notes(&mut self) -> PlanNotes {
        PlanNotes { null: self.flag(), backwards: self.flag(), defaults: self.flag(), masked: self.flag() }
    }

    fn part(&mut self) -> Value {
        let given = [
            ("label", self.pick([text("a"), text("b"), text("c")])),
            ("hint", self.pick([Value::Null, text(""), text("h")])),
            ("size", self.pick([Value::Null, Value::int(1), Value::int(2)])),
            ("weight", self.pick([Value::Null, number("0.5"), number(THIRD), number(SAME_FLOAT)])),
        ];
        Value::Object(object(PART, &given))
    }

    fn parts(&mut self) -> Vec<Value> {
        (0..self.below(4)).map(|_| self.part()).collect()
    }

    fn config(&mut self) -> Object {
        let mut given = vec![
            ("name", text("n")),
            ("kind", self.pick([text("web"), text("db")])),
            ("note", self.pick([Value::Null, text("x"), text("y")])),
            ("tags", self.pick([Value::Null, map(&[]), map(&[("a", "1")]), map(&[("a", "2"), ("b", "1")])])),
            ("groups", self.pick([Value::Null, texts(&[]), texts(&["a", "b"]), texts(&["b", "a"]), texts(&["c"])])),
            ("labels", self.pick([Value::Null, labels(&[]), labels(&["a"]), labels(&["auto", "a"]), labels(&["b"])])),
            ("command", self.pick([Value::Null, texts(&[]), texts(&["sh"])])),
            ("mode", self.pick([Value::Null, text("on"), text("off")])),
            ("access", self.pick([Value::Null, text(""), text("open"), text("closed")])),
            ("limit", self.pick([Value::Null, Value::int(1), Value::int(2)])),
            ("score", self.pick([Value::Null, number("0.1"), number(THIRD), number(SAME_FLOAT)])),
            ("scores", self.pick([Value::Null, numbers(&[]), numbers(&["1", THIRD]), numbers(&[SAME_FLOAT, "1.0"])])),
            ("origin", self.pick([Value::Null, text("here")])),
            ("lid", self.pick([Value::Null, Value::Bool(true)])),
            ("parts", self.pick([Value::Null, Value::Bool(true)])),
            ("doors", self.pick([Value::Null, Value::Bool(true)])),
            ("bag", self.pick([Value::Null, Value::Bool(true)])),
        ];
        match self.below(4) {
            0 => {}
            1 => given.extend([
                ("secrets_wo", self.pick([map(&[("A", "1")]), map(&[("A", "2")])])),
                ("secrets_wo_version", self.pick([text("1"), text("2")])),
            ]),
            _ => given.push(("secrets", self.pick([map(&[]), map(&[("A", "1")]), map(&[("A", "1"), ("PORT", "1")])]))),
        }
        for (name, value) in &mut given {
            if !matches!(value, Value::Bool(_)) {
                continue;
            }
            *value = match *name {
                "lid" => self.part(),
                "parts" => Value::List(self.parts()),
                "doors" => Value::Map(["x", "y"].map(str::to_owned).into_iter().zip(self.parts()).collect()),
                _ => Value::set(self.parts()),
            };
        }
        object(THING.attrs, &given)
    }

    /// The configuration with some of its parts unknown. Not `kind` where that decides whether a configured value is
    /// the same as the prior one: Terraform allows two answers only, and the first plan cannot know which.
    fn blur(&mut self, config: &Object) -> Object {
        let mut blurred = config.clone();
        let kind_decides = ["command", "access", "secrets"].iter().any(|name| !config[*name].is_null());
        for (name, value) in &mut blurred {
            // The key must be known, and write-only attributes exist in a configuration only.
            let settable = name.ends_with("_wo")
                || name.ends_with("_version")
                || THING.attr(name).is_some_and(|attr| attr.settable());
            if name != "name" && !(name == "kind" && kind_decides) && settable && self.below(4) == 1 {
                *value = Value::Unknown;
            } else {
                self.blur_parts(value);
            }
        }
        blurred
    }

    /// The configuration with anything unknown at any depth, but for the key.
    fn blur_all(&mut self, config: &Object) -> Object {
        let settable = |name: &str| {
            name.ends_with("_wo") || name.ends_with("_version") || THING.attr(name).is_some_and(|attr| attr.settable())
        };
        let each = config.iter().map(|(name, value)| {
            let value = if name != "name" && settable(name) { self.blur_value(value) } else { value.clone() };
            (name.clone(), value)
        });
        each.collect()
    }

    fn blur_value(&mut self, value: &Value) -> Value {
        match value {
            _ if self.below(5) == 1 => Value::Unknown,
            Value::List(items) => Value::List(items.iter().map(|item| self.blur_value(item)).collect()),
            Value::Set(items) => Value::set(items.iter().map(|item| self.blur_value(item)).collect()),
            Value::Map(items) => {
                Value::Map(items.iter().map(|(key, item)| (key.clone(), self.blur_value(item))).collect())
            }
            // Computed attributes are never configured.
            Value::Object(part) => {
                let settable = |name: &str| PART.iter().any(|attr| attr.name == name && attr.settable());
                let each = part.iter().map(|(name, value)| {
                    let value = if settable(name) { self.blur_value(value) } else { value.clone() };
                    (name.clone(), value)
                });
                Value::Object(each.collect())
            }
            other => other.clone(),
        }
    }

    fn blur_parts(&mut self, value: &mut Value) {
        match value {
            Value::Object(part) => {
                for name in ["label", "hint", "size"] {
                    if self.below(3) == 1 {
                        part.insert(name.to_owned(), Value::Unknown);
                    }
                }
            }
            // A set stays known or becomes unknown as a whole: otherwise the pairing of its elements is open.
            Value::List(items) => items.iter_mut().for_each(|item| self.blur_parts(item)),
            Value::Map(items) => items.values_mut().for_each(|item| self.blur_parts(item)),
            _ => {}
        }
    }
}

fn planned(config: &Object, prior: Option<&Object>, private: &PrivateState) -> Plan {
    let plan = plan(&Inputs { resource: &THING, config, prior, private, version: None, defaults: None, first: None });
    let broken = check_plan(THING.attrs, config, prior, &plan.planned);
    assert!(broken.is_empty(), "{broken:?}");
    plan
}

/// The state and private state after an apply, and what every later read and plan of the same configuration must
/// give.
fn apply(tape: &mut Tape<'_>, plan: &Plan, config: &Object) -> (Object, PrivateState) {
    let sent: Vec<&str> = THING.managed().filter(|attr| attr.settable()).map(|attr| attr.name).collect();
    let sent: Vec<&str> = sent.into_iter().filter(|name| plan.planned[*name].is_known()).collect();
    let masked = |mut notes: PlanNotes| {
        // An answer that masks a value which the plan does not know says nothing about it.
        notes.masked &= config["secrets_wo"].is_null();
        notes
    };
    // A value that stands for the default is not sent.
    let sent: Vec<&str> = sent
        .into_iter()
        .filter(|name| !matches!(*name, "command" | "access") || !plan.planned[*name].is_empty())
        .collect();
    let notes = masked(tape.notes());
    let seen = answer(&plan.planned, config, notes);
    let mut planned = plan.planned.clone();
    if planned["token"].is_unknown() {
        planned.insert("token".to_owned(), text("once"));
    }
    let LaidOver { state, overruled } = lay_over(&THING, &planned, &seen, &sent, &PrivateState::default());
    assert!(overruled.is_empty(), "overruled: {:?}", overruled.iter().map(|it| it.attr.name).collect::<Vec<_>>());
    assert!(completes(&Value::Object(planned), &Value::Object(state.clone())), "the apply contradicts the plan");
    assert!(Value::Object(state.clone()).is_known(), "something is left unknown");
    let mut private = PrivateState::default();
    private.note_configured(THING.attrs, config);
    note_stamps(&THING, &seen, &mut private);

    let mut state = known(state);
    for _ in 0..2 {
        let notes = PlanNotes { defaults: notes.defaults, ..masked(tape.notes()) };
        let now = answer(&state, config, notes);
        let read = observe(&THING, &now, Some(&state), &mut private);
        let moved: Vec<&String> = read.keys().filter(|name| read[*name] != state[*name]).collect();
        assert!(moved.is_empty(), "a read with {notes:?} shows drift of {moved:?}");
        let again = self::planned(config, Some(&read), &private);
        let moved: Vec<&String> = read.keys().filter(|name| read[*name] != again.planned[*name]).collect();
        assert!(moved.is_empty(), "the second plan changes {moved:?}");
        state = read;
    }
    (state, private)
}

/// Where the plan of what is known contradicts the first plan, whose note it gets.
fn contradictions_in_spite_of_a_note(
    blurred: &Object,
    config: &Object,
    state: &Object,
    private: &PrivateState,
) -> Vec<String> {
    let early = planned(blurred, Some(state), private).planned;
    let note = Note::parse(&Note::of(THING.attrs, state, &early).noted_in(b""));
    let (prior, first) = (Some(state), note.as_ref());
    let last = plan(&Inputs { resource: &THING, config, prior, private, version: None, defaults: None, first }).planned;
    let broken = check_plan(THING.attrs, config, Some(state), &last);
    assert!(broken.is_empty(), "{broken:?}");
    last.iter().filter(|(name, value)| !completes(&early[*name], value)).map(|(name, _)| name.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn plans_obey_terraform_and_come_to_rest(bytes in prop::collection::vec(any::<u8>(), 0..160)) {
        let mut tape = Tape(bytes.iter());
        let first = tape.config();
        let blurred = tape.blur(&first);
        let early = planned(&blurred, None, &PrivateState::default());
        let create = planned(&first, None, &PrivateState::default());
        prop_assert!(completes(&Value::Object(early.planned), &Value::Object(create.planned.clone())));
        let (mut state, mut private) = apply(&mut tape, &create, &first);
        for _ in 0..2 {
            let config = tape.config();
            let blurred = tape.blur(&config);
            let early = planned(&blurred, Some(&state), &private);
            let update = planned(&config, Some(&state), &private);
            let open: Vec<&String> = update.planned.keys().filter(|name| !completes(&early.planned[*name], &update.planned[*name])).collect();
            prop_assert!(open.is_empty(), "the final plan contradicts the first in {:?}", open);
            let open = contradictions_in_spite_of_a_note(&tape.blur_all(&config), &config, &state, &private);
            prop_assert!(open.is_empty(), "the final plan contradicts the first in {:?}, in spite of its note", open);
            if has_errors(&update.diagnostics) {
                continue;
            }
            (state, private) = apply(&mut tape, &update, &config);
        }
    }
}
