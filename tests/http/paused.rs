//! A paused subscription: the page says so, and offers a way to resume or end it.

use crate::helpers::*;
use reqwest::Method;
use serde_json::{Value, json};

const TENANT: (&str, &str) = ("tenant_id", DEMO);

fn on() -> Value {
    json!({"tenant_id": DEMO})
}

/// The demo's owner with two seats and one agent, paused.
async fn paused(world: &World, card: &str) -> Person {
    let owner = world.subscribed_with(2, card).await;
    owner.hire("Ada").await.ok();
    pause(world, &owner).await;
    assert_eq!(owner.agents().await, ["Ada off by billing"]);
    owner
}

async fn pause(world: &World, owner: &Person) {
    world.force_status(&id(owner, "stripe_subscription_id").await, "paused").await;
    is_paused(owner).await;
}

async fn is_paused(owner: &Person) -> Value {
    owner.tenant_when("it is paused", |tenant| tenant["stripe_status"] == "paused").await
}

async fn id(owner: &Person, field: &str) -> String {
    owner.tenant().await[field].as_str().expect("an id").to_owned()
}

async fn resume(owner: &Person) -> Answer {
    owner.post("/api/portal/billing/resume", on()).await
}

/// The latest invoices' totals and statuses, newest first.
async fn invoices(owner: &Person) -> Vec<(i64, String)> {
    let path = format!("/api/portal/billing/invoices?tenant_id={DEMO}");
    let invoices = owner.get(&path).await.ok();
    let read = |invoice: &Value| {
        let status = invoice["status"].as_str().expect("a status").to_owned();
        (invoice["total"]["amount"].as_i64().expect("an amount"), status)
    };
    invoices.as_array().expect("invoices").iter().map(read).collect()
}

/// The timeline's status changes with who made them, oldest first.
async fn told(owner: &Person) -> Vec<String> {
    owner.settled().await;
    let page = owner.get(&format!("/api/portal/activity?tenant_id={DEMO}")).await.ok();
    let entries = page["entries"].as_array().expect("entries").iter().rev();
    let changes = entries.filter(|entry| entry["kind"] == "status_changed");
    changes
        .map(|entry| {
            let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            let (before, after) = (text(&entry["before"]), text(&entry["after"]));
            format!("{before} to {after} by {}", text(&entry["actor"]["name"]))
        })
        .collect()
}

on_both_databases! {
    async fn the_page_names_no_invoice_and_no_date_and_shows_the_way_out(world: World) {
        let owner = paused(&world, "4242 4242 4242 4242").await;
        let html = owner.html("/billing").await;
        for text in [
            "Agents are off",
            "Your subscription is paused. Resume it, and your agents come back",
            "action=\"/billing/resume\"",
            "Your agents stay off.",
        ] {
            assert!(html.contains(text), "{text}: {html}");
        }
        for text in ["An invoice is unpaid", "Your agents work until", "value=\"period_end\""] {
            assert!(!html.contains(text), "{text}: {html}");
        }
        assert_eq!(html.matches("action=\"/billing/resume\"").count(), 1, "{html}");
        let seats = json!({"tenant_id": DEMO, "agent_count": 3});
        owner.post("/api/portal/billing/quote", seats.clone()).await.refused(409, "subscription_paused");
        owner.post("/api/portal/billing/quantity", seats).await.refused(409, "subscription_paused");
    }

    async fn resuming_charges_a_new_period_brings_the_agents_back_and_is_told_once(world: World) {
        let owner = paused(&world, "4242 4242 4242 4242").await;
        assert_eq!(owner.next_charge().await["amount_due"], 9_800);
        let tenant = resume(&owner).await.ok();
        assert_eq!(
            (&tenant["subscription_status"], &tenant["agent_quota"], &tenant["agents_active"]),
            (&json!("active"), &json!(2), &json!(1))
        );
        assert_eq!(owner.agents().await, ["Ada on"]);
        resume(&owner).await.ok();
        let paid = invoices(&owner).await;
        assert_eq!(paid, [(9_800, "paid".to_owned()), (0, "paid".to_owned())]);
        assert_eq!(told(&owner).await, ["trialing to unpaid by -", "unpaid to active by Olivia Owner"]);
        let page = owner.get(&format!("/api/portal/activity?tenant_id={DEMO}&topic=payments")).await.ok();
        let payments: Vec<&Value> =
            page["entries"].as_array().expect("entries").iter().map(|entry| &entry["amount"]["amount"]).collect();
        assert_eq!(payments, [&json!(9_800)], "{page}");
    }

    async fn a_resume_that_was_cut_off_leaves_nothing_that_is_charged_later(world: World) {
        let owner = paused(&world, DECLINES_LATER).await;
        let call = ("call", "POST /v1/subscriptions/{id}/resume");
        world.control("/_sandbox/faults", &[("fault", "lost"), call]).await;
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "2"), call]).await;
        resume(&owner).await.refused(503, "stripe_unavailable");
        assert_eq!(invoices(&owner).await[0], (9_800, "open".to_owned()));
        // The resume may still be tried again.
        refresh(&owner).await.ok();
        assert_eq!(invoices(&owner).await[0], (9_800, "open".to_owned()));
        world.control("/_sandbox/advance", &[("by", "180")]).await;
        refresh(&owner).await.ok();
        assert_eq!(invoices(&owner).await[0], (9_800, "void".to_owned()));
        is_paused(&owner).await;
        card(&world, &owner, "pm_card_visa").await;
        assert_eq!(resume(&owner).await.ok()["subscription_status"], "active");
    }

    async fn a_declined_card_leaves_it_paused_with_nothing_to_pay_until_there_is_a_better_one(
        world: World
    ) {
        let owner = paused(&world, DECLINES_LATER).await;
        resume(&owner).await.refused(402, "card_declined");
        assert_eq!(is_paused(&owner).await["agent_quota"], 0);
        assert_eq!(owner.agents().await, ["Ada off by billing"]);
        assert_eq!(invoices(&owner).await[0], (9_800, "void".to_owned()));
        card(&world, &owner, "pm_card_visa").await;
        assert_eq!(resume(&owner).await.ok()["subscription_status"], "active");
        assert_eq!(owner.agents().await, ["Ada on"]);
    }

    async fn without_a_card_it_says_so(world: World) {
        let owner = paused(&world, "4242 4242 4242 4242").await;
        let customer = id(&owner, "stripe_customer_id").await;
        let path = format!("/customers/{customer}/payment_methods");
        let cards = world.stripe(Method::GET, &path, &[]).await;
        for card in cards["data"].as_array().expect("cards") {
            let path = format!("/payment_methods/{}/detach", card["id"].as_str().expect("an id"));
            world.stripe(Method::POST, &path, &[]).await;
        }
        resume(&owner).await.refused(402, "no_payment_method");
        let landing = owner.submit("/billing/resume", &[TENANT]).await;
        landing.says("There is no card to charge.").says("Update Payment");
        assert_eq!(invoices(&owner).await.len(), 1);
        card(&world, &owner, "pm_card_visa").await;
        assert_eq!(resume(&owner).await.ok()["subscription_status"], "active");
    }

    async fn a_bank_that_asks_for_the_customer_keeps_it_paused_until_they_answer(world: World) {
        let owner = paused(&world, "4242 4242 4242 4242").await;
        card(&world, &owner, "pm_card_authenticationRequired").await;
        let asked = resume(&owner).await;
        let invoice = asked.body["error"]["url"].as_str().expect("the invoice's page").to_owned();
        asked.refused(402, "payment_action_required");
        // Trying again creates no second invoice.
        let again = resume(&owner).await;
        assert_eq!(again.body["error"]["url"], json!(invoice));
        again.refused(402, "payment_action_required");
        assert_eq!(invoices(&owner).await.len(), 2);
        let approve = owner.http.post(format!("{invoice}/challenge")).form(&[("result", "approve")]);
        let paid = approve.send().await.expect("an answer").status();
        assert!(paid.is_redirection() || paid.is_success(), "{paid}");
        owner.tenant_when("it is active", |tenant| tenant["subscription_status"] == "active").await;
        assert_eq!(owner.agents().await, ["Ada on"]);
    }

    async fn ending_it_gives_up_what_the_bank_still_waits_for(world: World) {
        let owner = paused(&world, "4242 4242 4242 4242").await;
        card(&world, &owner, "pm_card_authenticationRequired").await;
        resume(&owner).await.refused(402, "payment_action_required");
        let now = json!({"tenant_id": DEMO, "at": "now"});
        owner.post("/api/portal/billing/cancel", now).await.ok();
        assert_eq!(invoices(&owner).await[0].1, "void");
    }

    async fn an_older_invoice_stays_due_when_it_is_ended(world: World) {
        let owner = world.subscribed(2).await;
        card(&world, &owner, "pm_card_authenticationRequired").await;
        world.days_pass(15).await;
        owner.tenant_when("it is past due", |tenant| tenant["subscription_status"] == "past_due").await;
        pause(&world, &owner).await;
        resume(&owner).await.refused(402, "payment_action_required");
        let now = json!({"tenant_id": DEMO, "at": "now"});
        owner.post("/api/portal/billing/cancel", now).await.ok();
        assert_eq!(invoices(&owner).await[0].1, "open");
    }

    async fn an_older_invoice_is_paid_first_and_no_new_period_charged_beside_it(world: World) {
        let owner = world.subscribed_with(2, DECLINES_LATER).await;
        world.days_pass(15).await;
        owner.tenant_when("it is past due", |tenant| tenant["subscription_status"] == "past_due").await;
        pause(&world, &owner).await;
        card(&world, &owner, "pm_card_visa").await;
        let before = invoices(&owner).await;
        let refused = resume(&owner).await;
        assert!(refused.body["error"]["url"].is_string(), "{}", refused.body);
        refused.refused(409, "payment_required");
        owner.submit("/billing/resume", &[TENANT]).await.says("An invoice is unpaid. Pay it, then");
        assert_eq!(invoices(&owner).await, before);
        is_paused(&owner).await;
    }

    async fn a_cancellation_that_waits_is_taken_back_as_well(world: World) {
        let owner = world.subscribed(2).await;
        owner.post("/api/portal/billing/cancel", on()).await.ok();
        pause(&world, &owner).await;
        let html = owner.html("/billing").await;
        assert!(html.contains("Cancels on ") && !html.contains("Your agents work until"), "{html}");
        assert_eq!(html.matches("action=\"/billing/resume\"").count(), 1, "{html}");
        let tenant = resume(&owner).await.ok();
        assert_eq!(
            (&tenant["subscription_status"], &tenant["cancels_at"]),
            (&json!("active"), &Value::Null)
        );
    }

    async fn without_scripts_the_form_does_the_same(world: World) {
        let owner = paused(&world, DECLINES_LATER).await;
        let landing = owner.submit("/billing/resume", &[TENANT]).await;
        landing.says("Your card was declined.").says("Your subscription is paused.");
        assert_eq!(landing.html.matches("role=\"alert\"").count(), 1, "{}", landing.html);
        card(&world, &owner, "pm_card_visa").await;
        owner.submit("/billing/resume", &[TENANT]).await.says("Welcome back").says("1 of 2 agents in use");
    }

    async fn a_paused_subscription_is_ended_by_the_form_of_its_page(world: World) {
        let owner = paused(&world, "4242 4242 4242 4242").await;
        let landing = owner.submit("/billing/cancel", &[TENANT, ("at", "now")]).await;
        landing.says("The subscription has ended.");
        resume(&owner).await.refused(409, "no_subscription");
    }
}
