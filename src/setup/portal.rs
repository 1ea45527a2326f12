//! The Billing Portal's configuration.

use super::{Did, Outcome, Setup};
use crate::stripe::GatewayResult;
use crate::stripe::account::PortalConfiguration;

const THING: &str = "portal configuration";
const WANTED: &str =
    "invoices, cards, email and address, cancelling at the period's end; no quantities";
const VARIABLE: &str = "STRIPE_PORTAL_CONFIGURATION";

impl Setup<'_> {
    pub(super) async fn portal(&self, key: &str, outcome: &mut Outcome) {
        if let Err(error) = self.configure(&format!("{key}-portal"), outcome).await {
            outcome.refused(THING, &error);
        }
    }

    async fn configure(&self, key: &str, outcome: &mut Outcome) -> GatewayResult<()> {
        let existing = match self.portal_configuration {
            Some(id) => match self.stripe.portal_configuration(id).await? {
                None => {
                    let what = format!("Stripe has no Billing Portal configuration {id}");
                    let remedy = format!("Correct {VARIABLE}, or take it away to have one made.");
                    outcome.failed(THING, None, what, remedy);
                    return Ok(());
                }
                existing => existing,
            },
            None => self.stripe.marked_portal_configuration().await?,
        };
        let (did, id, what) = match existing {
            None if self.dry_run => (Did::WouldCreate, None, WANTED.to_owned()),
            None => {
                let id = self.stripe.create_portal_configuration(key).await?;
                (Did::Created, Some(id), WANTED.to_owned())
            }
            Some(existing) => self.mend(existing, key).await?,
        };
        if let Some(id) = id.as_deref().filter(|id| self.portal_configuration != Some(id)) {
            outcome.environment.push((VARIABLE, id.to_owned()));
        }
        outcome.done(THING, did, id, what);
        Ok(())
    }

    async fn mend(
        &self,
        existing: PortalConfiguration,
        key: &str,
    ) -> GatewayResult<(Did, Option<String>, String)> {
        let differences = existing.differences();
        let (did, what) = if differences.is_empty() {
            (Did::Found, WANTED.to_owned())
        } else if self.dry_run {
            (Did::WouldChange, differences.join("; "))
        } else {
            self.stripe.mend_portal_configuration(&existing.id, key).await?;
            (Did::Changed, format!("before, {}", differences.join("; ")))
        };
        Ok((did, Some(existing.id), what))
    }
}
