//! Killed at any moment, and restarted.

use crate::load::Load;
use crate::random::Random;
use crate::reckoning::did_not_panic;
use crate::setting::{Setting, on_each_database};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// How often the portal is killed if `CRASHES` is not set.
const CRASHES: u64 = 10;

on_each_database! {
    async fn nothing_answered_is_lost_and_nothing_done_twice(setting: Setting) {
        let crashes = number("CRASHES", CRASHES);
        let seed = number("CRASH_SEED", chrono::Utc::now().timestamp() as u64);
        let mut random = Random::new(seed);
        let began = Instant::now();
        let load = Load::start(&setting, &mut random);
        for _ in 0..crashes {
            let mut portal = setting.portal();
            // One in four is killed before it is ready.
            let life = if random.below(4) == 0 {
                random.below(300)
            } else {
                portal.ready(&format!("{}/healthz", setting.url())).await;
                random.below(2500)
            };
            sleep(Duration::from_millis(life)).await;
            assert!(portal.ended().is_none(), "seed {seed}: {}", portal.log());
            portal.kill();
        }
        let portal = setting.ready_portal().await;
        let answered = load.stop().await;
        println!(
            "{}: {crashes} crashes with seed {seed} in {} s; {}",
            if setting.database_url.starts_with("sqlite") { "SQLite" } else { "Postgres" },
            began.elapsed().as_secs(),
            answered.summary(),
        );
        did_not_panic(&portal);
        setting.reckon(answered).await;
        did_not_panic(&portal);
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    let set = std::env::var(name).ok().filter(|text| !text.is_empty());
    set.map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text}")))
}
