//! Which cases of a product are tried. Tests over every table multiply types, operations, requests, faults and values: all
//! of it takes longer than anybody waits, and longer with every type. So such a test has a budget, which does not grow, and
//! its cases are drawn: from each group in turn, so that every type and every request of an operation has its share,
//! whatever the seed. Three variables of the environment decide (CONTRIBUTING); nothing here may depend on anything else,
//! such as the time, so that one seed is the same cases on every machine.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::LazyLock;

/// Other cases are drawn with another number.
const SEED: &str = "HOOP_TEST_SEED";
/// Every case is tried, and so many times as many of those that have no end.
const ALL: &str = "HOOP_TEST_ALL";
/// Only cases whose name contains this text are tried, and all of them.
const CASE: &str = "HOOP_TEST_CASE";

struct Draw {
    seed: u64,
    all: Option<u32>,
    case: Option<String>,
}

static DRAW: LazyLock<Draw> = LazyLock::new(|| {
    let draw = Draw::read(|name| std::env::var(name).ok());
    // Past the capture of the test runner, which shows it only beside a failure.
    let told = writeln!(std::io::stderr(), "cases are drawn: {}", draw.settings());
    told.expect("stderr is open");
    draw
});

/// About as many cases as the budget says, the same for one seed; at least one of each group, whatever the budget.
/// `product` tells this draw from others.
pub(crate) fn some<C>(product: &str, cases: Vec<C>, group: impl Fn(&C) -> String, budget: usize) -> Vec<C> {
    DRAW.some(product, cases, group, budget)
}

/// The part of a budget that one of several has.
pub(crate) fn share(budget: usize, among: usize) -> usize {
    budget.div_ceil(among.max(1))
}

/// How many cases are tried of those that have no end.
pub(crate) fn endless(cases: u32) -> u32 {
    cases * DRAW.all.unwrap_or(1)
}

/// Whether the case of this name is one of those that are asked for.
pub(crate) fn is_wanted(name: &str) -> bool {
    DRAW.case.as_ref().is_none_or(|case| name.contains(case))
}

/// Whether single cases are asked for, so that nothing can be said of how many there are.
pub(crate) fn is_partial() -> bool {
    DRAW.case.is_some()
}

pub(crate) fn seed() -> u64 {
    DRAW.seed
}

/// Lots for something that is drawn once.
pub(crate) fn lots(what: &str) -> Lots {
    DRAW.lots(what)
}

/// What drew the cases of this run.
pub(crate) fn settings() -> String {
    DRAW.settings()
}

/// The command that tries this case of the test that is running, and nothing else.
pub(crate) fn alone(name: &str) -> String {
    let thread = std::thread::current();
    format!("{CASE}={} cargo test --test it {}", quoted(name), thread.name().unwrap_or_default())
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

impl Draw {
    /// # Panics
    /// If a number is none.
    fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name| variable(name).filter(|text| !text.is_empty());
        let number = |name| text(name).map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")));
        let all = number(ALL).map(|times: u64| u32::try_from(times).expect("a small number").max(1));
        Self { seed: number(SEED).unwrap_or(0), all, case: text(CASE) }
    }

    fn settings(&self) -> String {
        let all = self.all.map(|times| format!(" {ALL}={times}")).unwrap_or_default();
        let case = self.case.as_ref().map(|case| format!(" {CASE}={}", quoted(case))).unwrap_or_default();
        format!("{SEED}={}{all}{case}", self.seed)
    }

    fn lots(&self, what: &str) -> Lots {
        // FNV-1a, so that what one test draws says nothing about another.
        let mixed = what.bytes().fold(0xCBF2_9CE4_8422_2325 ^ self.seed, |mixed, byte| {
            (mixed ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
        });
        Lots(mixed)
    }

    fn some<C>(&self, product: &str, cases: Vec<C>, group: impl Fn(&C) -> String, budget: usize) -> Vec<C> {
        if self.all.is_some() || self.case.is_some() || cases.len() <= budget {
            return cases;
        }
        let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, case) in cases.iter().enumerate() {
            groups.entry(group(case)).or_default().push(index);
        }
        let budget = budget.max(groups.len());
        // The lots are the group's own: a type that is added moves no case of another.
        let dealt = groups.into_iter().flat_map(|(name, mut indices)| {
            let mut lots = self.lots(&format!("{product} {name}"));
            lots.shuffle(&mut indices);
            indices.into_iter().enumerate().map(move |(turn, index)| (turn, lots.draw(), index)).collect::<Vec<_>>()
        });
        let mut dealt: Vec<_> = dealt.collect();
        dealt.sort_unstable();
        let mut drawn = vec![false; cases.len()];
        dealt.iter().take(budget).for_each(|(_, _, index)| drawn[*index] = true);
        cases.into_iter().zip(drawn).filter_map(|(case, drawn)| drawn.then_some(case)).collect()
    }
}

/// Lots that are the same for the same seed.
pub(crate) struct Lots(u64);

impl Lots {
    /// SplitMix64, by Sebastiano Vigna.
    pub(crate) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.draw() % end as u64) as usize
    }

    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (2..=items.len()).rev() {
            items.swap(end - 1, self.below(end));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Three types of very different size.
    fn cases() -> Vec<(&'static str, usize)> {
        [("large", 500), ("small", 2), ("one", 1)]
            .iter()
            .flat_map(|(ty, count)| (0..*count).map(|nth| (*ty, nth)))
            .collect()
    }

    fn with(variables: &[(&str, &str)]) -> Draw {
        Draw::read(|name| variables.iter().find(|(of, _)| *of == name).map(|(_, value)| (*value).to_owned()))
    }

    fn drawn(draw: &Draw, budget: usize) -> Vec<(&'static str, usize)> {
        draw.some("a test", cases(), |(ty, _)| (*ty).to_owned(), budget)
    }

    #[test]
    fn every_group_has_its_share_whatever_the_seed_and_the_budget() {
        for seed in 0..50 {
            let draw = with(&[(SEED, &seed.to_string())]);
            for (budget, large) in [(0, 1), (1, 1), (9, 6), (100, 97)] {
                let drawn = drawn(&draw, budget);
                let of = |ty: &str| drawn.iter().filter(|(of, _)| *of == ty).count();
                assert_eq!((of("large"), of("one")), (large, 1), "seed {seed}, budget {budget}");
                assert_eq!(of("small"), if budget < 9 { 1 } else { 2 }, "seed {seed}, budget {budget}");
            }
        }
    }

    #[test]
    fn one_seed_is_one_draw_and_others_reach_every_case() {
        let of = |seed: u64| drawn(&with(&[(SEED, &seed.to_string())]), 20);
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
        let reached: BTreeSet<_> = (0..300).flat_map(of).collect();
        assert_eq!(reached.len(), cases().len());
    }

    #[test]
    fn a_new_group_moves_no_case_of_another() {
        let draw = with(&[]);
        let fewer: Vec<_> = cases().into_iter().filter(|(ty, _)| *ty != "one").collect();
        let before = draw.some("a test", fewer, |(ty, _)| (*ty).to_owned(), 19);
        let after = drawn(&draw, 20);
        assert!(before.iter().all(|case| after.contains(case)), "{before:?} {after:?}");
    }

    #[test]
    fn all_cases_and_single_ones_are_not_drawn() {
        assert_eq!(drawn(&with(&[(ALL, "1")]), 20), cases());
        assert_eq!(drawn(&with(&[(CASE, "large")]), 20), cases());
        assert_ne!(drawn(&with(&[(ALL, ""), (CASE, "")]), 20), cases());
    }

    #[test]
    fn what_is_told_can_be_typed() {
        let draw = with(&[(SEED, "7"), (ALL, "20"), (CASE, "a user's")]);
        assert_eq!(draw.settings(), r"HOOP_TEST_SEED=7 HOOP_TEST_ALL=20 HOOP_TEST_CASE='a user'\''s'");
        let test = "draw::tests::what_is_told_can_be_typed";
        assert_eq!(alone("one"), format!("HOOP_TEST_CASE='one' cargo test --test it {test}"));
    }
}
