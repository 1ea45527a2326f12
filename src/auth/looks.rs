//! Looks of platform administrators at tenants that are not theirs. The timeline tells of each, once
//! an hour for a session and a tenant: not once for every request that a page makes.

use crate::auth::{AuthError, Session};
use crate::model::{Membership, Role, SessionId, TenantId, Timestamp};
use chrono::TimeDelta;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// For how long what one looks at again is still the same look.
const ONE_LOOK: TimeDelta = TimeDelta::hours(1);

type Look = (SessionId, TenantId);

/// The looks that the timeline tells of, in this process. Cheap to clone.
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
    /// What a platform administrator sees of a tenant that is not theirs: all that a member sees.
    ///
    /// # Errors
    /// [`AuthError::NoSuchTenant`] for everyone else, and where there is no such tenant.
    pub(super) async fn look_at(&self, tenant_id: &TenantId) -> Result<Membership, AuthError> {
        if !self.open.platform_admin {
            return Err(AuthError::NoSuchTenant);
        }
        let name = self.auth.db.tenant_name(tenant_id).await?;
        let tenant_name = name.ok_or(AuthError::NoSuchTenant)?;
        self.tell_of_look(tenant_id);
        Ok(Membership { tenant_id: tenant_id.clone(), tenant_name, role: Role::Member })
    }

    /// Has the timeline tell of the look, beside the request.
    fn tell_of_look(&self, tenant_id: &TenantId) {
        let look = (self.open.id.clone(), tenant_id.clone());
        if !self.auth.looks.is_new(&look, self.auth.clock.now()) {
            return;
        }
        let (looks, billing) = (self.auth.looks.clone(), self.billing().clone());
        self.auth.main.spawn(async move {
            if let Err(error) = billing.tell_of_look(&look.1).await {
                tracing::error!(%error, tenant_id = %look.1, "a look could not be told");
                looks.untold(&look);
            }
        });
    }
}
