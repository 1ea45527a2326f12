//! Steps with the demo tenant that many tests share.

use super::{Answer, DEMO, Person, World, text};
use reqwest::Method;
use serde_json::{Value, json};

/// The demo's owner, ten days into the first paid month.
pub async fn in_a_paid_month(world: &World, agent_count: u32) -> Person {
    let owner = world.subscribed(agent_count).await;
    world.days_pass(24).await;
    owner.tenant_when("it is active", |tenant| tenant["subscription_status"] == "active").await;
    owner
}

/// The tenant's new customer, with a card.
pub async fn customer_with_a_card(world: &World, owner: &Person) -> String {
    owner.post("/api/portal/billing/portal", json!({"tenant_id": DEMO})).await.ok();
    let customer = owner.tenant().await["stripe_customer_id"].as_str().expect("an id").to_owned();
    let attach = "/payment_methods/pm_card_visa/attach";
    let card = world.stripe(Method::POST, attach, &[("customer", &customer)]).await;
    let card = card["id"].as_str().expect("a card");
    let fields = [("invoice_settings[default_payment_method]", card)];
    world.stripe(Method::POST, &format!("/customers/{customer}"), &fields).await;
    customer
}

/// The database says what Stripe says.
pub async fn nothing_differs(world: &World) {
    let dry = world.command(&["sync", "--dry-run"]).await.done();
    assert!(dry.contains(" 0 differed"), "{dry}");
}

/// Makes one of Stripe's ready-made cards the subscription's default.
pub async fn card(world: &World, owner: &Person, ready_made: &str) {
    let tenant = owner.tenant().await;
    let customer = text(&tenant, "stripe_customer_id");
    let attach = format!("/payment_methods/{ready_made}/attach");
    let card = world.stripe(Method::POST, &attach, &[("customer", customer)]).await;
    let path = format!("/subscriptions/{}", text(&tenant, "stripe_subscription_id"));
    let fields = [("default_payment_method", text(&card, "id"))];
    world.stripe(Method::POST, &path, &fields).await;
}

/// The demo's owner, with these agents, all active.
pub async fn team(world: &World, names: &[&str]) -> Person {
    let owner = world.subscribed(u32::try_from(names.len()).expect("a team")).await;
    for name in names {
        owner.hire(name).await.ok();
    }
    owner
}

/// The id of the agent with this name.
pub async fn id_of(person: &Person, name: &str) -> String {
    person.ids(&[name]).await[0].as_str().expect("an id").to_owned()
}

/// Has the tenant compared with Stripe.
pub async fn refresh(person: &Person) -> Answer {
    person.post("/api/portal/billing/refresh", json!({"tenant_id": DEMO})).await
}

/// All refunds.
pub async fn refunds(world: &World) -> Vec<Value> {
    world.stripe(Method::GET, "/refunds", &[]).await["data"].as_array().expect("refunds").clone()
}
