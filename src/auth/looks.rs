//! Looks of platform administrators at tenants that are not theirs: the timeline tells of each, before
//! anything is shown.

use crate::auth::{AuthError, Session};
use crate::model::{Membership, Role, SessionId, TenantId, Timestamp, View};
use chrono::TimeDelta;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use tokio::sync::Mutex;

/// What is asked for again so soon is still the same look: a page takes several requests.
const ONE_LOOK: TimeDelta = TimeDelta::minutes(1);

/// Without a view a change was asked for, which is refused.
type Look = (SessionId, TenantId, Option<View>);

/// The latest looks that the timeline tells of, in this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct Looks(Arc<Mutex<HashMap<Look, Timestamp>>>);

impl Looks {
    /// Has a look told, unless it is one that has just been told. Whoever asks for the same meanwhile
    /// waits, and is not shown what could not be told.
    async fn told<E>(
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

impl Session {
    /// A platform administrator looks at a tenant that is not theirs, as a member does. Fails rather
    /// than show what the timeline does not tell of.
    ///
    /// # Errors
    /// [`AuthError::NoSuchTenant`] as [`Session::not_theirs`].
    pub(super) async fn look_at(
        &self,
        tenant_id: &TenantId,
        view: Option<View>,
    ) -> Result<Role, AuthError> {
        self.not_theirs(tenant_id).await?;
        let look = (self.open.id.clone(), tenant_id.clone(), view);
        let tell = self.billing().tell_of_look(tenant_id, view);
        self.auth.looks.told(look, self.auth.clock.now(), tell).await?;
        Ok(Role::Member)
    }

    /// What the list of all tenants shows of one to a platform administrator.
    ///
    /// # Errors
    /// [`AuthError::NoSuchTenant`] for everyone else, and where there is no such tenant.
    pub(super) async fn not_theirs(&self, tenant_id: &TenantId) -> Result<Membership, AuthError> {
        if !self.open.platform_admin {
            return Err(AuthError::NoSuchTenant);
        }
        let found = self.auth.db.name_and_revision(tenant_id).await?;
        let (tenant_name, revision) = found.ok_or(AuthError::NoSuchTenant)?;
        Ok(Membership { tenant_id: tenant_id.clone(), tenant_name, role: Role::Member, revision })
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
