//! Connections that a job is using: waited for as long as `timeouts` says, and told when that is over.

use std::time::Duration;

use tokio::time::Instant;

use super::*;
use crate::host::Applied;

async fn change(reporter: &Reporter, object: &Object, more: &Json) -> (Applied, Duration) {
    let planned = reporter.session.plan(object, &with(&minimal("orders"), more)).await;
    assert!(!planned.diagnostics.has_errors(), "{}", planned.diagnostics);
    let begun = Instant::now();
    let applied = reporter.session.apply(object, &planned).await;
    (applied, begun.elapsed())
}

fn start_job(reporter: &Reporter, refusals: Option<usize>) {
    reporter.manager.with(|manager| manager.start_job("orders", refusals));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_ends_is_waited_for() {
    let reporter = Reporter::new().await;
    let object = reporter.create(&minimal("orders")).await;
    start_job(&reporter, Some(12));
    let (applied, took) = change(&reporter, &object, &json!({"port": 1})).await;
    assert!(applied.diagnostics.is_clean(), "{}", applied.diagnostics);
    assert!(took > Duration::from_secs(30), "{took:?}");
    start_job(&reporter, Some(12));
    let destroyed = reporter.session.destroy(&applied.object).await;
    assert!(destroyed.diagnostics.is_clean(), "{}", destroyed.diagnostics);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_does_not_end_is_told_after_the_configured_time() {
    let reporter = Reporter::new().await;
    let object = reporter.create(&minimal("orders")).await;
    start_job(&reporter, None);
    let short = json!({"port": 1, "timeouts": {"update": "1m", "delete": "2m"}});
    let (applied, took) = change(&reporter, &object, &short).await;
    assert_eq!(took.as_secs(), 60, "{took:?}");
    assert!(
        applied.diagnostics.say("FET-1021") && applied.diagnostics.say("timeouts.update"),
        "{}",
        applied.diagnostics
    );
    assert_eq!(applied.object.state["port"], 5432, "nothing was changed");

    reporter.manager.with(|manager| manager.end_jobs());
    let config = with(&minimal("orders"), &short);
    let object = reporter.session.converge(&applied.object, &config).await;
    start_job(&reporter, None);
    let begun = Instant::now();
    let destroyed = reporter.session.destroy(&object).await;
    assert_eq!(begun.elapsed().as_secs(), 120, "{:?}", begun.elapsed());
    assert!(destroyed.diagnostics.say("timeouts.delete") && destroyed.object == object, "{}", destroyed.diagnostics);
}

/// A job may end in the last moment: the whole time is used.
#[tokio::test(start_paused = true)]
async fn a_short_time_is_used_to_its_end() {
    let reporter = Reporter::new().await;
    let object = reporter.create(&minimal("orders")).await;
    start_job(&reporter, None);
    for seconds in [1, 3, 10, 25] {
        let short = json!({"port": 1, "timeouts": {"update": format!("{seconds}s")}});
        let (applied, took) = change(&reporter, &object, &short).await;
        assert!(applied.diagnostics.say("FET-1021"), "{}", applied.diagnostics);
        assert_eq!(took.as_secs(), seconds, "{took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn unless_configured_it_is_ten_minutes() {
    let reporter = Reporter::new().await;
    let object = reporter.create(&minimal("orders")).await;
    start_job(&reporter, None);
    let (applied, took) = change(&reporter, &object, &json!({"port": 1})).await;
    assert!(applied.diagnostics.has_errors() && took.as_secs() == 600, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_wait() {
    let reporter = Reporter::new().await;
    let object = reporter.create(&minimal("orders")).await;
    start_job(&reporter, None);
    let begun = Instant::now();
    let more = json!({"port": 1});
    let (applied, ()) = tokio::join!(change(&reporter, &object, &more), async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        reporter.session.stop().await;
    });
    assert!(applied.0.diagnostics.has_errors() && begun.elapsed() < Duration::from_secs(70), "{:?}", begun.elapsed());
    assert_eq!(applied.0.object.state, object.state);
}
