//! Seats, cancelling, resuming, the Billing Portal and invoices.

use crate::helpers::*;
use reqwest::Method;
use serde_json::{Value, json};

fn on() -> Value {
    json!({"tenant_id": DEMO})
}

fn seats(count: u32) -> Value {
    json!({"tenant_id": DEMO, "agent_count": count})
}

on_both_databases! {
    async fn in_the_trial_seats_change_at_once_and_nothing_is_charged(world: World) {
        let owner = world.subscribed(2).await;
        let tenant = owner.post("/api/portal/billing/quantity", seats(4)).await.ok();
        assert_eq!(tenant["agent_quota"], 4);
        for name in ["Ada", "Bob", "Cleo", "Dan"] {
            owner.hire(name).await.ok();
        }
        let undecided = owner.post("/api/portal/billing/quantity", seats(2)).await;
        let message = undecided.body["error"]["message"].as_str().expect("a message").to_owned();
        undecided.refused(409, "agents_in_use");
        assert!(["Ada", "Bob", "Cleo", "Dan"].iter().all(|name| message.contains(name)), "{message}");
        let mut chosen = seats(2);
        chosen["turn_off"] = owner.ids(&["Ada", "Cleo"]).await;
        let tenant = owner.post("/api/portal/billing/quantity", chosen).await.ok();
        assert_eq!((&tenant["agent_quota"], &tenant["agents_active"]), (&json!(2), &json!(2)));
        let chosen_off = ["Ada off by billing", "Bob on", "Cleo off by billing", "Dan on"];
        assert_eq!(owner.agents().await, chosen_off);
        let invoices = owner.get(&format!("/api/portal/billing/invoices?tenant_id={DEMO}")).await.ok();
        let totals: Vec<i64> = invoices.as_array().expect("invoices").iter()
            .map(|invoice| invoice["total"]["amount"].as_i64().expect("an amount")).collect();
        assert!(totals.iter().all(|total| *total == 0), "{totals:?}");
    }

    async fn who_was_to_go_with_a_change_that_stripe_refuses_is_forgotten(world: World) {
        let owner = world.subscribed(3).await;
        for name in ["Ada", "Bob", "Cleo"] {
            owner.hire(name).await.ok();
        }
        let call = ("call", "POST /v1/subscription_items/{id}");
        let item = owner.tenant().await["stripe_subscription_item_id"].clone();
        let path = format!("/subscription_items/{}", item.as_str().expect("an id"));
        for fault in ["400", "500"] {
            world.control("/_sandbox/faults", &[("fault", fault), call]).await;
            let mut fewer = seats(2);
            fewer["turn_off"] = owner.ids(&["Ada"]).await;
            let answer = owner.post("/api/portal/billing/quantity", fewer).await;
            assert!(answer.status.is_server_error(), "{fault}: {}", answer.status);
            // A seat is removed in the Dashboard: the newest agent is turned off.
            world.stripe(Method::POST, &path, &[("quantity", "2")]).await;
            owner.tenant_when("it has two seats", |tenant| tenant["agent_quota"] == 2).await;
            assert_eq!(owner.agents().await, ["Ada on", "Bob on", "Cleo off by billing"], "{fault}");
            world.stripe(Method::POST, &path, &[("quantity", "3")]).await;
            owner.tenant_when("it has three seats", |tenant| tenant["agent_quota"] == 3).await;
        }
        // Stripe calls a failure what it has done.
        world.control("/_sandbox/faults", &[("fault", "500-done"), call]).await;
        let mut fewer = seats(2);
        fewer["turn_off"] = owner.ids(&["Ada"]).await;
        owner.post("/api/portal/billing/quantity", fewer).await;
        owner.tenant_when("it has two seats", |tenant| tenant["agent_quota"] == 2).await;
        assert_eq!(owner.agents().await, ["Ada off by billing", "Bob on", "Cleo on"]);
    }

    async fn outside_the_trial_a_seat_change_needs_a_quote(world: World) {
        let owner = world.subscribed(2).await;
        let subscription = owner.tenant().await["stripe_subscription_id"].clone();
        world.force_status(subscription.as_str().expect("an id"), "active").await;
        owner.tenant_when("it is active", |tenant| tenant["subscription_status"] == "active").await;
        owner.post("/api/portal/billing/quantity", seats(3)).await.refused(409, "quote_required");
        assert_eq!(owner.tenant().await["agent_quota"], 2);
    }

    async fn without_a_subscription_there_is_nothing_to_change(world: World) {
        let owner = world.owner().await;
        owner.post("/api/portal/billing/quantity", seats(3)).await.refused(409, "no_subscription");
        owner.post("/api/portal/billing/cancel", on()).await.refused(409, "no_subscription");
        owner.post("/api/portal/billing/resume", on()).await.refused(409, "no_subscription");
        let invoices = owner.get(&format!("/api/portal/billing/invoices?tenant_id={DEMO}")).await.ok();
        assert_eq!(invoices, json!([]));
        owner.post("/api/portal/billing/refresh", on()).await.ok();
    }

    async fn cancelling_takes_effect_at_the_period_s_end_and_can_be_taken_back(world: World) {
        let owner = world.subscribed(2).await;
        let tenant = owner.post("/api/portal/billing/cancel", on()).await.ok();
        assert_eq!(tenant["subscription_status"], "trialing");
        assert_eq!(tenant["cancels_at"], tenant["current_period_end"]);
        assert!(tenant["cancels_at"].is_string());
        owner.post("/api/portal/billing/cancel", on()).await.ok();
        let tenant = owner.post("/api/portal/billing/resume", on()).await.ok();
        assert_eq!(tenant["cancels_at"], Value::Null);
        let tenant = owner.post("/api/portal/billing/resume", on()).await.ok();
        assert_eq!(tenant["subscription_status"], "trialing");
    }

    async fn cancelling_now_ends_it_now(world: World) {
        let owner = world.subscribed(1).await;
        owner.hire("Ada").await.ok();
        let now = json!({"tenant_id": DEMO, "at": "now"});
        let tenant = owner.post("/api/portal/billing/cancel", now).await.ok();
        assert_eq!(tenant["subscription_status"], "canceled");
        assert_eq!((&tenant["agent_quota"], &tenant["agents_active"]), (&json!(0), &json!(0)));
        assert_eq!(owner.agents().await, ["Ada off by billing"]);
        let later = json!({"tenant_id": DEMO, "at": "someday"});
        owner.post("/api/portal/billing/cancel", later).await.refused(422, "invalid");
    }

    async fn a_cancellation_whose_answer_was_lost_is_no_error(world: World) {
        let owner = world.subscribed(1).await;
        let call = ("call", "DELETE /v1/subscriptions/{id}");
        world.control("/_sandbox/faults", &[("fault", "lost"), call]).await;
        let now = json!({"tenant_id": DEMO, "at": "now"});
        let tenant = owner.post("/api/portal/billing/cancel", now).await.ok();
        assert_eq!(tenant["subscription_status"], "canceled");
    }

    async fn a_cancellation_in_the_billing_portal_shows_and_can_be_taken_back_here(world: World) {
        let owner = world.subscribed(2).await;
        let opened = owner.post("/api/portal/billing/portal", on()).await.ok();
        let url = opened["portal_url"].as_str().expect("a portal_url");
        let http = &world.anonymous().http;
        let page = http.get(url).send().await.expect("an answer");
        assert_eq!(page.status(), 200);
        let subscription = owner.tenant().await["stripe_subscription_id"].clone();
        let form = [("subscription", subscription.as_str().expect("an id"))];
        let cancelled = http.post(format!("{url}/cancel")).form(&form).send().await;
        let cancelled = cancelled.expect("an answer");
        assert_eq!(cancelled.status(), 303);
        let tenant = owner
            .tenant_when("it is cancelled at its end", |tenant| tenant["cancels_at"].is_string())
            .await;
        assert_eq!(tenant["cancels_at"], tenant["current_period_end"]);
        let tenant = owner.post("/api/portal/billing/resume", on()).await.ok();
        assert_eq!(tenant["cancels_at"], Value::Null);
    }

    async fn a_cancelled_trial_ends_with_the_agents_turned_off(world: World) {
        let owner = world.subscribed(2).await;
        owner.hire("Ada").await.ok();
        owner.post("/api/portal/billing/cancel", on()).await.ok();
        world.days_pass(15).await;
        let tenant = owner
            .tenant_when("it is canceled", |tenant| tenant["subscription_status"] == "canceled")
            .await;
        assert_eq!((&tenant["agent_quota"], &tenant["agents_active"]), (&json!(0), &json!(0)));
        assert_eq!(tenant["cancels_at"], Value::Null);
        assert_eq!(owner.agents().await, ["Ada off by billing"]);
    }

    async fn a_trial_that_ends_becomes_a_paid_subscription(world: World) {
        let owner = world.subscribed(3).await;
        world.days_pass(15).await;
        let tenant = owner
            .tenant_when("it is active", |tenant| tenant["subscription_status"] == "active")
            .await;
        assert_eq!((&tenant["agent_quota"], &tenant["trial_ends_at"]), (&json!(3), &Value::Null));
        let invoices = owner.get(&format!("/api/portal/billing/invoices?tenant_id={DEMO}")).await.ok();
        assert_eq!(invoices[0]["total"], json!({"amount": 14700, "currency": "usd"}));
        assert_eq!(invoices[0]["status"], "paid");
    }

    async fn invoices_link_to_pages_that_open(world: World) {
        let owner = world.subscribed(1).await;
        let invoices = owner.get(&format!("/api/portal/billing/invoices?tenant_id={DEMO}")).await.ok();
        assert_eq!(invoices.as_array().map(Vec::len), Some(1));
        assert_eq!(invoices[0]["status"], "paid");
        assert!(invoices[0]["number"].is_string());
        for field in ["hosted_invoice_url", "invoice_pdf"] {
            let url = invoices[0][field].as_str().expect("a link");
            assert_eq!(world.anonymous().http.get(url).send().await.expect("an answer").status(), 200);
        }
    }

    async fn refresh_finds_what_was_changed_elsewhere(world: World) {
        let owner = world.subscribed(2).await;
        owner.settled().await;
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        let item = owner.tenant().await["stripe_subscription_item_id"].clone();
        let path = format!("/subscription_items/{}", item.as_str().expect("an id"));
        world.stripe(Method::POST, &path, &[("quantity", "7")]).await;
        let tenant = owner.post("/api/portal/billing/refresh", on()).await.ok();
        assert_eq!((&tenant["agent_quota"], &tenant["synced_by"]), (&json!(7), &json!("refresh")));
    }
}
