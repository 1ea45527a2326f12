//! Operators, their banks, Stripe, time and bad luck, by seed, against the real portal and the real
//! sandbox: whatever happens, in the end nothing is lost, no charge was made that nobody agreed to, and
//! no limit was ever exceeded.
//!
//! `make simulate SEEDS=10000` runs many; `SEED=7` in the environment repeats one. What happens in a
//! run, in which order and with which faults, follows from the seed. How threads interleave within a
//! step does not, so a rare failure may need its seed run several times.

mod act;
mod at_stripe;
mod buying;
#[allow(dead_code, unused_imports, unused_macros)]
#[path = "../http/helpers/mod.rs"]
mod helpers;
mod laws;
mod plan;
mod states;
mod world;

use act::Run;
use futures_util::StreamExt;
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use world::{Database, World};

/// How many seeds are run by default.
const SEEDS: u64 = 24;
/// How many run at once: much of a run is waiting.
const AT_ONCE: usize = 6;

/// Longer than any step: the portal gives up on Stripe after half a minute.
const PATIENCE: Duration = Duration::from_secs(150);

/// The result of a run.
struct Outcome {
    seed: u64,
    /// How many faults were injected.
    faults: u32,
    /// What happened, for people to read.
    trace: String,
    /// Whether a law was broken.
    failed: bool,
}

/// Runs one seed.
async fn run(seed: u64, database: Database) -> Outcome {
    let trace = Arc::new(Mutex::new(format!("seed {seed} on {database:?}\n")));
    let told = tokio::spawn(tell(seed, database, trace.clone())).await;
    let mut trace = trace.lock().expect("nobody panicked").clone();
    let (faults, broken) = told.unwrap_or_else(|panic| (0, vec![panic.to_string()]));
    for law in &broken {
        let _ = writeln!(trace, "     BROKEN  {law}");
    }
    Outcome { seed, faults, failed: !broken.is_empty(), trace }
}

/// Carries out a seed's plan and records the results. Returns the number of faults and the laws that
/// were broken.
async fn tell(seed: u64, database: Database, trace: Arc<Mutex<String>>) -> (u32, Vec<String>) {
    let mut run = Run { world: World::new(database).await, memory: Mutex::default() };
    for (index, step) in plan::plan(seed).iter().enumerate() {
        let time = run.world.sandbox.clock().now().format("%F %T");
        let outcome = tokio::time::timeout(PATIENCE, run.step(step)).await;
        let outcome = outcome.unwrap_or_else(|_| {
            run.memory().wrong.push(format!("step {index} does not end"));
            "nothing".to_owned()
        });
        let mut trace = trace.lock().expect("nobody panicked");
        let _ = writeln!(trace, "{index:>3}  {time}  {step:?}  ->  {outcome}");
    }
    run.settle().await;
    let broken = run.broken_laws().await;
    let faults = run.memory().faults;
    run.world.end().await;
    (faults, broken)
}

/// Runs the seeds set in the environment, and fails with the traces of those that fail.
fn simulate(database: Database) {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().expect("a number"));
    let seeds = match number("SEED") {
        Some(seed) => seed..seed + 1,
        None => {
            let first = number("FIRST_SEED").unwrap_or(0);
            first..first + number("SEEDS").unwrap_or(SEEDS)
        }
    };
    let count = seeds.end - seeds.start;
    let alone = count == 1;
    if alone {
        let filter = tracing_subscriber::EnvFilter::from_default_env();
        let _ = tracing_subscriber::fmt().with_env_filter(filter).with_test_writer().try_init();
    }
    let began = Instant::now();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let outcomes: Vec<Outcome> = runtime.block_on(
        futures_util::stream::iter(seeds)
            .map(|seed| run(seed, database))
            .buffer_unordered(AT_ONCE)
            .inspect(|outcome| {
                if outcome.failed || alone {
                    println!("{}", outcome.trace);
                }
            })
            .collect(),
    );
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    let faults: u32 = outcomes.iter().map(|outcome| outcome.faults).sum();
    println!(
        "{count} seeds on {database:?}: {:.0} a minute, {faults} faults",
        count as f64 / minutes
    );
    let failed = outcomes.iter().filter(|outcome| outcome.failed);
    let failed: Vec<u64> = failed.map(|outcome| outcome.seed).collect();
    assert!(failed.is_empty(), "{} seeds failed: {failed:?}", failed.len());
}

mod every_run_ends_as_stripe_says_and_as_was_agreed {
    use super::*;

    #[test]
    fn on_sqlite() {
        simulate(Database::Sqlite);
    }

    #[test]
    fn on_postgres() {
        simulate(Database::Postgres);
    }
}
