//! How passing time affects a tenant: the portal runs on the sandbox's clock.

use crate::helpers::*;
use reqwest::Method;
use serde_json::json;

on_both_databases! {
    async fn the_days_left_follow_the_sandboxes_clock_and_nobody_is_signed_out(world: World) {
        let owner = world.subscribed(1).await;
        assert_eq!(owner.tenant().await["trial_days_left"], 14);
        world.days_pass(10).await;
        assert_eq!(owner.tenant().await["trial_days_left"], 4);
        world.days_pass(20).await;
        let tenant = owner
            .tenant_when("it is active", |tenant| tenant["subscription_status"] == "active")
            .await;
        assert_eq!(tenant["trial_days_left"], json!(null));
    }

    async fn a_declined_renewal_keeps_the_agents_until_stripe_gives_up(world: World) {
        let owner = world.subscribed_with(2, DECLINES_LATER).await;
        owner.hire("Ada").await.ok();
        world.days_pass(15).await;
        let tenant = owner
            .tenant_when("it is past due", |tenant| tenant["subscription_status"] == "past_due")
            .await;
        assert_eq!((&tenant["agent_quota"], &tenant["agents_active"]), (&json!(2), &json!(1)));
        world.days_pass(14).await;
        owner
            .tenant_when("it is canceled", |tenant| tenant["subscription_status"] == "canceled")
            .await;
        assert_eq!(owner.agents().await, ["Ada off by billing"]);
    }

    async fn an_unpaid_subscription_gets_its_agents_back_when_it_is_paid(world: World) {
        world.control("/_sandbox/payments", &[("retry_days", ""), ("then", "unpaid")]).await;
        let owner = world.subscribed_with(1, DECLINES_LATER).await;
        owner.hire("Ada").await.ok();
        world.days_pass(15).await;
        let tenant = owner
            .tenant_when("it is unpaid", |tenant| tenant["subscription_status"] == "unpaid")
            .await;
        assert_eq!(owner.agents().await, ["Ada off by billing"]);

        let customer = tenant["stripe_customer_id"].as_str().expect("a customer");
        let card = world
            .stripe(Method::POST, "/payment_methods/pm_card_visa/attach", &[("customer", customer)])
            .await;
        let subscription = tenant["stripe_subscription_id"].as_str().expect("a subscription");
        let invoices = world
            .stripe(Method::GET, "/invoices", &[("subscription", subscription), ("status", "open")])
            .await;
        let pay = format!("/invoices/{}/pay", invoices["data"][0]["id"].as_str().expect("an id"));
        let method = card["id"].as_str().expect("a card");
        world.stripe(Method::POST, &pay, &[("payment_method", method)]).await;
        owner
            .tenant_when("it is active", |tenant| tenant["subscription_status"] == "active")
            .await;
        assert_eq!(owner.agents().await, ["Ada on"]);
    }

    async fn a_trial_paused_for_want_of_a_card_suspends_the_agents(world: World) {
        let owner = world.subscribed(1).await;
        owner.hire("Ada").await.ok();
        let tenant = owner.tenant().await;
        let id = |field: &str| tenant[field].as_str().expect("an id").to_owned();
        let path = format!("/subscriptions/{}", id("stripe_subscription_id"));
        let pause = ("trial_settings[end_behavior][missing_payment_method]", "pause");
        world.stripe(Method::POST, &path, &[pause]).await;
        let cards = world
            .stripe(Method::GET, &format!("/customers/{}/payment_methods", id("stripe_customer_id")), &[])
            .await;
        let card = cards["data"][0]["id"].as_str().expect("a card");
        world.stripe(Method::POST, &format!("/payment_methods/{card}/detach"), &[]).await;
        world.days_pass(15).await;
        owner
            .tenant_when("it is suspended", |tenant| tenant["subscription_status"] == "unpaid")
            .await;
        assert_eq!(owner.agents().await, ["Ada off by billing"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_finds_the_demo_tenants_subscription_again() {
    let folder = Folder::new();
    let config = || configuration(&folder.database_url(), &[]);
    assert!(config().sandbox_state.is_some_and(|path| path.starts_with(&folder.0)));
    let world = World::with(config(), None).await;
    world.subscribed(2).await;
    world.days_pass(3).await;
    world.portal.stop().await;

    let world = World::with(config(), None).await;
    let owner = world.owner().await;
    let tenant = owner.post("/api/portal/billing/refresh", json!({"tenant_id": DEMO})).await.ok();
    assert_eq!(
        (&tenant["subscription_status"], &tenant["agent_quota"], &tenant["trial_days_left"]),
        (&json!("trialing"), &json!(2), &json!(11))
    );
    let seats = json!({"tenant_id": DEMO, "agent_count": 4});
    owner.post("/api/portal/billing/quantity", seats).await.ok();
    world.days_pass(12).await;
    owner.tenant_when("it is active", |tenant| tenant["subscription_status"] == "active").await;
    world.portal.stop().await;
}
