//! The next charge is shown before it is made.

use crate::helpers::*;
use reqwest::Method;
use serde_json::{Value, json};

on_both_databases! {
    async fn the_next_charge_is_shown_to_the_cent(world: World) {
        assert_eq!(world.owner().await.next_charge().await, Value::Null);
        let owner = world.subscribed(3).await;
        let trial = owner.tenant().await;
        let expected = json!({
            "amount_due": 14_700, "credit_used": 0, "currency": "usd", "at": trial["trial_ends_at"],
        });
        assert_eq!(owner.next_charge().await, expected);

        world.days_pass(24).await;
        let active = |tenant: &Value| tenant["subscription_status"] == "active";
        let tenant = owner.tenant_when("it is active", active).await;
        let next = owner.next_charge().await;
        assert_eq!((&next["amount_due"], &next["at"]), (&json!(14_700), &tenant["current_period_end"]));

        // The customer's credit is deducted, from a decrease and from elsewhere.
        let quoted = owner.quote(2).await;
        owner.confirm(&quoted).await;
        let credit = quoted["credit"].as_i64().expect("an amount") + 100;
        let customer = format!("/customers/{}", text(&tenant, "stripe_customer_id"));
        world.stripe(Method::POST, &customer, &[("balance", &(-credit).to_string())]).await;
        let next = owner.next_charge().await;
        assert_eq!(next["amount_due"], 9_800 - credit);
        world.days_pass(31).await;
        owner.tenant_when("it has renewed", |now| now["current_period_end"] != next["at"]).await;
        let renewed = world.stripe(Method::GET, "/invoices?limit=1", &[]).await["data"][0].clone();
        assert_eq!((&renewed["total"], &renewed["amount_paid"]), (&json!(9_800), &json!(9_800 - credit)));
    }

    async fn nothing_is_charged_next_where_the_subscription_ended_a_moment_ago(world: World) {
        let owner = world.subscribed(3).await;
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        let tenant = owner.tenant().await;
        let subscription = tenant["stripe_subscription_id"].as_str().expect("an id");
        world.stripe(Method::DELETE, &format!("/subscriptions/{subscription}"), &[]).await;
        assert_eq!(owner.next_charge().await, Value::Null);
        assert_eq!(owner.tenant().await["subscription_status"], "canceled");
    }

    async fn the_page_stands_without_the_next_charge_while_stripe_is_away(world: World) {
        let owner = world.subscribed(3).await;
        let call = ("call", "POST /v1/invoices/create_preview");
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "3"), call]).await;
        let path = format!("/api/portal/billing/next_charge?tenant_id={DEMO}");
        owner.get(&path).await.refused(503, "stripe_unavailable");
        let page = owner.request(Method::GET, "/billing").send().await.expect("an answer");
        assert_eq!(page.status(), 200);
        assert_eq!(owner.next_charge().await["amount_due"], 14_700);
    }

    async fn open_pages_are_told_nothing_while_stripe_refuses_to_say(world: World) {
        let owner = world.subscribed(3).await;
        owner.settled().await;
        let before = owner.tenant().await["synced_at"].clone();
        let call = ("call", "POST /v1/invoices/create_preview");
        world.control("/_sandbox/faults", &[("fault", "400"), ("count", "3"), call]).await;
        let path = format!("/api/portal/billing/next_charge?tenant_id={DEMO}");
        for _ in 0..3 {
            owner.get(&path).await.refused(502, "stripe_refused");
        }
        assert_eq!(owner.tenant().await["synced_at"], before);
        assert_eq!(owner.next_charge().await["amount_due"], 14_700);
    }

    async fn nothing_is_charged_next_once_a_cancellation_is_scheduled(world: World) {
        let owner = world.subscribed(3).await;
        let on = json!({"tenant_id": DEMO});
        owner.post("/api/portal/billing/cancel", on.clone()).await.ok();
        assert_eq!(owner.next_charge().await, Value::Null);
        owner.post("/api/portal/billing/resume", on.clone()).await.ok();
        assert_eq!(owner.next_charge().await["amount_due"], 14_700);

        world.days_pass(24).await;
        owner.tenant_when("it is active", |tenant| tenant["subscription_status"] == "active").await;
        owner.confirm(&owner.quote(2).await).await;
        owner.post("/api/portal/billing/cancel", on).await.ok();
        assert_eq!(owner.next_charge().await, Value::Null);
        world.days_pass(31).await;
        owner.tenant_when("it is over", |tenant| tenant["subscription_status"] == "canceled").await;
        assert_eq!(owner.next_charge().await, Value::Null);
    }
}
