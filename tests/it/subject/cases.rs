//! Many cases that are told from the tables: tried on two threads, and all that fail are told together, each with the
//! command that tries it alone.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::Subject;
use crate::draw;

pub(crate) type Make = fn() -> Box<dyn Subject>;

/// Within it the kernel delivers what is under way.
const KERNEL: Duration = Duration::from_micros(50);

/// One case, in a runtime of its own: whatever it leaves behind ends with it.
pub(crate) fn alone<T>(work: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    // The clock goes on as soon as nothing is left to do. On a busy machine the kernel may still have to deliver what was
    // sent on the loopback: it gets its turn first. To yield is not enough, since others may have the turn instead.
    runtime.enable_all().start_paused(true).on_thread_park(|| thread::sleep(KERNEL));
    runtime.build().expect("a runtime").block_on(work)
}

/// Tries every case that is wanted. Returns what came of each, in no order.
///
/// # Panics
/// With the names of those that panicked, what they said, and how to try them again.
pub(crate) fn try_each<C: Sync, T: Send>(
    cases: &[C],
    name: impl Fn(&C) -> String + Sync,
    work: impl Fn(&C) -> T + Sync,
) -> Vec<T> {
    let cases: Vec<&C> = cases.iter().filter(|case| draw::is_wanted(&name(case))).collect();
    let (next, found, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(&case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match catch_unwind(AssertUnwindSafe(|| work(case))) {
                        Ok(one) => done.lock().expect("the list").push(one),
                        Err(panic) => {
                            let said = panic.downcast_ref::<String>().cloned();
                            let said = said.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
                            let said = said.unwrap_or_default();
                            found.lock().expect("the list").push((name(case), said));
                        }
                    }
                }
            });
        }
    });
    let found = found.into_inner().expect("the list");
    let told = found.iter().map(|(name, said)| format!("{name}: {said}\n  alone: {}\n", draw::alone(name)));
    let told: String = told.collect();
    assert!(found.is_empty(), "{} of {} cases with {}:\n{told}", found.len(), cases.len(), draw::settings());
    done.into_inner().expect("the list")
}

/// Between two requests that differ in their query only: the parts of a list, of which the first and the last are tried.
pub(crate) fn is_one_of_many(requests: &[String], index: usize) -> bool {
    let same = |other: Option<&String>| other == Some(&requests[index]);
    index > 0 && same(requests.get(index - 1)) && same(requests.get(index + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_that_fails_says_how_to_try_it_alone() {
        let panics = |case: &&str| assert!(*case != "the second", "it is wrong");
        let tried = || try_each(&["the first", "the second"], |case| (*case).to_owned(), panics);
        let failed = catch_unwind(AssertUnwindSafe(tried)).expect_err("one of them panics");
        let said = failed.downcast_ref::<String>().expect("words");
        let command = "HOOP_TEST_CASE='the second' cargo test --test it subject::cases::tests::a_case_that_fails";
        assert!(said.contains("HOOP_TEST_SEED=") && said.contains("the second: it is wrong"), "{said}");
        assert!(said.contains(command) && !said.contains("the first"), "{said}");
    }
}
