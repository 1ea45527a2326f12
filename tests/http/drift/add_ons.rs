//! Add-ons sold on the plan's subscription: the seats are those of the plan's item, wherever Stripe
//! lists it, and the add-on is left alone.

use super::*;

/// Creates a monthly price of $99 for another product.
async fn support(world: &World) -> String {
    let product = world.stripe(Method::POST, "/products", &[("name", "Support")]).await;
    let product = product["id"].as_str().expect("an id");
    a_month(world, product, "9900").await
}

async fn a_month(world: &World, product: &str, unit_amount: &str) -> String {
    let fields = [
        ("product", product),
        ("unit_amount", unit_amount),
        ("currency", "usd"),
        ("recurring[interval]", "month"),
    ];
    let price = world.stripe(Method::POST, "/prices", &fields).await;
    price["id"].as_str().expect("an id").to_owned()
}

/// The id of the price on sale.
async fn plan(owner: &Person) -> String {
    owner.tenant().await["plan"]["price_id"].as_str().expect("a price").to_owned()
}

/// Creates a subscription by hand with these prices and quantities, in this order.
async fn sold(
    world: &World,
    customer: &str,
    items: [(&str, &str); 2],
    more: &[(&str, &str)],
) -> Value {
    let [(first, first_count), (second, second_count)] = items;
    let mut fields = vec![
        ("customer", customer),
        ("items[0][price]", first),
        ("items[0][quantity]", first_count),
        ("items[1][price]", second),
        ("items[1][quantity]", second_count),
    ];
    fields.extend(more);
    let made = world.stripe(Method::POST, "/subscriptions", &fields).await;
    assert_eq!(made["items"]["data"][0]["price"]["id"], first, "{made:#}");
    made
}

/// A subscription's item with this price, as it is at Stripe now.
async fn item_at(world: &World, subscription: &Value, price: &str) -> Value {
    let path = format!("/subscriptions/{}", subscription["id"].as_str().expect("an id"));
    let now = world.stripe(Method::GET, &path, &[]).await;
    let mut items = now["items"]["data"].as_array().expect("items").iter();
    items.find(|item| item["price"]["id"] == price).expect("an item at the price").clone()
}

/// Five seats and one support contract, paid, then seven seats and then four.
async fn seats_are_the_plan_s(world: World, add_on_first: bool) {
    let owner = world.owner().await;
    let customer = customer_with_a_card(&world, &owner).await;
    let (plan, support) = (plan(&owner).await, support(&world).await);
    let mut items = [(plan.as_str(), "5"), (support.as_str(), "1")];
    if add_on_first {
        items.reverse();
    }
    let made = sold(&world, &customer, items, &[]).await;
    let active = |tenant: &Value| tenant["subscription_status"] == "active";
    let tenant = owner.tenant_when("it is active", active).await;
    let item = item_at(&world, &made, &plan).await;
    assert_eq!(
        (&tenant["stripe_subscription_id"], &tenant["agent_quota"]),
        (&made["id"], &json!(5))
    );
    assert_eq!(tenant["stripe_subscription_item_id"], item["id"]);
    assert_eq!(tenant["plan"]["price_id"], json!(plan));
    checkout(&owner, 1).await.refused(409, "already_subscribed");

    world.days_pass(10).await;
    let more = owner.quote(7).await;
    let due = more["amount_due"].as_i64().expect("an amount");
    assert!((1..9_800).contains(&due), "{more}");
    // Each later month also includes the add-on.
    assert_eq!(more["next_amount"], 7 * 4_900 + 9_900);
    assert_eq!(owner.confirm(&more).await["agent_quota"], 7);
    assert_eq!(owner.latest_total().await, due);
    assert_eq!(item_at(&world, &made, &plan).await["quantity"], 7);

    let fewer = owner.quote(4).await;
    let credit = fewer["credit"].as_i64().expect("an amount");
    assert!(fewer["amount_due"] == 0 && (1..14_700).contains(&credit), "{fewer}");
    assert_eq!(owner.confirm(&fewer).await["agent_quota"], 4);
    assert_eq!(owner.next_charge().await["amount_due"], 4 * 4_900 + 9_900 - credit);
    assert_eq!(item_at(&world, &made, &plan).await["quantity"], 4);
    assert_eq!(item_at(&world, &made, &support).await["quantity"], 1);
}

on_both_databases! {
    async fn seats_are_the_plan_s_where_an_add_on_comes_first(world: World) {
        seats_are_the_plan_s(world, true).await;
    }

    async fn seats_are_the_plan_s_where_an_add_on_comes_last(world: World) {
        seats_are_the_plan_s(world, false).await;
    }

    async fn in_the_trial_a_change_of_seats_leaves_an_add_on_as_it_is(world: World) {
        let owner = world.owner().await;
        let customer = customer_with_a_card(&world, &owner).await;
        let (plan, support) = (plan(&owner).await, support(&world).await);
        let items = [(support.as_str(), "1"), (plan.as_str(), "5")];
        let ours = [("metadata[tenant_id]", DEMO), ("trial_period_days", "7")];
        let made = sold(&world, &customer, items, &ours).await;
        let trialing = |tenant: &Value| tenant["subscription_status"] == "trialing";
        assert_eq!(owner.tenant_when("it is trialing", trialing).await["agent_quota"], 5);
        let fewer = json!({"tenant_id": DEMO, "agent_count": 3});
        let tenant = owner.post("/api/portal/billing/quantity", fewer).await.ok();
        assert_eq!(tenant["agent_quota"], 3);
        assert_eq!(item_at(&world, &made, &plan).await["quantity"], 3);
        assert_eq!(item_at(&world, &made, &support).await["quantity"], 1);
    }

    async fn at_another_price_the_plan_s_item_is_told_by_its_product(world: World) {
        let owner = world.owner().await;
        let customer = customer_with_a_card(&world, &owner).await;
        let path = format!("/prices/{}", plan(&owner).await);
        let product = world.stripe(Method::GET, &path, &[]).await["product"].clone();
        let lower = a_month(&world, product.as_str().expect("an id"), "3900").await;
        let support = support(&world).await;
        let items = [(support.as_str(), "1"), (lower.as_str(), "5")];
        sold(&world, &customer, items, &[("metadata[tenant_id]", DEMO)]).await;
        let active = |tenant: &Value| tenant["subscription_status"] == "active";
        let tenant = owner.tenant_when("it is active", active).await;
        assert_eq!((&tenant["agent_quota"], &tenant["plan"]["price_id"]), (&json!(5), &json!(lower)));
    }

    async fn an_add_on_that_is_sold_later_changes_no_seats(world: World) {
        let owner = world.subscribed(3).await;
        world.days_pass(24).await;
        let active = |tenant: &Value| tenant["subscription_status"] == "active";
        let before = owner.tenant_when("it is active", active).await;
        let support = support(&world).await;
        let added = world.stripe(Method::POST, "/subscription_items", &[
            ("subscription", before["stripe_subscription_id"].as_str().expect("an id")),
            ("price", &support), ("quantity", "2"),
        ]).await;
        assert_eq!(added["quantity"], 2, "{added:#}");
        let after = refresh(&owner).await.ok();
        for field in ["stripe_subscription_id", "stripe_subscription_item_id", "agent_quota", "plan"] {
            assert_eq!(after[field], before[field], "{field}");
        }
        // The next charge includes it with the plan, and the rest of this month.
        let next = owner.next_charge().await["amount_due"].as_i64().expect("an amount");
        assert!((3 * 4_900 + 2 * 9_900..3 * 4_900 + 4 * 9_900).contains(&next), "{next}");
    }
}
