//! A subscription that ends after its current period, as under a contract: what is charged until then
//! is still shown, and it can be ended sooner.

use crate::helpers::*;
use chrono::DateTime;
use reqwest::Method;
use serde_json::{Value, json};

const SUM: &str = "3 agents × $49.00 =\u{a0}$147.00/month";
/// The targets of these buttons' forms.
const CANCEL: &str = "action=\"/billing/cancel\"";
const RESUME: &str = "action=\"/billing/resume\"";

fn on() -> Value {
    json!({"tenant_id": DEMO})
}

fn seconds(time: &Value) -> i64 {
    DateTime::parse_from_rfc3339(time.as_str().expect("a time")).expect("a time").timestamp()
}

fn path(tenant: &Value) -> String {
    format!("/subscriptions/{}", tenant["stripe_subscription_id"].as_str().expect("an id"))
}

/// Three seats in their first paid month. Staff have set an end in the Dashboard, two periods after the
/// current one's.
async fn under_contract(world: &World) -> (Person, Value) {
    let owner = world.subscribed(3).await;
    world.days_pass(24).await;
    let active = |tenant: &Value| tenant["subscription_status"] == "active";
    let tenant = owner.tenant_when("it is active", active).await;
    let end = seconds(&tenant["current_period_end"]) + 60 * 86_400;
    world.stripe(Method::POST, &path(&tenant), &[("cancel_at", &end.to_string())]).await;
    let scheduled = |tenant: &Value| tenant["cancels_at"].is_string();
    let tenant = owner.tenant_when("its end is known", scheduled).await;
    assert_eq!(seconds(&tenant["cancels_at"]), end);
    (owner, tenant)
}

on_both_databases! {
    async fn an_end_far_ahead_hides_neither_what_is_charged_until_then_nor_the_way_out(world: World) {
        let (owner, tenant) = under_contract(&world).await;
        let page = owner.html("/billing").await;
        for text in [SUM, "Next renewal", "Cancels on ", CANCEL, RESUME] {
            assert!(page.contains(text), "'{text}' is not in {page}");
        }
        let next = owner.next_charge().await;
        assert_eq!((&next["amount_due"], &next["at"]), (&json!(14_700), &tenant["current_period_end"]));
        let page = owner.html(&format!("/billing?tenant_id={DEMO}&seats=5")).await;
        for text in ["today, then $245.00 a month", "The next invoice comes on "] {
            assert!(page.contains(text), "'{text}' is not in {page}");
        }
    }

    async fn an_end_far_ahead_is_moved_by_cancelling_at_the_periods_end(world: World) {
        let (owner, before) = under_contract(&world).await;
        for _ in 0..2 {
            let tenant = owner.post("/api/portal/billing/cancel", on()).await.ok();
            assert_eq!(tenant["cancels_at"], before["current_period_end"]);
        }
        let at_stripe = world.stripe(Method::GET, &path(&before), &[]).await;
        assert_eq!(at_stripe["cancel_at_period_end"], true);
        assert_eq!(at_stripe["cancel_at"], seconds(&before["current_period_end"]));
        let page = owner.html("/billing").await;
        assert!(page.contains(RESUME) && page.contains("End it now") && !page.contains(SUM), "{page}");
        assert!(!page.contains("value=\"period_end\""), "{page}");
        world.days_pass(31).await;
        let canceled = |tenant: &Value| tenant["subscription_status"] == "canceled";
        owner.tenant_when("it is over", canceled).await;
        let charged = world.stripe(Method::GET, "/invoices", &[("status", "paid")]).await;
        let charged = charged["data"].as_array().expect("invoices").iter();
        assert_eq!(charged.filter(|invoice| invoice["amount_paid"] != 0).count(), 1);
    }

    async fn an_end_far_ahead_can_be_taken_back(world: World) {
        let (owner, before) = under_contract(&world).await;
        let tenant = owner.post("/api/portal/billing/resume", on()).await.ok();
        assert_eq!(tenant["cancels_at"], Value::Null);
        assert_eq!(world.stripe(Method::GET, &path(&before), &[]).await["cancel_at"], Value::Null);
    }
}
