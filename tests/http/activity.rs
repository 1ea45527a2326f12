//! The timeline: what happened, who did it, and what Stripe calls it.

use crate::helpers::*;
use portal::model::Role;
use reqwest::Method;
use serde_json::{Value, json};

async fn entries(person: &Person) -> Vec<Value> {
    let page = person.get(&format!("/api/portal/activity?tenant_id={DEMO}")).await.ok();
    page["entries"].as_array().expect("entries").clone()
}

/// "seats_changed by Owner: 3 -> 5", oldest first.
async fn told(person: &Person) -> Vec<String> {
    let line = |entry: &Value| {
        let text = |field: &str| entry[field].as_str().unwrap_or("-").to_owned();
        let actor = &entry["actor"];
        let actor = actor["name"].as_str().or(actor["type"].as_str()).expect("an actor").to_owned();
        format!("{} by {actor}: {} -> {}", text("kind"), text("before"), text("after"))
    };
    entries(person).await.iter().rev().map(line).collect()
}

/// The newest entry of a kind, once its event's request is recorded.
async fn with_request(person: &Person, kind: &str) -> Value {
    let found = async || {
        let found = entries(person).await.into_iter().find(|entry| entry["kind"] == kind);
        found.filter(|entry| entry["stripe_request_id"].is_string())
    };
    eventually(&format!("{kind} with a request"), found).await
}

/// The entries with an amount, oldest first, once there are this many.
async fn charges_when(person: &Person, count: usize) -> Vec<Value> {
    let charges = async || {
        let mut charges = entries(person).await;
        charges.retain(|entry| !entry["amount"].is_null());
        charges.reverse();
        Some(charges).filter(|charges| charges.len() >= count)
    };
    eventually("entries with an amount", charges).await
}

async fn change_seats(owner: &Person, count: u32) -> (Value, Answer) {
    let body = json!({"tenant_id": DEMO, "agent_count": count});
    let quote = owner.post("/api/portal/billing/quote", body).await.ok();
    let body = json!({"tenant_id": DEMO, "agent_count": count, "quote_id": quote["quote_id"]});
    let answer = owner.post("/api/portal/billing/quantity", body).await;
    (quote, answer)
}

on_both_databases! {
    async fn a_subscription_is_told_from_its_beginning(world: World) {
        let owner = world.subscribed(3).await;
        let told = told(&owner).await;
        assert!(told[0].starts_with("customer_created by Olivia Owner: - -> cus_"), "{told:#?}");
        assert_eq!(told[1..], [
            "checkout_opened by Olivia Owner: - -> 3",
            "subscription_started by stripe: - -> trialing",
            "seats_changed by stripe: 0 -> 3",
        ]);
        let started = &entries(&owner).await[1];
        assert_eq!(started["subject"], owner.tenant().await["stripe_subscription_id"]);
        assert!(started["at"].as_str().expect("a time").ends_with('Z'), "{started}");
    }

    async fn a_change_of_seats_names_the_operator_the_amount_and_stripe_s_request(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let (quote, answer) = change_seats(&owner, 5).await;
        answer.ok();
        let entry = with_request(&owner, "seats_changed").await;
        assert_eq!(entry["actor"]["name"], "Olivia Owner");
        assert_eq!((&entry["before"], &entry["after"]), (&json!("3"), &json!("5")));
        assert_eq!(entry["amount"], json!({"amount": quote["amount_due"], "currency": "usd"}));
        let event = entry["stripe_event_id"].as_str().expect("an event");
        let event = world.stripe(Method::GET, &format!("/events/{event}"), &[]).await;
        assert_eq!(event["request"]["id"], entry["stripe_request_id"]);
        assert_eq!(event["request"]["idempotency_key"], quote["quote_id"]);
    }

    async fn another_price_is_told_with_the_one_before(world: World) {
        let owner = world.subscribed(2).await;
        owner.settled().await;
        // As it was until somebody chose another in the Dashboard.
        world.sql("UPDATE tenants SET price_id = 'price_before', unit_amount = 12900, price_interval_count = 3")
            .await
            .expect("changed");
        let plan = owner.tenant().await["plan"].clone();
        assert_eq!((&plan["price_id"], &plan["interval_count"]), (&json!("price_before"), &json!(3)));
        owner.post("/api/portal/billing/refresh", json!({"tenant_id": DEMO})).await.ok();
        let told = told(&owner).await;
        let price = told.iter().find(|line| line.starts_with("price_changed")).expect("an entry");
        assert_eq!(price, "price_changed by stripe: 12900 usd 3 month -> 4900 usd 1 month");
    }

    async fn every_charge_is_told_once(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let first = charges_when(&owner, 1).await;
        let (quote, answer) = change_seats(&owner, 5).await;
        answer.ok();
        world.days_pass(31).await;
        let all = charges_when(&owner, 3).await;
        assert_eq!(all[..1], first);
        let told: Vec<Value> =
            all.iter().map(|entry| json!([entry["kind"], entry["amount"]["amount"]])).collect();
        assert_eq!(told, [
            json!(["invoice_paid", 14_700]),
            json!(["seats_changed", quote["amount_due"]]),
            json!(["invoice_paid", 24_500]),
        ]);
        let invoices = owner.get(&format!("/api/portal/billing/invoices?tenant_id={DEMO}")).await.ok();
        assert_eq!(all[2]["subject"], invoices[0]["number"]);
        assert_eq!(all[2]["actor"], json!({"type": "stripe"}));
    }

    async fn a_refund_made_at_stripe_is_told_once(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let paid = charges_when(&owner, 1).await.len();
        let invoices = owner.get(&format!("/api/portal/billing/invoices?tenant_id={DEMO}")).await.ok();
        let invoice = format!("/invoices/{}", text(&invoices[0], "id"));
        let invoice = world.stripe(Method::GET, &invoice, &[("expand[]", "payments")]).await;
        let intent = text(&invoice["payments"]["data"][0]["payment"], "payment_intent");
        for amount in ["1000", "700"] {
            let part = [("payment_intent", intent), ("amount", amount)];
            world.stripe(Method::POST, "/refunds", &part).await;
        }
        let all = charges_when(&owner, paid + 2).await;
        owner.settled().await;
        assert_eq!(charges_when(&owner, paid).await, all);
        let mut amounts: Vec<i64> = Vec::new();
        for entry in &all[paid..] {
            assert_eq!((&entry["kind"], &entry["actor"]["type"]), (&json!("payment_refunded"), &json!("stripe")));
            amounts.push(entry["amount"]["amount"].as_i64().expect("an amount"));
        }
        amounts.sort_unstable();
        assert_eq!(amounts, [-1_000, -700]);
    }

    async fn seats_that_begin_at_none_are_told_with_what_they_cost(world: World) {
        let owner = in_a_paid_month(&world, 2).await;
        let before = charges_when(&owner, 1).await;
        let item = owner.tenant().await["stripe_subscription_item_id"].clone();
        let path = format!("/subscription_items/{}", item.as_str().expect("an id"));
        let none = [("quantity", "0"), ("proration_behavior", "none")];
        world.stripe(Method::POST, &path, &none).await;
        owner.tenant_when("no seats are left", |tenant| tenant["agent_quota"] == 0).await;
        let (quote, answer) = change_seats(&owner, 3).await;
        assert_eq!(answer.ok()["agent_quota"], 3);
        owner.settled().await;
        let charges = charges_when(&owner, 2).await;
        assert_eq!(charges[0], before[0]);
        assert_eq!(
            (&charges[1]["kind"], &charges[1]["amount"]["amount"], &charges[1]["actor"]["name"]),
            (&json!("seats_changed"), &quote["amount_due"], &json!("Olivia Owner"))
        );
        let told = entries(&owner).await;
        let seats = told.iter().filter(|entry| entry["kind"] == "seats_changed");
        let seats: Vec<_> = seats.map(|entry| json!([entry["before"], entry["after"]])).collect();
        assert_eq!(seats[..2], [json!(["0", "3"]), json!(["2", "0"])]);
    }

    async fn each_failed_payment_of_a_renewal_is_told_with_its_sum(world: World) {
        world.control("/_sandbox/payments", &[("retry_days", "3"), ("then", "unpaid")]).await;
        let owner = world.subscribed_with(2, DECLINES_LATER).await;
        world.days_pass(15).await;
        owner.tenant_when("it is past due", |it| it["subscription_status"] == "past_due").await;
        world.days_pass(4).await;
        owner.tenant_when("it is unpaid", |it| it["subscription_status"] == "unpaid").await;
        owner.settled().await;
        let told = entries(&owner).await;
        let failed: Vec<_> = told.iter().filter(|one| one["kind"] == "renewal_failed").collect();
        assert_eq!(failed.len(), 2, "{told:?}");
        let invoices = owner.get(&format!("/api/portal/billing/invoices?tenant_id={DEMO}")).await.ok();
        for entry in failed {
            assert_eq!(entry["subject"], invoices[0]["number"]);
            assert_eq!(entry["amount"], json!({"amount": 9_800, "currency": "usd"}));
            assert_eq!(entry["actor"], json!({"type": "stripe"}));
        }
        assert!(!told.iter().any(|one| one["kind"] == "invoice_paid"), "{told:?}");
    }

    async fn a_webhook_that_is_faster_than_the_answer_still_names_the_operator(world: World) {
        let owner = world.subscribed(2).await;
        // Stripe makes the change, but its answer is lost at every attempt.
        let call = ("call", "POST /v1/subscription_items/{id}");
        world.control("/_sandbox/faults", &[("fault", "lost"), call]).await;
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "2"), call]).await;
        let body = json!({"tenant_id": DEMO, "agent_count": 4});
        owner.post("/api/portal/billing/quantity", body).await.refused(503, "stripe_unavailable");
        owner.tenant_when("the webhook is in", |tenant| tenant["agent_quota"] == 4).await;
        let told = told(&owner).await;
        assert_eq!(told.last().expect("entries"), "seats_changed by Olivia Owner: 2 -> 4");
    }

    async fn a_declined_increase_is_told_and_grants_nothing(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let customer = owner.tenant().await["stripe_customer_id"].clone();
        let customer = customer.as_str().expect("a customer");
        let attach = "/payment_methods/pm_card_chargeCustomerFail/attach";
        let card = world.stripe(Method::POST, attach, &[("customer", customer)]).await;
        let subscription = owner.tenant().await["stripe_subscription_id"].clone();
        let path = format!("/subscriptions/{}", subscription.as_str().expect("an id"));
        let card = card["id"].as_str().expect("a card");
        world.stripe(Method::POST, &path, &[("default_payment_method", card)]).await;
        let (quote, answer) = change_seats(&owner, 5).await;
        answer.refused(402, "card_declined");
        let last = entries(&owner).await.remove(0);
        assert_eq!((&last["kind"], &last["actor"]["name"]), (&json!("payment_failed"), &json!("Olivia Owner")));
        assert_eq!(last["amount"]["amount"], quote["amount_due"]);
    }

    async fn a_cancellation_and_its_return_are_told(world: World) {
        let owner = world.subscribed(1).await;
        let end = owner.tenant().await["trial_ends_at"].as_str().expect("an end").to_owned();
        owner.post("/api/portal/billing/cancel", json!({"tenant_id": DEMO})).await.ok();
        owner.post("/api/portal/billing/resume", json!({"tenant_id": DEMO})).await.ok();
        let now = json!({"tenant_id": DEMO, "at": "now"});
        owner.hire("Ada").await.ok();
        owner.post("/api/portal/billing/cancel", now).await.ok();
        let told = told(&owner).await;
        assert_eq!(told[4..], [
            format!("cancellation_scheduled by Olivia Owner: - -> {end}"),
            format!("cancellation_withdrawn by Olivia Owner: {end} -> -"),
            "agent_hired by Olivia Owner: - -> -".to_owned(),
            "status_changed by Olivia Owner: trialing -> canceled".to_owned(),
            "agents_suspended by Olivia Owner: - -> -".to_owned(),
        ]);
        assert_eq!(entries(&owner).await[0]["subject"], "Ada");
    }

    async fn what_happens_at_stripe_is_told_as_stripe_s_with_its_event(world: World) {
        let owner = world.subscribed(2).await;
        owner.hire("Ada").await.ok();
        let subscription = owner.tenant().await["stripe_subscription_id"].clone();
        world.force_status(subscription.as_str().expect("an id"), "unpaid").await;
        owner.tenant_when("it is unpaid", |tenant| tenant["subscription_status"] == "unpaid").await;
        world.force_status(subscription.as_str().expect("an id"), "active").await;
        owner.tenant_when("it is active", |tenant| tenant["subscription_status"] == "active").await;
        let told = told(&owner).await;
        assert_eq!(told[5..], [
            "status_changed by stripe: trialing -> unpaid",
            "agents_suspended by portal: - -> -",
            "status_changed by stripe: unpaid -> active",
            "agents_restored by portal: - -> -",
        ]);
        let entry = entries(&owner).await.remove(1);
        assert!(entry["stripe_event_id"].as_str().expect("an event").starts_with("evt_"));
    }

    async fn seats_that_somebody_changed_in_the_dashboard_are_not_put_down_to_who_looks(world: World) {
        let owner = world.subscribed(2).await;
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        let item = owner.tenant().await["stripe_subscription_item_id"].clone();
        let path = format!("/subscription_items/{}", item.as_str().expect("an item"));
        world.stripe(Method::POST, &path, &[("quantity", "6")]).await;
        owner.post("/api/portal/billing/refresh", json!({"tenant_id": DEMO})).await.ok();
        let told = told(&owner).await;
        assert_eq!(told.last().expect("entries"), "seats_changed by stripe: 2 -> 6");
    }

    async fn turning_an_agent_to_what_it_is_tells_nothing(world: World) {
        let owner = world.subscribed(1).await;
        let ada = owner.hire("Ada").await.ok();
        let path = |verb: &str| format!("/api/portal/agents/{}/{verb}", ada["id"].as_str().expect("an id"));
        let on = json!({"tenant_id": DEMO});
        for verb in ["activate", "deactivate", "deactivate", "activate"] {
            owner.post(&path(verb), on.clone()).await.ok();
        }
        let told = told(&owner).await;
        assert_eq!(told[4..], [
            "agent_hired by Olivia Owner: - -> -",
            "agent_deactivated by Olivia Owner: - -> -",
            "agent_activated by Olivia Owner: - -> -",
        ]);
    }

    async fn the_timeline_is_read_page_by_page_without_a_gap(world: World) {
        let owner = world.subscribed(1).await;
        let ada = owner.hire("Ada").await.ok();
        let id = ada["id"].as_str().expect("an id");
        for at in 0..60 {
            let verb = if at % 2 == 0 { "deactivate" } else { "activate" };
            owner.post(&format!("/api/portal/agents/{id}/{verb}"), json!({"tenant_id": DEMO})).await.ok();
        }
        let mut all = Vec::new();
        let mut before = String::new();
        loop {
            let page = owner.get(&format!("/api/portal/activity?tenant_id={DEMO}{before}")).await.ok();
            all.extend(page["entries"].as_array().expect("entries").iter().map(|entry| entry["id"].as_i64().expect("an id")));
            let Some(next) = page["next"].as_i64() else { break };
            before = format!("&before={next}");
        }
        assert_eq!(all.len(), 65);
        assert!(all.is_sorted_by(|a, b| a > b));
        let bad = owner.get(&format!("/api/portal/activity?tenant_id={DEMO}&before=x")).await;
        bad.refused(400, "malformed");
    }

    async fn the_database_itself_refuses_to_rewrite_the_timeline(world: World) {
        let owner = world.subscribed(1).await;
        for statement in ["UPDATE activity SET kind = 'seats_changed'", "DELETE FROM activity"] {
            let refused = world.sql(statement).await;
            let error = refused.expect_err("a refusal").to_string();
            assert!(error.contains("append-only"), "{error}");
        }
        assert_eq!(entries(&owner).await.len(), 4);
    }

    async fn each_tenant_reads_its_own_timeline(world: World) {
        world.subscribed(1).await;
        let other = world.person("other@example.com", "tenant_other", Role::Owner).await;
        let page = other.get("/api/portal/activity?tenant_id=tenant_other").await.ok();
        assert_eq!(page, json!({"entries": [], "next": null}));
    }
}
