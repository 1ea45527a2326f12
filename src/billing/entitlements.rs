//! May this tenant's agents run?

use crate::billing::{Billing, BillingError, BillingResult};
use crate::model::{Entitlements, TenantId};

impl Billing {
    /// What the tenant is entitled to right now, from the database: it holds while Stripe is away.
    pub async fn entitlements(&self, tenant_id: &TenantId) -> BillingResult<Entitlements> {
        self.db.entitlements(tenant_id).await?.ok_or(BillingError::NotFound("tenant"))
    }
}
