//! Changes made at Stripe without the portal: they are taken over, and nobody loses seats.

mod add_ons;

use crate::helpers::*;
use portal::model::ActivityKind;
use portal::store::NewActivity;
use reqwest::Method;
use serde_json::{Value, json};

async fn checkout(owner: &Person, count: u32) -> Answer {
    let body = json!({"tenant_id": DEMO, "agent_count": count});
    owner.post("/api/portal/billing/checkout", body).await
}

/// Ties the tenant to a customer of another mode or account, as copying a database does.
async fn tie_to(world: &World, customer: &str) {
    let entry = NewActivity {
        kind: ActivityKind::CustomerCreated,
        actor: portal::model::Actor::Portal,
        subject: None,
        before: None,
        after: Some(customer.to_owned()),
        amount: None,
        stripe_event_id: None,
        idempotency_key: None,
    };
    let tenant_id = DEMO.parse().expect("an id");
    let kept = world.portal.db.keep_customer(&tenant_id, customer, &entry, chrono::Utc::now());
    kept.await.expect("kept");
}

/// A tenant whose customer was let go, because a portal with another account's key looked for it. The
/// customer's email is no longer its owner's. Also returns the tenant as it was before.
async fn let_go_by_mistake(world: &World) -> (Person, Value) {
    let owner = world.subscribed(2).await;
    owner.hire("Ada").await.ok();
    world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
    owner.settled().await;
    let before = owner.tenant().await;
    let path = format!("/customers/{}", before["stripe_customer_id"].as_str().expect("an id"));
    world.stripe(Method::POST, &path, &[("email", "billing@example.com")]).await;
    let mut another = Account::new(&world.portal.url).await;
    another.set("DATABASE_URL", &world.database_url);
    let synced = Finished::from(another.run(&["sync", "--tenant", DEMO]).await).done();
    assert!(synced.contains("1 differed (mended)"), "{synced}");
    let tenant = owner.tenant().await;
    assert_eq!((&tenant["stripe_customer_id"], &tenant["agent_quota"]), (&Value::Null, &json!(0)));
    (owner, before)
}

fn assert_same(tenant: &Value, before: &Value) {
    for field in ["stripe_customer_id", "stripe_subscription_id", "agent_quota", "agents_active"] {
        assert_eq!(tenant[field], before[field], "{field}");
    }
}

on_both_databases! {
    async fn a_database_from_before_the_subscription_finds_it_again(world: World) {
        let owner = world.subscribed(2).await;
        owner.hire("Ada").await.ok();
        owner.settled().await;
        let before = owner.tenant().await;
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        for statement in [
            "DELETE FROM intents",
            "DELETE FROM trials",
            "DELETE FROM stripe_events",
            "UPDATE tenants SET stripe_customer_id = NULL, stripe_subscription_id = NULL, \
             stripe_subscription_item_id = NULL, stripe_status = NULL, subscription_status = 'none', \
             trial_ends_at = NULL, agent_quota = 0, current_period_end = NULL, price_id = NULL, \
             unit_amount = NULL, currency = NULL, price_interval = NULL, trial_used = false, \
             synced_at = NULL, fence_taken = 0, fence_written = 0",
        ] {
            world.sql(statement).await.expect(statement);
        }
        assert_eq!(owner.tenant().await["trial_available"], true);
        checkout(&owner, 2).await.refused(409, "already_subscribed");
        assert_same(&owner.tenant().await, &before);

        world.sql("UPDATE tenants SET stripe_customer_id = NULL, synced_at = NULL").await.expect("sql");
        let dry = world.command(&["sync", "--dry-run"]).await.done();
        assert!(dry.contains("1 tenant compared, 1 differed (left as they are)"), "{dry}");
        let synced = world.command(&["sync"]).await.done();
        assert!(synced.contains("1 tenant compared, 1 differed (mended)"), "{synced}");
        assert_same(&owner.tenant().await, &before);
        let customers = world.stripe(Method::GET, "/customers", &[]).await;
        assert_eq!(customers["data"].as_array().expect("a list").len(), 1);
    }

    async fn a_subscription_made_by_hand_is_taken_over(world: World) {
        let owner = world.owner().await;
        let customer = customer_with_a_card(&world, &owner).await;
        let plan = owner.tenant().await["plan"]["price_id"].as_str().expect("a price").to_owned();
        let made = world.stripe(Method::POST, "/subscriptions", &[
            ("customer", &customer), ("items[0][price]", &plan), ("items[0][quantity]", "4"),
        ]).await;
        let tenant = owner
            .tenant_when("it is active", |tenant| tenant["subscription_status"] == "active").await;
        assert_eq!(tenant["stripe_subscription_id"], made["id"]);
        assert_eq!(tenant["agent_quota"], 4);
        checkout(&owner, 1).await.refused(409, "already_subscribed");
    }

    async fn a_trial_of_something_else_leaves_the_plan_s(world: World) {
        let owner = world.owner().await;
        let customer = customer_with_a_card(&world, &owner).await;
        let product = world.stripe(Method::POST, "/products", &[("name", "Support")]).await;
        let price = world.stripe(Method::POST, "/prices", &[
            ("product", product["id"].as_str().expect("an id")), ("unit_amount", "900"),
            ("currency", "usd"), ("recurring[interval]", "month"),
        ]).await;
        let made = world.stripe(Method::POST, "/subscriptions", &[
            ("customer", &customer), ("items[0][price]", price["id"].as_str().expect("an id")),
            ("trial_period_days", "7"),
        ]).await;
        assert_eq!(made["status"], "trialing");
        let tenant = refresh(&owner).await.ok();
        assert_eq!((&tenant["subscription_status"], &tenant["trial_available"]), (&json!("none"), &json!(true)));
    }

    async fn a_quantity_raised_in_the_dashboard_brings_agents_back(world: World) {
        let owner = world.subscribed(2).await;
        for name in ["Ada", "Bob"] {
            owner.hire(name).await.ok();
        }
        let item = owner.tenant().await["stripe_subscription_item_id"].clone();
        let path = format!("/subscription_items/{}", item.as_str().expect("an id"));
        world.stripe(Method::POST, &path, &[("quantity", "1")]).await;
        owner.tenant_when("one seat is left", |tenant| tenant["agents_active"] == 1).await;
        assert_eq!(owner.agents().await, ["Ada on", "Bob off by billing"]);
        world.stripe(Method::POST, &path, &[("quantity", "3")]).await;
        owner.tenant_when("there are three seats", |tenant| tenant["agent_quota"] == 3).await;
        assert_eq!(owner.agents().await, ["Ada on", "Bob on"]);
    }

    async fn a_live_customer_is_not_let_go_because_the_key_is_a_test_key(world: World) {
        let owner = world.subscribed(2).await;
        owner.settled().await;
        let before = owner.tenant().await;
        let live = "UPDATE tenants SET livemode = true, stripe_customer_id = 'cus_of_live_mode'";
        world.sql(live).await.expect("changed");
        refresh(&owner).await.refused(502, "stripe_refused");
        let tenant = owner.tenant().await;
        assert_eq!(tenant["stripe_customer_id"], "cus_of_live_mode");
        assert_eq!(tenant["agent_quota"], before["agent_quota"]);
    }

    async fn a_customer_that_was_let_go_by_mistake_is_found_again(world: World) {
        let owner = world.subscribed(2).await;
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        owner.settled().await;
        let before = owner.tenant().await;
        let other = "UPDATE tenants SET stripe_customer_id = 'cus_of_another_account'";
        world.sql(other).await.expect("changed");
        assert_eq!(refresh(&owner).await.ok()["subscription_status"], "none");
        checkout(&owner, 2).await.refused(409, "already_subscribed");
        let tenant = owner.tenant().await;
        for field in ["stripe_customer_id", "stripe_subscription_id", "agent_quota"] {
            assert_eq!(tenant[field], before[field], "{field}");
        }
    }

    async fn a_customer_that_was_let_go_by_mistake_comes_back_with_the_next_sync(world: World) {
        let (owner, before) = let_go_by_mistake(&world).await;
        assert_same(&refresh(&owner).await.ok(), &before);
        assert_eq!(owner.agents().await, ["Ada on"]);
    }

    async fn a_customer_that_is_found_again_is_asked_about_soon_where_stripe_failed_then(world: World) {
        let (owner, before) = let_go_by_mistake(&world).await;
        let call = ("call", "GET /v1/subscriptions");
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "3"), call]).await;
        refresh(&owner).await.refused(503, "stripe_unavailable");
        let tenant = owner.tenant().await;
        assert_eq!(tenant["stripe_customer_id"], before["stripe_customer_id"]);
        // The reconcile job compares tenants never synced before those synced long ago.
        assert_eq!(tenant["synced_at"], Value::Null);
        assert_same(&refresh(&owner).await.ok(), &before);
    }

    async fn a_customer_that_was_let_go_by_mistake_is_not_made_anew_for_the_billing_portal(world: World) {
        let (owner, before) = let_go_by_mistake(&world).await;
        owner.post("/api/portal/billing/portal", json!({"tenant_id": DEMO})).await.ok();
        assert_same(&owner.tenant().await, &before);
        let customers = world.stripe(Method::GET, "/customers", &[]).await;
        assert_eq!(customers["data"].as_array().map(Vec::len), Some(1));
    }

    async fn portal_sync_finds_a_customer_that_was_let_go_by_mistake(world: World) {
        let (owner, before) = let_go_by_mistake(&world).await;
        let dry = world.command(&["sync", "--dry-run"]).await.done();
        assert!(dry.contains("1 differed (left as they are)"), "{dry}");
        assert_eq!(owner.tenant().await["stripe_customer_id"], Value::Null);
        let synced = world.command(&["sync"]).await.done();
        assert!(synced.contains("1 differed (mended)"), "{synced}");
        assert_same(&owner.tenant().await, &before);
    }

    async fn a_customer_that_was_deleted_since_it_was_let_go_stays_let_go(world: World) {
        let (owner, before) = let_go_by_mistake(&world).await;
        let path = format!("/customers/{}", before["stripe_customer_id"].as_str().expect("an id"));
        world.stripe(Method::DELETE, &path, &[]).await;
        for _ in 0..2 {
            let tenant = refresh(&owner).await.ok();
            assert_eq!(tenant["stripe_customer_id"], Value::Null);
            assert_eq!(tenant["subscription_status"], "none");
        }
        checkout(&owner, 1).await.ok();
        let tenant = owner.tenant().await;
        assert!(tenant["stripe_customer_id"].is_string());
        assert_ne!(tenant["stripe_customer_id"], before["stripe_customer_id"]);
    }

    async fn a_customer_of_another_mode_is_let_go_and_checkout_works(world: World) {
        let owner = world.owner().await;
        tie_to(&world, "cus_of_test_mode").await;
        let url = checkout(&owner, 2).await.ok();
        let tenant = owner.tenant().await;
        assert_ne!(tenant["stripe_customer_id"], "cus_of_test_mode");
        world.pay(url["checkout_url"].as_str().expect("a link")).await;
        owner.tenant_when("it is trialing", |tenant| tenant["subscription_status"] == "trialing").await;
    }

    async fn only_a_missing_customer_is_made_anew(world: World) {
        let owner = world.subscribed(2).await;
        let customer = owner.tenant().await["stripe_customer_id"].clone();
        for fault in ["500", "429", "cut"] {
            let call = ("call", "GET /v1/subscriptions");
            world.control("/_sandbox/faults", &[("fault", fault), ("count", "100"), call]).await;
            assert!(refresh(&owner).await.status.as_u16() >= 500);
            world.control("/_sandbox/faults/clear", &[]).await;
        }
        let tenant = refresh(&owner).await.ok();
        assert_eq!(tenant["stripe_customer_id"], customer);
        assert_eq!(tenant["agent_quota"], 2);
        let customers = world.stripe(Method::GET, "/customers", &[]).await;
        assert_eq!(customers["data"].as_array().map(Vec::len), Some(1));
    }

    async fn a_deleted_customer_takes_its_seats_along_and_is_told(world: World) {
        let owner = world.subscribed(2).await;
        owner.hire("Ada").await.ok();
        let customer = owner.tenant().await["stripe_customer_id"].as_str().expect("an id").to_owned();
        world.stripe(Method::DELETE, &format!("/customers/{customer}"), &[]).await;
        let tenant = refresh(&owner).await.ok();
        assert_eq!(tenant["subscription_status"], "canceled");
        assert_eq!(tenant["agents_active"], 0);
        checkout(&owner, 1).await.ok();
        let page = owner.get(&format!("/api/portal/activity?tenant_id={DEMO}")).await.ok();
        let kinds: Vec<&Value> =
            page["entries"].as_array().expect("entries").iter().map(|entry| &entry["kind"]).collect();
        assert!(kinds.contains(&&json!("customer_lost")), "{kinds:?}");
        assert!(kinds.contains(&&json!("agents_suspended")), "{kinds:?}");
    }
}
