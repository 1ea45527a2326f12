//! Looks of platform administrators at tenants that are not theirs: the timeline tells of each, before
//! anything is shown.

use crate::model::{SessionId, TenantId, Timestamp, View};
use chrono::TimeDelta;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use tokio::sync::Mutex;

/// What is asked for again so soon is still the same look: a page takes several requests.
const ONE_LOOK: TimeDelta = TimeDelta::minutes(1);

/// Who looks at what of which tenant. `None`: a change was asked for, and refused.
type Look = (SessionId, TenantId, Option<View>);

/// The latest looks that the timeline tells of, in this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct Looks(Arc<Mutex<HashMap<Look, Timestamp>>>);

impl Looks {
    /// Has a look told, unless it is one that has just been told. Whoever asks for the same meanwhile
    /// waits, and is not shown what could not be told.
    pub(super) async fn told<E>(
        &self,
        look: Look,
        now: Timestamp,
        tell: impl Future<Output = Result<(), E>>,
    ) -> Result<(), E> {
        let mut told = self.0.lock().await;
        told.retain(|_, at| now - *at < ONE_LOOK);
        if let Entry::Vacant(untold) = told.entry(look) {
            tell.await?;
            untold.insert(now);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Utc;

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
