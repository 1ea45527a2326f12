//! Looks of platform administrators at tenants that are not theirs: the timeline tells of each, before
//! anything is shown.

use crate::auth::{AuthError, Session};
use crate::model::{Membership, Role, SessionId, TenantId, Timestamp, View};
use chrono::TimeDelta;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What is asked for again so soon is still the same look: a page takes several requests.
const ONE_LOOK: TimeDelta = TimeDelta::minutes(1);

/// Without a view a change was asked for, which is refused.
type Look = (SessionId, TenantId, Option<View>);

/// The latest looks that the timeline tells of, in this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct Looks(Arc<Mutex<HashMap<Look, Timestamp>>>);

impl Looks {
    /// Whether this is a look that has yet to be told; from now on it counts as told.
    fn is_new(&self, look: &Look, now: Timestamp) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.retain(|_, at| now - *at < ONE_LOOK);
        let new = !told.contains_key(look);
        if new {
            told.insert(look.clone(), now);
        }
        new
    }

    /// It could not be told: the next request is to try again.
    fn untold(&self, look: &Look) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(look);
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
        let (looks, look) = (&self.auth.looks, (self.open.id.clone(), tenant_id.clone(), view));
        if looks.is_new(&look, self.auth.clock.now()) {
            let told = self.billing().tell_of_look(tenant_id, view).await;
            told.inspect_err(|_| looks.untold(&look))?;
        }
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
        let name = self.auth.db.tenant_name(tenant_id).await?;
        let tenant_name = name.ok_or(AuthError::NoSuchTenant)?;
        Ok(Membership { tenant_id: tenant_id.clone(), tenant_name, role: Role::Member })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Utc;

    #[test]
    fn a_minute_after_it_was_told_the_same_is_another_look() {
        let (looks, at) = (Looks::default(), Utc::now());
        let look = |id: &str| {
            (id.parse().expect("an id"), "tenant_demo".parse().expect("an id"), Some(View::Billing))
        };
        let (one, other) = (look("one"), look("other"));
        assert!(looks.is_new(&one, at) && looks.is_new(&other, at));
        assert!(!looks.is_new(&one, at + TimeDelta::seconds(59)));
        assert!(looks.is_new(&one, at + TimeDelta::seconds(60)));
        looks.untold(&one);
        assert!(looks.is_new(&one, at + TimeDelta::seconds(61)));
    }
}
