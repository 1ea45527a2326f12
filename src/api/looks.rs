//! When a platform administrator opens a tenant they don't belong to, its timeline records it before
//! anything is shown; repeats within a minute are recorded once.

use crate::model::{SessionId, TenantId, Timestamp, View};
use chrono::TimeDelta;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Repeats within this time count as the same look: one page makes several requests.
const ONE_LOOK: TimeDelta = TimeDelta::minutes(1);

/// Who looks at what of which tenant. `None`: they asked for a change and were refused.
type Look = (SessionId, TenantId, Option<View>);

/// When a look was recorded; locked while it is being recorded.
type ToldAt = Arc<tokio::sync::Mutex<Option<Timestamp>>>;

/// The latest looks that this process has recorded. Cheap to clone.
#[derive(Clone, Default)]
pub struct Looks(Arc<Mutex<HashMap<Look, ToldAt>>>);

impl Looks {
    /// Records a look, unless it was recorded within [`ONE_LOOK`]. Concurrent repeats wait, and nothing
    /// is shown that could not be recorded.
    pub(super) async fn told<E>(
        &self,
        look: Look,
        now: Timestamp,
        tell: impl Future<Output = Result<(), E>>,
    ) -> Result<(), E> {
        let told_at = self.of(look, now);
        let mut told_at = told_at.lock().await;
        if !is_fresh(*told_at, now) {
            tell.await?;
            *told_at = Some(now);
        }
        Ok(())
    }

    /// Returns the look's entry; drops those that are neither fresh nor waited for.
    fn of(&self, look: Look, now: Timestamp) -> ToldAt {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, one| {
            let waited_for = Arc::strong_count(one) > 1;
            waited_for || one.try_lock().is_ok_and(|at| is_fresh(*at, now))
        });
        all.entry(look).or_default().clone()
    }
}

fn is_fresh(told_at: Option<Timestamp>, now: Timestamp) -> bool {
    told_at.is_some_and(|at| now - at < ONE_LOOK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Utc;

    #[tokio::test]
    async fn a_look_that_takes_long_to_tell_holds_up_no_other() {
        let (looks, now) = (Looks::default(), Utc::now());
        let look = |tenant: &str| {
            ("session".parse().expect("an id"), tenant.parse().expect("an id"), None)
        };
        let never = looks.told(look("tenant_one"), now, std::future::pending::<Result<(), ()>>());
        let other = looks.told(look("tenant_other"), now, std::future::ready(Ok::<(), ()>(())));
        tokio::select! {
            biased;
            _ = never => panic!("it was told"),
            told = other => assert_eq!(told, Ok(())),
        }
    }

    #[tokio::test]
    async fn the_same_is_told_again_a_minute_later_or_when_it_could_not_be_told() {
        let (looks, at) = (Looks::default(), Utc::now());
        let look = ("session", "tenant_demo");
        let is_told = async |seconds: i64, works: bool| {
            let look = (look.0.parse().expect("an id"), look.1.parse().expect("an id"), None);
            let mut asked = false;
            let tell = async {
                asked = true;
                if works { Ok(()) } else { Err("the database is away") }
            };
            let told = looks.told(look, at + TimeDelta::seconds(seconds), tell).await;
            (asked, told.is_ok())
        };
        assert_eq!(is_told(0, false).await, (true, false));
        assert_eq!(is_told(0, true).await, (true, true));
        assert_eq!(is_told(59, true).await, (false, true));
        assert_eq!(is_told(60, true).await, (true, true));
    }
}
