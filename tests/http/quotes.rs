//! Changing seats by quote and confirmation: what was shown is charged, or nothing is.

mod at_once;
mod credit;
mod ended;
mod pending;
mod renewed;
mod unanswered;

use crate::helpers::*;
use reqwest::Method;
use serde_json::{Value, json};

fn seats(count: u32) -> Value {
    json!({"tenant_id": DEMO, "agent_count": count})
}

async fn quote(owner: &Person, count: u32) -> Value {
    owner.post("/api/portal/billing/quote", seats(count)).await.ok()
}

async fn confirm(owner: &Person, quote: &Value) -> Answer {
    let body = json!({
        "tenant_id": DEMO, "agent_count": quote["agent_count"], "quote_id": quote["quote_id"],
    });
    owner.post("/api/portal/billing/quantity", body).await
}

async fn invoices(owner: &Person) -> Vec<Value> {
    let answer = owner.get(&format!("/api/portal/billing/invoices?tenant_id={DEMO}")).await;
    answer.ok().as_array().expect("invoices").clone()
}

fn id(tenant: &Value, field: &str) -> String {
    tenant[field].as_str().expect("an id").to_owned()
}

async fn at_stripe(world: &World, owner: &Person) -> Value {
    let path = format!("/subscriptions/{}", id(&owner.tenant().await, "stripe_subscription_id"));
    world.stripe(Method::GET, &path, &[]).await
}

/// The entries of this kind, each with its actor's name and amount.
async fn entries(owner: &Person, kind: &str) -> Vec<Value> {
    let page = owner.get(&format!("/api/portal/activity?tenant_id={DEMO}")).await.ok();
    let entries = page["entries"].as_array().expect("entries").iter();
    let of_kind = entries.filter(|entry| entry["kind"] == kind);
    of_kind.map(|entry| json!([entry["actor"]["name"], entry["amount"]["amount"]])).collect()
}

/// Approves the payment at the customer's bank, on the invoice's page.
async fn approve(owner: &Person, page: &str) {
    let approval = owner.http.post(format!("{page}/challenge")).form(&[("result", "approve")]);
    let answer = approval.send().await.expect("an answer");
    assert!(answer.status().is_redirection(), "{}", answer.status());
}

on_both_databases! {
    async fn an_increase_is_charged_to_the_cent_as_quoted(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let quoted = quote(&owner, 5).await;
        let due = quoted["amount_due"].as_i64().expect("an amount");
        assert!((1..9_800).contains(&due), "{quoted}");
        assert_eq!((&quoted["currency"], &quoted["next_amount"]), (&json!("usd"), &json!(24_500)));
        assert_eq!(quoted["next_at"], owner.tenant().await["current_period_end"]);
        let before = invoices(&owner).await.len();
        let tenant = confirm(&owner, &quoted).await.ok();
        assert_eq!(tenant["agent_quota"], 5);
        let after = invoices(&owner).await;
        assert_eq!(after.len(), before + 1);
        assert_eq!((&after[0]["total"]["amount"], &after[0]["status"]), (&json!(due), &json!("paid")));
    }

    async fn in_the_trial_a_quote_says_nothing_today_and_what_comes_first(world: World) {
        let owner = world.subscribed(2).await;
        let quoted = quote(&owner, 4).await;
        assert_eq!((&quoted["amount_due"], &quoted["next_amount"]), (&json!(0), &json!(19_600)));
        assert_eq!(quoted["next_at"], owner.tenant().await["trial_ends_at"]);
        assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], 4);
        world.days_pass(15).await;
        owner.tenant_when("it is active", |tenant| tenant["subscription_status"] == "active").await;
        assert_eq!(invoices(&owner).await[0]["total"]["amount"], 19_600);
    }

    async fn seats_below_the_agents_in_use_need_a_choice_that_every_sync_honours(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        for name in ["Ada", "Bob", "Cleo"] {
            owner.hire(name).await.ok();
        }
        let quoted = quote(&owner, 1).await;
        let body = |turn_off: Value| json!({
            "tenant_id": DEMO, "agent_count": 1, "quote_id": quoted["quote_id"], "turn_off": turn_off,
        });
        let confirm = |turn_off| owner.post("/api/portal/billing/quantity", body(turn_off));
        confirm(json!([])).await.refused(409, "agents_in_use");
        confirm(owner.ids(&["Ada"]).await).await.refused(409, "agents_in_use");
        confirm(json!(["agent_of_nobody", "agent_unknown"])).await.refused(409, "agents_in_use");
        assert_eq!(owner.tenant().await["agents_active"], 3);

        // The answer is lost: the webhook's sync sees the change first, and honours the choice.
        let call = ("call", "POST /v1/subscriptions/{id}");
        world.control("/_sandbox/faults", &[("fault", "lost"), call]).await;
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "2"), call]).await;
        let chosen = owner.ids(&["Ada", "Bob"]).await;
        confirm(chosen.clone()).await.refused(503, "stripe_unavailable");
        owner.tenant_when("it has one seat", |tenant| tenant["agent_quota"] == 1).await;
        assert_eq!(owner.agents().await, ["Ada off by billing", "Bob off by billing", "Cleo on"]);
        assert_eq!(confirm(chosen).await.ok()["agents_active"], 1);
    }

    async fn a_quote_is_stale_once_anything_has_changed(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let other_number = quote(&owner, 5).await;
        let mut changed = other_number.clone();
        changed["agent_count"] = json!(6);
        confirm(&owner, &changed).await.refused(409, "quote_stale");

        let other_seats = quote(&owner, 5).await;
        let tenant = owner.tenant().await;
        let item = format!("/subscription_items/{}", id(&tenant, "stripe_subscription_item_id"));
        let none = ("proration_behavior", "none");
        world.stripe(Method::POST, &item, &[("quantity", "4"), none]).await;
        confirm(&owner, &other_seats).await.refused(409, "quote_stale");
        assert_eq!(owner.tenant().await["agent_quota"], 4);

        let other_balance = quote(&owner, 5).await;
        let customer = format!("/customers/{}", id(&tenant, "stripe_customer_id"));
        world.stripe(Method::POST, &customer, &[("balance", "-100")]).await;
        confirm(&owner, &other_balance).await.refused(409, "quote_stale");

        let expired = quote(&owner, 5).await;
        world.control("/_sandbox/advance", &[("by", "601")]).await;
        confirm(&owner, &expired).await.refused(409, "quote_stale");
        for unknown in ["quote_unknown", "quote_\0"] {
            let unknown = json!({"agent_count": 5, "quote_id": unknown});
            confirm(&owner, &unknown).await.refused(409, "quote_stale");
        }
        let quantity = at_stripe(&world, &owner).await["items"]["data"][0]["quantity"].clone();
        assert_eq!(quantity, 4);
    }

    async fn an_increase_whose_card_declines_grants_no_seats_and_leaves_nothing_behind(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        card(&world, &owner, "pm_card_chargeCustomerFail").await;
        let quoted = quote(&owner, 5).await;
        let refused = confirm(&owner, &quoted).await;
        let message = refused.body["error"]["message"].as_str().expect("a message");
        assert!(message.contains("Update your card"), "{message}");
        refused.refused(402, "card_declined");
        assert_eq!(owner.tenant().await["agent_quota"], 3);
        let subscription = at_stripe(&world, &owner).await;
        assert_eq!(subscription["items"]["data"][0]["quantity"], 3);
        assert_eq!(subscription["pending_update"], Value::Null);
        assert!(invoices(&owner).await.iter().all(|invoice| invoice["status"] != "open"));

        // Confirming again needs a new quote, which succeeds with a better card.
        confirm(&owner, &quoted).await.refused(409, "quote_stale");
        card(&world, &owner, "pm_card_visa").await;
        let quoted = quote(&owner, 5).await;
        assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], 5);
    }

    async fn a_bank_that_asks_for_the_customer_keeps_the_seats_waiting_for_them(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        card(&world, &owner, "pm_card_authenticationRequired").await;
        let quoted = quote(&owner, 5).await;
        let asked = confirm(&owner, &quoted).await;
        let invoice = asked.body["error"]["url"].as_str().expect("the invoice's page").to_owned();
        asked.refused(402, "payment_action_required");
        assert_eq!(owner.tenant().await["agent_quota"], 3);
        // Confirming again creates nothing else and charges nothing.
        let again = confirm(&owner, &quoted).await;
        assert_eq!(again.body["error"]["url"], json!(invoice));
        // The invoice is still listed later, with the seats it pays for.
        let waiting = invoices(&owner).await;
        assert_eq!((&waiting[0]["status"], &waiting[0]["agent_count"]), (&json!("open"), &json!(5)));
        approve(&owner, &invoice).await;
        owner.tenant_when("the seats are there", |tenant| tenant["agent_quota"] == 5).await;
        assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], 5);
        let paid = invoices(&owner).await;
        assert_eq!((&paid[0]["total"]["amount"], &paid[0]["status"]), (&quoted["amount_due"], &json!("paid")));
        assert_eq!(paid[0]["agent_count"], Value::Null);
        let told = async || -> Vec<Value> {
            let page = owner.get(&format!("/api/portal/activity?tenant_id={DEMO}")).await.ok();
            let entries = page["entries"].as_array().expect("entries").iter();
            let of_it = entries.take_while(|entry| entry["kind"] != "status_changed");
            let mut told: Vec<Value> = of_it
                .map(|entry| json!([entry["kind"], entry["actor"]["name"], entry["amount"]["amount"]]))
                .filter(|entry| entry[0] != "invoice_paid" || entry[2] == quoted["amount_due"])
                .collect();
            told.sort_by_key(|entry| entry[0].to_string());
            told
        };
        let due = &quoted["amount_due"];
        let three = async || Some(told().await).filter(|told| told.len() == 3);
        assert_eq!(eventually("all is told", three).await, [
            json!(["action_required", "Olivia Owner", due]),
            json!(["invoice_paid", null, due]),
            json!(["seats_changed", "Olivia Owner", null]),
        ]);
    }

    async fn seats_that_somebody_else_grants_while_a_bank_waits_are_not_told_as_charged(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        card(&world, &owner, "pm_card_authenticationRequired").await;
        let quoted = quote(&owner, 5).await;
        confirm(&owner, &quoted).await.refused(402, "payment_action_required");
        let item = id(&owner.tenant().await, "stripe_subscription_item_id");
        let given = [("quantity", "5"), ("proration_behavior", "none")];
        world.stripe(Method::POST, &format!("/subscription_items/{item}"), &given).await;
        owner.tenant_when("the seats are there", |tenant| tenant["agent_quota"] == 5).await;
        let page = owner.get(&format!("/api/portal/activity?tenant_id={DEMO}")).await.ok();
        let newest = &page["entries"][0];
        assert_eq!((&newest["kind"], &newest["amount"]), (&json!("seats_changed"), &Value::Null));
    }

    async fn seats_that_wait_for_a_bank_are_given_up_by_another_wish(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        card(&world, &owner, "pm_card_authenticationRequired").await;
        let quoted = quote(&owner, 5).await;
        assert_eq!(quoted["replaces"], Value::Null);
        confirm(&owner, &quoted).await.refused(402, "payment_action_required");
        // Quoting another number keeps the invoice open, and says what would be given up.
        let other = quote(&owner, 2).await;
        assert_eq!(other["replaces"], 5);
        let open = |invoice: &Value| invoice["status"] == "open";
        assert!(invoices(&owner).await.iter().any(open));
        assert_eq!(confirm(&owner, &other).await.ok()["agent_quota"], 2);
        assert!(!invoices(&owner).await.iter().any(open));
        confirm(&owner, &quoted).await.refused(409, "quote_stale");
        let page = owner.get(&format!("/api/portal/activity?tenant_id={DEMO}")).await.ok();
        let told = page["entries"].as_array().expect("entries").iter();
        let given_up = told.filter(|entry| entry["kind"] == "payment_failed").count();
        assert_eq!(given_up, 1, "{page:#}");
        assert_eq!(at_stripe(&world, &owner).await["pending_update"], Value::Null);
    }

    async fn seats_that_began_to_wait_for_a_bank_meanwhile_are_not_given_up_unsaid(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        card(&world, &owner, "pm_card_authenticationRequired").await;
        let asked_before = quote(&owner, 2).await;
        let quoted = quote(&owner, 5).await;
        confirm(&owner, &quoted).await.refused(402, "payment_action_required");
        confirm(&owner, &asked_before).await.refused(409, "quote_stale");
        assert!(invoices(&owner).await.iter().any(|invoice| invoice["status"] == "open"));
        assert_eq!(quote(&owner, 2).await["replaces"], 5);
    }

    async fn confirming_twice_at_once_charges_once(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let quoted = quote(&owner, 5).await;
        let before = invoices(&owner).await.len();
        let (one, other) = tokio::join!(confirm(&owner, &quoted), confirm(&owner, &quoted));
        assert_eq!((&one.ok()["agent_quota"], &other.ok()["agent_quota"]), (&json!(5), &json!(5)));
        assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], 5);
        assert_eq!(invoices(&owner).await.len(), before + 1);
    }

    async fn what_cannot_be_quoted_says_why(world: World) {
        let owner = world.owner().await;
        let ask = |count| owner.post("/api/portal/billing/quote", seats(count));
        ask(2).await.refused(409, "no_subscription");
        let owner = world.subscribed(2).await;
        let ask = |count| owner.post("/api/portal/billing/quote", seats(count));
        ask(2).await.refused(422, "unchanged");
        ask(0).await.refused(422, "invalid");
        let subscription = id(&owner.tenant().await, "stripe_subscription_id");
        world.force_status(&subscription, "unpaid").await;
        ask(3).await.refused(409, "payment_required");
    }

    async fn while_a_payment_is_due_seats_can_be_given_back_but_not_added(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let subscription = id(&owner.tenant().await, "stripe_subscription_id");
        world.force_status(&subscription, "past_due").await;
        owner.tenant_when("it is past due", |tenant| tenant["subscription_status"] == "past_due").await;
        let more = owner.post("/api/portal/billing/quote", seats(4)).await;
        more.refused(409, "payment_required");
        // Unpaid seats give no credit, as it would pay for others.
        let fewer = quote(&owner, 2).await;
        assert_eq!((&fewer["amount_due"], &fewer["credit"]), (&json!(0), &json!(0)));
        assert_eq!(fewer["next_amount"], 9_800);
        assert_eq!(confirm(&owner, &fewer).await.ok()["agent_quota"], 2);
        world.force_status(&subscription, "active").await;
        world.days_pass(31).await;
        let renewed = invoices(&owner).await;
        assert_eq!(renewed[0]["total"]["amount"], 9_800);
    }

    async fn another_tenants_quote_confirms_nothing(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let quoted = quote(&owner, 5).await;
        let other = world.person("other@example.com", "tenant_other", portal::model::Role::Owner).await;
        let body = json!({
            "tenant_id": "tenant_other", "agent_count": 5, "quote_id": quoted["quote_id"],
        });
        other.post("/api/portal/billing/quantity", body).await.refused(409, "quote_stale");
        let body = json!({
            "tenant_id": DEMO, "agent_count": 5, "quote_id": quoted["quote_id"],
        });
        other.post("/api/portal/billing/quantity", body).await.refused(404, "not_found");
        assert_eq!(owner.tenant().await["agent_quota"], 3);
    }
}
