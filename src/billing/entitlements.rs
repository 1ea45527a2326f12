//! May this tenant's agents run?

use crate::billing::{Billing, BillingResult};
use crate::model::{Entitlements, TenantId};
use crate::store::Opened;

impl Billing {
    /// What the tenant is entitled to right now, from the database, so that it works while Stripe is
    /// down. `None` when there is no such tenant.
    pub async fn entitlements(&self, tenant_id: &TenantId) -> BillingResult<Option<Entitlements>> {
        Ok(self.db.entitlements(tenant_id).await?)
    }

    /// The same for a caller whose service token has this hash; `None` when there is no such token.
    /// `tenant_id` is `None` where the requested id can't be a tenant's.
    pub async fn entitlements_by_token(
        &self,
        tenant_id: Option<&TenantId>,
        token_hash: &str,
    ) -> BillingResult<Option<Opened>> {
        Ok(self.db.entitlements_by_token(tenant_id, token_hash).await?)
    }
}
