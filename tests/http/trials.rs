//! One trial per tenant, checked by tenant, owner's email and card.

use crate::helpers::*;
use portal::model::{Role, TenantId};
use portal::store::{NewTrial, TrialState};
use reqwest::Method;
use serde_json::{Value, json};

const OTHER: &str = "tenant_other";
const MASTERCARD: &str = "5555 5555 5555 4444";
const END: Environment = &[("STRIPE_REPEATED_TRIAL", "end_trial")];
const VISA: &str = "4242 4242 4242 4242";

/// Subscribes the other tenant with this card; returns the tenant once it has a subscription.
async fn subscribe_other(world: &World, person: &Person, card: &str) -> Value {
    let body = json!({"tenant_id": OTHER, "agent_count": 2});
    let answer = person.post("/api/portal/billing/checkout", body).await.ok();
    world.pay_with(answer["checkout_url"].as_str().expect("a link"), card).await;
    other_when(person, |tenant| tenant["stripe_subscription_id"].is_string()).await
}

/// Gives this owner another tenant.
async fn give_another(world: &World, owner: &Person, tenant_id: &str) {
    let db = &world.portal.db;
    let tenant_id: TenantId = tenant_id.parse().expect("an id");
    db.create_tenant(&tenant_id, "Another", chrono::Utc::now()).await.expect("a tenant");
    let viewer = owner.get("/api/portal/viewer").await.ok();
    let id = viewer["id"].as_str().expect("an id").parse().expect("an id");
    db.put_membership(&tenant_id, &id, Role::Owner).await.expect("a membership");
}

/// Records a trial of each of the two tenants at the same moment; returns how many are flagged.
async fn flagged_at_once(
    world: &World,
    tenants: &[TenantId; 2],
    email: Option<&str>,
    card_fingerprint: Option<&str>,
) -> usize {
    let (db, now) = (&world.portal.db, chrono::Utc::now());
    let subscription_ids =
        tenants.each_ref().map(|id| format!("sub_{id}_{}", now.timestamp_micros()));
    let note = |which: usize| {
        let repeated = TrialState::Flagged;
        let subscription_id = &subscription_ids[which];
        let trial = NewTrial { subscription_id, email, card_fingerprint, repeated, entry: None };
        db.note_trial(&tenants[which], trial, now)
    };
    let (one, other) = tokio::join!(note(0), note(1));
    one.expect("noted");
    other.expect("noted");
    let mut flagged = 0;
    for (tenant_id, subscription_id) in tenants.iter().zip(&subscription_ids) {
        let trial = db.trial(tenant_id, subscription_id).await.expect("an answer");
        flagged += usize::from(trial.expect("a trial").state == TrialState::Flagged);
    }
    flagged
}

async fn other_when(person: &Person, expected: impl Fn(&Value) -> bool) -> Value {
    let path = format!("/api/portal/tenant?tenant_id={OTHER}");
    let found = async || Some(person.get(&path).await.ok()).filter(&expected);
    eventually("the other tenant as expected", found).await
}

/// The repeated trials in the other tenant's timeline, after ten more syncs.
async fn repeated(person: &Person) -> Vec<Value> {
    for _ in 0..10 {
        person.post("/api/portal/billing/refresh", json!({"tenant_id": OTHER})).await.ok();
    }
    let page = person.get(&format!("/api/portal/activity?tenant_id={OTHER}")).await.ok();
    let entries = page["entries"].as_array().expect("entries").iter();
    entries
        .filter(|entry| entry["kind"] == "trial_repeated")
        .map(|entry| entry["after"].clone())
        .collect()
}

on_both_databases! {
    async fn an_owner_who_has_had_a_trial_gets_none_with_another_tenant_and_is_told_before(world: World) {
        let owner = world.subscribed(1).await;
        give_another(&world, &owner, OTHER).await;

        let tenant = other_when(&owner, |tenant| tenant["subscription_status"] == "none").await;
        assert_eq!(tenant["trial_available"], false);
        let path = format!("/billing?tenant_id={OTHER}");
        let page = owner.request(Method::GET, &path).send().await.expect("a page");
        let html = page.text().await.expect("a page");
        assert!(!html.contains("14-day free trial"), "{html}");
        subscribe_other(&world, &owner, MASTERCARD).await;
        let tenant = other_when(&owner, |tenant| tenant["subscription_status"] == "active").await;
        assert_eq!(tenant["trial_ends_at"], Value::Null);
    }

    async fn a_colleague_who_is_no_owner_does_not_use_up_the_trial(world: World) {
        world.subscribed(1).await;
        let other = world.person("second@example.com", OTHER, Role::Owner).await;
        let tenant = other_when(&other, |tenant| tenant["subscription_status"] == "none").await;
        assert_eq!(tenant["trial_available"], true);
    }

    async fn a_card_that_has_had_a_trial_with_another_tenant_is_flagged_once(world: World) {
        world.subscribed_with(1, VISA).await;
        let other = world.person("second@example.com", OTHER, Role::Owner).await;
        let tenant = subscribe_other(&world, &other, VISA).await;
        assert_eq!(tenant["subscription_status"], "trialing");
        assert_eq!(repeated(&other).await, ["flagged"]);
        let tenant = other_when(&other, |_| true).await;
        assert_eq!(tenant["subscription_status"], "trialing");
    }

    async fn of_two_trials_with_one_card_at_the_same_moment_one_is_flagged(world: World) {
        let (db, now) = (&world.portal.db, chrono::Utc::now());
        let tenants: [TenantId; 2] = [DEMO, OTHER].map(|id| id.parse().expect("an id"));
        db.create_tenant(&tenants[1], "Another", now).await.expect("a tenant");
        for number in 0..20 {
            let card = format!("card_{number}");
            assert_eq!(flagged_at_once(&world, &tenants, None, Some(&card)).await, 1, "{card}");
        }
    }

    async fn of_two_trials_of_one_owner_at_the_same_moment_one_is_flagged(world: World) {
        for number in 0..10 {
            let email = format!("owner_{number}@example.com");
            let tenants = ["one", "other"].map(|which| format!("tenant_{which}_{number}"));
            let owner = world.person(&email, &tenants[0], Role::Owner).await;
            give_another(&world, &owner, &tenants[1]).await;
            let tenants = tenants.map(|id| id.parse().expect("an id"));
            assert_eq!(flagged_at_once(&world, &tenants, Some(&email), None).await, 1, "{email}");
        }
    }

    async fn an_owner_who_opens_two_checkouts_before_paying_for_either_is_flagged(world: World) {
        let owner = world.owner().await;
        give_another(&world, &owner, OTHER).await;

        let body = json!({"tenant_id": OTHER, "agent_count": 2});
        let link = owner.post("/api/portal/billing/checkout", body).await.ok();
        world.subscribed_with(1, VISA).await;
        world.pay_with(link["checkout_url"].as_str().expect("a link"), MASTERCARD).await;
        other_when(&owner, |tenant| tenant["subscription_status"] == "trialing").await;
        assert_eq!(repeated(&owner).await, ["flagged"]);
        // Even though the card is a different one.
        let html = owner.html(&format!("/activity?tenant_id={OTHER}")).await;
        assert!(html.contains("This card or owner has had a trial before"), "{html}");
    }

    async fn another_card_has_its_own_trial(world: World) {
        world.subscribed_with(1, VISA).await;
        let other = world.person("second@example.com", OTHER, Role::Owner).await;
        subscribe_other(&world, &other, MASTERCARD).await;
        assert!(repeated(&other).await.is_empty());
    }

    async fn the_same_tenant_s_card_is_not_flagged_against_itself(world: World) {
        let owner = world.subscribed_with(1, VISA).await;
        for _ in 0..3 {
            refresh(&owner).await.ok();
        }
        let page = owner.get(&format!("/api/portal/activity?tenant_id={DEMO}")).await.ok();
        let entries = page["entries"].as_array().expect("entries");
        assert!(entries.iter().all(|entry| entry["kind"] != "trial_repeated"), "{page:#}");
    }

    async fn a_repeated_trial_ends_while_a_duplicate_can_not_be_ended(world: World, END) {
        world.subscribed_with(1, VISA).await.settled().await;
        let other = world.person("second@example.com", OTHER, Role::Owner).await;
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        let body = json!({"tenant_id": OTHER, "agent_count": 2});
        let answer = other.post("/api/portal/billing/checkout", body).await.ok();
        world.pay_with(answer["checkout_url"].as_str().expect("a link"), VISA).await;
        let tenant = other_when(&other, |tenant| tenant["stripe_customer_id"].is_string()).await;
        let customer = tenant["stripe_customer_id"].as_str().expect("an id");
        let first = world.stripe(Method::GET, "/subscriptions", &[("customer", customer)]).await;
        let first = &first["data"][0];
        world.control("/_sandbox/advance", &[("by", "3600")]).await;
        let second = world.stripe(Method::POST, "/subscriptions", &[
            ("customer", customer), ("metadata[tenant_id]", OTHER),
            ("items[0][price]", tenant["plan"]["price_id"].as_str().expect("a price")),
            ("default_payment_method", first["default_payment_method"].as_str().expect("a card")),
        ]).await;
        assert_eq!((&first["status"], &second["status"]), (&json!("trialing"), &json!("active")));
        let call = ("call", "DELETE /v1/subscriptions/{id}");
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "3"), call]).await;
        let refreshed = other.post("/api/portal/billing/refresh", json!({"tenant_id": OTHER})).await.ok();
        assert_eq!(refreshed["stripe_subscription_id"], first["id"]);
        assert_eq!(refreshed["subscription_status"], "active");
        assert_eq!(repeated(&other).await, ["ended"]);
    }

    async fn a_repeated_trial_whose_end_stripe_calls_a_failure_ends_soon_after(world: World, END) {
        world.subscribed_with(1, VISA).await;
        let other = world.person("second@example.com", OTHER, Role::Owner).await;
        let call = ("call", "POST /v1/subscriptions/{id}");
        world.control("/_sandbox/faults", &[("fault", "500"), call]).await;
        subscribe_other(&world, &other, VISA).await;
        let told = async || {
            world.control("/_sandbox/advance", &[("by", "601")]).await;
            repeated(&other).await.pop()
        };
        assert_eq!(eventually("the trial's end", told).await, "ended");
        other_when(&other, |tenant| tenant["subscription_status"] == "active").await;
    }

    async fn a_trial_that_was_granted_at_stripe_goes_on(world: World, END) {
        world.subscribed_with(1, VISA).await;
        let other = world.person("second@example.com", OTHER, Role::Owner).await;
        let body = json!({"tenant_id": OTHER, "agent_count": 2});
        other.post("/api/portal/billing/checkout", body).await.ok();
        let tenant = other_when(&other, |tenant| tenant["stripe_customer_id"].is_string()).await;
        let customer = text(&tenant, "stripe_customer_id");
        let attach = "/payment_methods/pm_card_visa/attach";
        let card = world.stripe(Method::POST, attach, &[("customer", customer)]).await;
        world.stripe(Method::POST, "/subscriptions", &[
            ("customer", customer), ("items[0][price]", text(&tenant["plan"], "price_id")),
            ("items[0][quantity]", "2"), ("trial_period_days", "30"),
            ("default_payment_method", text(&card, "id")),
        ]).await;
        other_when(&other, |tenant| tenant["subscription_status"] == "trialing").await;
        assert!(repeated(&other).await.is_empty());
        other_when(&other, |tenant| tenant["subscription_status"] == "trialing").await;
    }

    async fn where_the_setting_says_so_a_repeated_trial_ends_at_once(world: World, END) {
        world.subscribed_with(1, VISA).await;
        let other = world.person("second@example.com", OTHER, Role::Owner).await;
        // The call that ends it is cut off at first; the next sync tries again.
        let call = ("call", "POST /v1/subscriptions/{id}");
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "3"), call]).await;
        subscribe_other(&world, &other, VISA).await;
        assert_eq!(repeated(&other).await, ["ended"]);
        let tenant = other_when(&other, |tenant| tenant["subscription_status"] == "active").await;
        assert_eq!((&tenant["agent_quota"], &tenant["trial_ends_at"]), (&json!(2), &Value::Null));
        let path = format!("/api/portal/billing/invoices?tenant_id={OTHER}");
        let invoices = other.get(&path).await.ok();
        let paid: i64 = invoices
            .as_array()
            .expect("invoices")
            .iter()
            .map(|invoice| invoice["total"]["amount"].as_i64().expect("an amount"))
            .sum();
        assert_eq!(paid, 9_800);
    }
}
