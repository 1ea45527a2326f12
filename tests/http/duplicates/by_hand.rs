//! Subscriptions that somebody created in the Dashboard, beside the portal's or in its place.

use super::*;

async fn status(world: &World, subscription: &str) -> String {
    let path = format!("/subscriptions/{subscription}");
    text(&world.stripe(Method::GET, &path, &[]).await, "status").to_owned()
}

/// Another subscription at the tenant's price.
async fn at_the_price(world: &World, owner: &Person) -> String {
    let plan = text(&owner.tenant().await["plan"], "price_id").to_owned();
    world.control("/_sandbox/advance", &[("by", "3600")]).await;
    another(world, owner, &[("items[0][price]", &plan)]).await
}

/// A tenant that subscribed forty days ago, and bought consulting before: its owner, and the ids of the
/// subscription for consulting and of that for the plan.
async fn after_consulting(world: &World) -> (Person, String, String) {
    let before = world.owner().await;
    let customer = customer_with_a_card(world, &before).await;
    let product = world.stripe(Method::POST, "/products", &[("name", "Consulting")]).await;
    let price = [
        ("product", text(&product, "id")),
        ("unit_amount", "9900"),
        ("currency", "usd"),
        ("recurring[interval]", "month"),
    ];
    let price = world.stripe(Method::POST, "/prices", &price).await;
    let sold = [("customer", customer.as_str()), ("items[0][price]", text(&price, "id"))];
    let older = world.stripe(Method::POST, "/subscriptions", &sold).await;
    world.days_pass(1).await;
    let owner = world.subscribed(3).await;
    world.days_pass(40).await;
    let ours = text(&refresh(&owner).await.ok(), "stripe_subscription_id").to_owned();
    (owner, text(&older, "id").to_owned(), ours)
}

/// Adds two seats of the plan to another subscription.
async fn sell_the_plan_with(world: &World, owner: &Person, subscription: &str) {
    let plan = text(&owner.tenant().await["plan"], "price_id").to_owned();
    let added = [("subscription", subscription), ("price", plan.as_str()), ("quantity", "2")];
    world.stripe(Method::POST, "/subscription_items", &added).await;
}

on_both_databases! {
    async fn a_second_subscription_by_hand_at_the_plan_s_price_is_ended_too(world: World) {
        let owner = world.subscribed(3).await;
        let tenant = owner.tenant().await;
        let plan = tenant["plan"]["price_id"].as_str().expect("a price").to_owned();
        world.control("/_sandbox/advance", &[("by", "3600")]).await;
        let second = another(&world, &owner, &[("items[0][price]", &plan)]).await;
        assert_eq!(once_told(&owner).await["subject"], json!(second));
        assert_eq!(refunds(&world).await.len(), 1);
        let now = owner.tenant().await;
        assert_eq!(now["stripe_subscription_id"], tenant["stripe_subscription_id"]);
        assert_eq!(now["agent_quota"], 3);
    }

    async fn a_subscription_for_something_else_is_left_alone(world: World) {
        let owner = world.subscribed(3).await;
        let first = owner.tenant().await["stripe_subscription_id"].clone();
        let product = world.stripe(Method::POST, "/products", &[("name", "Support")]).await;
        let price = world.stripe(Method::POST, "/prices", &[
            ("product", product["id"].as_str().expect("an id")), ("unit_amount", "900"),
            ("currency", "usd"), ("recurring[interval]", "month"),
        ]).await;
        let price = price["id"].as_str().expect("an id");
        let other = another(&world, &owner, &[("items[0][price]", price)]).await;
        for _ in 0..3 {
            refresh(&owner).await.ok();
        }
        let at_stripe = world.stripe(Method::GET, &format!("/subscriptions/{other}"), &[]).await;
        assert_eq!(at_stripe["status"], "active");
        assert!(told(&owner).await.is_empty() && refunds(&world).await.is_empty());
        let tenant = owner.tenant().await;
        assert_eq!((&tenant["stripe_subscription_id"], &tenant["agent_quota"]), (&first, &json!(3)));

        // Even if the price on sale can't be read.
        let plan = tenant["plan"]["price_id"].as_str().expect("a price");
        let plan = format!("/prices/{plan}");
        world.stripe(Method::POST, &plan, &[("active", "false")]).await;
        assert_eq!(refresh(&owner).await.ok()["stripe_subscription_id"], first);
        world.stripe(Method::POST, &plan, &[("active", "true")]).await;

        // The tenant does not get it after its own has ended either.
        let cancel = json!({"tenant_id": DEMO, "at": "now"});
        let ended = owner.post("/api/portal/billing/cancel", cancel).await.ok();
        assert_eq!((&ended["subscription_status"], &ended["agent_quota"]), (&json!("canceled"), &json!(0)));
        assert_eq!(ended["stripe_subscription_id"], first);
        let body = json!({"tenant_id": DEMO, "agent_count": 2});
        owner.post("/api/portal/billing/checkout", body).await.ok();
    }

    async fn a_subscription_by_hand_at_another_price_of_the_plan_counts(world: World) {
        let owner = world.subscribed(3).await;
        let plan = owner.tenant().await["plan"]["price_id"].as_str().expect("a price").to_owned();
        let plan = world.stripe(Method::GET, &format!("/prices/{plan}"), &[]).await;
        let price = world.stripe(Method::POST, "/prices", &[
            ("product", plan["product"].as_str().expect("an id")), ("unit_amount", "3900"),
            ("currency", "usd"), ("recurring[interval]", "month"),
        ]).await;
        let price = price["id"].as_str().expect("an id");
        let other = another(&world, &owner, &[("items[0][price]", price)]).await;
        let cancel = json!({"tenant_id": DEMO, "at": "now"});
        let tenant = owner.post("/api/portal/billing/cancel", cancel).await.ok();
        assert_eq!((&tenant["stripe_subscription_id"], &tenant["agent_quota"]), (&json!(other), &json!(7)));
    }

    async fn an_older_subscription_made_by_hand_stays_and_an_old_link_paid_later_is_refunded(world: World) {
        let owner = world.owner().await;
        let body = json!({"tenant_id": DEMO, "agent_count": 2});
        let link = owner.post("/api/portal/billing/checkout", body).await.ok();
        let tenant = owner.tenant().await;
        let customer = tenant["stripe_customer_id"].as_str().expect("an id");
        let price = tenant["plan"]["price_id"].as_str().expect("a price");
        let attach = "/payment_methods/pm_card_visa/attach";
        let card = world.stripe(Method::POST, attach, &[("customer", customer)]).await;
        let made = world.stripe(Method::POST, "/subscriptions", &[
            ("customer", customer), ("items[0][price]", price), ("items[0][quantity]", "4"),
            ("default_payment_method", card["id"].as_str().expect("a card")),
        ]).await;
        world.control("/_sandbox/advance", &[("by", "3600")]).await;
        world.pay(link["checkout_url"].as_str().expect("a link")).await;
        once_told(&owner).await;
        let tenant = owner.tenant().await;
        assert_eq!((&tenant["stripe_subscription_id"], &tenant["agent_quota"]), (&made["id"], &json!(4)));
        let all = world.stripe(Method::GET, "/subscriptions", &[("status", "all")]).await;
        let live = all["data"].as_array().expect("a list").iter()
            .filter(|one| one["status"] != "canceled").count();
        assert_eq!(live, 1);
    }

    async fn what_was_sold_long_ago_and_is_seen_only_now_is_not_refunded(world: World) {
        let owner = world.subscribed(3).await;
        owner.settled().await;
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        let other = at_the_price(&world, &owner).await;
        world.days_pass(35).await;
        assert_eq!(refresh(&owner).await.ok()["subscription_status"], "active");
        assert_eq!(status(&world, &other).await, "active");
        assert!(refunds(&world).await.is_empty() && told(&owner).await.is_empty());
    }

    async fn one_that_was_sold_in_place_of_ours_counts_while_ours_gives_no_access(world: World) {
        let owner = world.subscribed(3).await;
        owner.hire("Ada").await.ok();
        let ours = text(&owner.tenant().await, "stripe_subscription_id").to_owned();
        world.force_status(&ours, "unpaid").await;
        owner.tenant_when("it is unpaid", |now| now["subscription_status"] == "unpaid").await;
        let other = at_the_price(&world, &owner).await;
        let counts = |now: &Value| now["stripe_subscription_id"] == json!(other);
        let tenant = owner.tenant_when("the other counts", counts).await;
        assert_eq!((&tenant["subscription_status"], &tenant["agent_quota"]), (&json!("active"), &json!(7)));
        owner.settled().await;
        assert_eq!(owner.agents().await, ["Ada on"]);
        assert_eq!(status(&world, &ours).await, "unpaid");
        // Nor is it a mistake once ours works again.
        world.force_status(&ours, "active").await;
        owner.settled().await;
        assert_eq!(refresh(&owner).await.ok()["stripe_subscription_id"], json!(other));
        assert_eq!(status(&world, &other).await, "active");
        assert!(refunds(&world).await.is_empty() && told(&owner).await.is_empty());
    }

    async fn an_older_one_that_comes_to_be_for_the_plan_too_leaves_ours_alone(world: World) {
        let (owner, older, ours) = after_consulting(&world).await;
        sell_the_plan_with(&world, &owner, &older).await;
        let after = refresh(&owner).await.ok();
        assert_eq!((&after["stripe_subscription_id"], &after["agent_quota"]), (&json!(ours), &json!(3)));
        assert_eq!(status(&world, &ours).await, "active");
        assert!(refunds(&world).await.is_empty() && told(&owner).await.is_empty());
    }

    async fn ours_is_not_refunded_for_months_either_where_that_one_takes_its_place(world: World) {
        let (owner, older, ours) = after_consulting(&world).await;
        world.force_status(&ours, "unpaid").await;
        owner.tenant_when("it is unpaid", |now| now["subscription_status"] == "unpaid").await;
        sell_the_plan_with(&world, &owner, &older).await;
        let after = refresh(&owner).await.ok();
        assert_eq!((&after["stripe_subscription_id"], &after["agent_quota"]), (&json!(older), &json!(2)));
        assert_eq!(status(&world, &ours).await, "unpaid");
        assert!(refunds(&world).await.is_empty() && told(&owner).await.is_empty());
    }

    async fn one_that_follows_ours_when_that_ends_stays(world: World) {
        let owner = world.subscribed(3).await;
        let ours = text(&owner.tenant().await, "stripe_subscription_id").to_owned();
        let cancel = json!({"tenant_id": DEMO, "at": "period_end"});
        owner.post("/api/portal/billing/cancel", cancel).await.ok();
        let other = at_the_price(&world, &owner).await;
        owner.settled().await;
        let tenant = refresh(&owner).await.ok();
        assert_eq!(tenant["stripe_subscription_id"], json!(ours));
        assert_eq!(status(&world, &other).await, "active");
        assert!(refunds(&world).await.is_empty());
        world.days_pass(15).await;
        owner.tenant_when("the other counts", |now| now["stripe_subscription_id"] == json!(other)).await;
    }
}
