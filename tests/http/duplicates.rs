//! A second subscription that appears anyway is ended and refunded.

mod by_hand;

use crate::helpers::*;
use reqwest::Method;
use serde_json::{Value, json};

/// Another subscription of the tenant's customer, paid at once, as from an old Checkout link.
async fn another(world: &World, owner: &Person, fields: &[(&str, &str)]) -> String {
    let tenant = owner.tenant().await;
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let path = format!("/subscriptions/{}", text(&tenant["stripe_subscription_id"]));
    let first = world.stripe(Method::GET, &path, &[]).await;
    let (customer, card) = (text(&first["customer"]), text(&first["default_payment_method"]));
    let mut all = vec![
        ("customer", customer.as_str()),
        ("default_payment_method", &card),
        ("items[0][quantity]", "7"),
    ];
    all.extend(fields);
    let made = world.stripe(Method::POST, "/subscriptions", &all).await;
    made["id"].as_str().unwrap_or_else(|| panic!("no subscription: {made:#}")).to_owned()
}

async fn of_checkout(world: &World, owner: &Person) -> String {
    world.control("/_sandbox/advance", &[("by", "3600")]).await;
    let plan = owner.tenant().await["plan"]["price_id"].as_str().expect("a price").to_owned();
    another(world, owner, &[("items[0][price]", &plan), ("metadata[tenant_id]", DEMO)]).await
}

async fn told(owner: &Person) -> Vec<Value> {
    let page = owner.get(&format!("/api/portal/activity?tenant_id={DEMO}")).await.ok();
    let entries = page["entries"].as_array().expect("entries").iter();
    entries.filter(|entry| entry["kind"] == "duplicate_canceled").cloned().collect()
}

async fn once_told(owner: &Person) -> Value {
    eventually("a duplicate that was ended", async || told(owner).await.pop()).await
}

on_both_databases! {
    async fn the_newer_of_two_subscriptions_is_ended_and_refunded_once(world: World) {
        let owner = world.subscribed(3).await;
        let first = owner.tenant().await["stripe_subscription_id"].clone();
        let second = of_checkout(&world, &owner).await;
        let entry = once_told(&owner).await;
        assert_eq!((&entry["subject"], &entry["actor"]["type"]), (&json!(second), &json!("portal")));
        assert_eq!(entry["amount"], json!({"amount": -34_300, "currency": "usd"}));
        let at_stripe = world.stripe(Method::GET, &format!("/subscriptions/{second}"), &[]).await;
        assert_eq!(at_stripe["status"], "canceled");
        for _ in 0..5 {
            refresh(&owner).await.ok();
        }
        assert_eq!((refunds(&world).await.len(), told(&owner).await.len()), (1, 1));
        let tenant = owner.tenant().await;
        assert_eq!((&tenant["stripe_subscription_id"], &tenant["agent_quota"]), (&first, &json!(3)));
    }

    async fn a_refund_that_was_cut_off_is_made_by_the_next_sync(world: World) {
        let owner = world.subscribed(2).await;
        let call = ("call", "POST /v1/refunds");
        world.control("/_sandbox/faults", &[("fault", "lost"), call]).await;
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "2"), call]).await;
        let second = of_checkout(&world, &owner).await;
        let path = format!("/subscriptions/{second}");
        let ended = async || {
            let one = world.stripe(Method::GET, &path, &[]).await;
            (one["status"] == "canceled").then_some(())
        };
        eventually("the second has ended", ended).await;
        // The new state counts even though the refund has no answer yet.
        assert_eq!(refresh(&owner).await.ok()["agent_quota"], 2);
        let refunded = async || {
            refresh(&owner).await.ok();
            told(&owner).await.pop()
        };
        eventually("the refund", refunded).await;
        assert_eq!((refunds(&world).await.len(), told(&owner).await.len()), (1, 1));
    }

    async fn a_refund_that_stripe_calls_a_failure_is_made_all_the_same(world: World) {
        let owner = world.subscribed(2).await;
        let call = ("call", "POST /v1/refunds");
        world.control("/_sandbox/faults", &[("fault", "500"), call]).await;
        of_checkout(&world, &owner).await;
        once_told(&owner).await;
        assert_eq!(refunds(&world).await.len(), 1);
    }

    async fn an_event_is_worked_on_again_until_its_duplicate_is_refunded(world: World) {
        let owner = world.subscribed(2).await;
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        owner.settled().await;
        let second = of_checkout(&world, &owner).await;
        let call = ("call", "POST /v1/refunds");
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "3"), call]).await;
        let created = [("type", "customer.subscription.created")];
        let events = world.stripe(Method::GET, "/events", &created).await;
        let event = &events["data"][0];
        assert_eq!(event["data"]["object"]["id"], json!(second));
        assert_eq!(world.deliver(event).await.status, 200);
        assert_eq!(once_told(&owner).await["subject"], json!(second));
        assert_eq!(refunds(&world).await.len(), 1);
    }

    async fn a_refund_that_stripe_refuses_for_now_is_asked_for_again(world: World) {
        let owner = world.subscribed(2).await;
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        owner.settled().await;
        let call = ("call", "POST /v1/refunds");
        world.control("/_sandbox/faults", &[("fault", "400"), call]).await;
        let second = of_checkout(&world, &owner).await;
        refresh(&owner).await.ok();
        assert!(told(&owner).await.is_empty() && refunds(&world).await.is_empty());
        refresh(&owner).await.ok();
        let entry = once_told(&owner).await;
        assert_eq!((&entry["subject"], &entry["amount"]["amount"]), (&json!(second), &json!(-34_300)));
        assert_eq!(refunds(&world).await.len(), 1);
    }

    async fn a_disputed_payment_of_a_duplicate_is_given_up(world: World) {
        let owner = world.subscribed(2).await;
        let first = owner.tenant().await;
        let (customer, first) = (&first["stripe_customer_id"], &first["stripe_subscription_id"]);
        let attach = "/payment_methods/pm_card_createDispute/attach";
        let customer = [("customer", customer.as_str().expect("an id"))];
        let card = world.stripe(Method::POST, attach, &customer).await;
        let card = [("default_payment_method", card["id"].as_str().expect("a card"))];
        let path = format!("/subscriptions/{}", first.as_str().expect("an id"));
        world.stripe(Method::POST, &path, &card).await;
        let second = of_checkout(&world, &owner).await;
        let entry = once_told(&owner).await;
        assert_eq!((&entry["subject"], &entry["amount"]), (&json!(second), &Value::Null));
        owner.settled().await;
        refresh(&owner).await.ok();
        assert_eq!((refunds(&world).await.len(), told(&owner).await.len()), (0, 1));
        assert_eq!(owner.tenant().await["agent_quota"], 2);
    }

    async fn a_duplicate_that_has_become_the_only_subscription_stays(world: World) {
        let owner = world.subscribed(2).await;
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        owner.settled().await;
        let first = owner.tenant().await["stripe_subscription_id"].clone();
        let second = of_checkout(&world, &owner).await;
        let call = ("call", "DELETE /v1/subscriptions/{id}");
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "3"), call]).await;
        assert_eq!(refresh(&owner).await.ok()["stripe_subscription_id"], first);
        let path = format!("/subscriptions/{}", first.as_str().expect("an id"));
        let ended = world.stripe(Method::DELETE, &path, &[]).await;
        assert_eq!(ended["status"], "canceled");
        for _ in 0..3 {
            let tenant = refresh(&owner).await.ok();
            assert_eq!((&tenant["stripe_subscription_id"], &tenant["agent_quota"]), (&json!(second), &json!(7)));
        }
        assert!(told(&owner).await.is_empty() && refunds(&world).await.is_empty());

        let third = of_checkout(&world, &owner).await;
        assert_eq!(refresh(&owner).await.ok()["stripe_subscription_id"], json!(second));
        assert_eq!(once_told(&owner).await["subject"], json!(third));
    }

    async fn several_found_by_several_at_once_are_each_refunded_and_told_once(world: World) {
        let owner = world.subscribed(2).await;
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        for _ in 0..3 {
            of_checkout(&world, &owner).await;
        }
        tokio::join!(refresh(&owner), refresh(&owner), refresh(&owner), refresh(&owner));
        refresh(&owner).await.ok();
        assert_eq!((refunds(&world).await.len(), told(&owner).await.len()), (3, 3));
    }

    async fn a_refresh_by_several_at_once_refunds_once(world: World) {
        let owner = world.subscribed(2).await;
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        of_checkout(&world, &owner).await;
        tokio::join!(refresh(&owner), refresh(&owner), refresh(&owner), refresh(&owner));
        refresh(&owner).await.ok();
        assert_eq!((refunds(&world).await.len(), told(&owner).await.len()), (1, 1));
        assert_eq!(owner.tenant().await["agent_quota"], 2);
    }
}
