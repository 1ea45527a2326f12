//! The timeline: what is recorded of a change, and whom it is attributed to.

use crate::billing::{Billing, BillingResult};
use crate::model::{ActivityFilter, ActivityKind, ActivityPage, Actor, OperatorId, TenantId, View};
use crate::store::{NewActivity, StoreResult};

/// How many entries a page has.
const PAGE: i64 = 50;

/// On whose behalf the rules run.
#[derive(Debug, Clone, Default)]
pub(super) struct Cause {
    operator: Option<Actor>,
    stripe_event_id: Option<String>,
}

impl Billing {
    /// The rules, run for an operator.
    pub fn for_operator(&self, id: &OperatorId, name: &str) -> Self {
        let operator = Some(Actor::Operator { id: id.clone(), name: name.to_owned() });
        Self { cause: Cause { operator, ..Cause::default() }.into(), ..self.clone() }
    }

    /// The rules, run because of a Stripe Event.
    pub fn for_event(&self, event_id: &str) -> Self {
        let cause = Cause { operator: None, stripe_event_id: Some(event_id.to_owned()) };
        Self { cause: cause.into(), ..self.clone() }
    }

    /// Records that the operator viewed this page of a tenant that is not theirs.
    pub async fn tell_of_look(&self, tenant_id: &TenantId, view: Option<View>) -> StoreResult<()> {
        let entry = self.cause.entry(ActivityKind::LookedAt);
        let entry = NewActivity { subject: view.map(|view| view.as_str().to_owned()), ..entry };
        self.db.add_activity(tenant_id, &entry, self.now()).await
    }

    /// The tenant's timeline entries that match the filter, newest first; with `before`, those older
    /// than that entry.
    pub async fn activity(
        &self,
        tenant_id: &TenantId,
        filter: ActivityFilter,
        before: Option<i64>,
    ) -> BillingResult<ActivityPage> {
        let mut entries = self.db.activity(tenant_id, filter, before, PAGE + 1).await?;
        let more = entries.len() > PAGE as usize;
        entries.truncate(PAGE as usize);
        let next = entries.last().filter(|_| more).map(|last| last.id);
        Ok(ActivityPage { entries, next })
    }
}

impl Cause {
    /// The operator's id, if one acts.
    pub fn operator_id(&self) -> Option<&OperatorId> {
        match &self.operator {
            Some(Actor::Operator { id, .. }) => Some(id),
            Some(Actor::Stripe | Actor::Portal) | None => None,
        }
    }

    /// An entry attributed to whoever acts: the operator, else this portal.
    pub fn entry(&self, kind: ActivityKind) -> NewActivity {
        self.entry_by(kind, self.operator.clone().unwrap_or(Actor::Portal))
    }

    /// An entry attributed to `actor`.
    pub fn entry_by(&self, kind: ActivityKind, actor: Actor) -> NewActivity {
        let stripe_event_id = self.stripe_event_id.clone();
        NewActivity { stripe_event_id, ..NewActivity::new(kind, actor) }
    }
}
