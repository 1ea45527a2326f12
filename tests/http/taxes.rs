//! Automatic tax: computed by Stripe, and included in every amount shown and charged.

use crate::helpers::*;
use reqwest::StatusCode;
use serde_json::json;

const TAXES: Environment = &[("STRIPE_AUTOMATIC_TAX", "true")];

/// The demo tenant with three agents, in its first paid month in Germany.
async fn in_germany(world: &World) -> Person {
    let owner = world.owner().await;
    let body = json!({"tenant_id": DEMO, "agent_count": 3});
    let answer = owner.post("/api/portal/billing/checkout", body).await.ok();
    let fields = [
        ("card_number", "4242 4242 4242 4242"),
        ("exp", "12 / 34"),
        ("cvc", "123"),
        ("name", "Olivia Owner"),
        ("country", "DE"),
        ("postal_code", "10115"),
    ];
    let checkout_url = answer["checkout_url"].as_str().expect("a checkout_url");
    let http = world.anonymous().http;
    let paid = http.post(checkout_url).form(&fields).send().await.expect("an answer");
    assert_eq!(paid.status(), StatusCode::SEE_OTHER, "{:?}", paid.text().await);
    owner.tenant_when("it is trialing", |now| now["subscription_status"] == "trialing").await;
    assert_eq!(owner.next_charge().await["amount_due"], 17_493);
    world.days_pass(24).await;
    owner.tenant_when("it is active", |now| now["subscription_status"] == "active").await;
    owner
}

on_both_databases! {
    async fn a_quote_says_the_tax_and_what_is_charged_is_what_it_says(world: World, TAXES) {
        let owner = in_germany(&world).await;
        assert_eq!(owner.latest_total().await, 17_493);
        let quoted = owner.quote(4).await;
        let amount = |field: &str| quoted[field].as_i64().expect("an amount");
        let net = amount("amount_due") - amount("tax");
        assert!((net * 19 - amount("tax") * 100).abs() <= 100, "{quoted}");
        assert_eq!((amount("next_amount"), amount("next_tax")), (23_324, 3_724));
        assert_eq!(owner.confirm(&quoted).await["agent_quota"], 4);
        assert_eq!(owner.latest_total().await, amount("amount_due"));
        assert_eq!(owner.next_charge().await["amount_due"], 23_324);
    }

    async fn fewer_seats_give_the_tax_back_too(world: World, TAXES) {
        let owner = in_germany(&world).await;
        let quoted = owner.quote(2).await;
        assert_eq!((&quoted["amount_due"], &quoted["tax"]), (&json!(0), &json!(0)));
        let credit = quoted["credit"].as_i64().expect("an amount");
        assert!((1..5_831).contains(&credit), "{quoted}");
        assert_eq!(owner.confirm(&quoted).await["agent_quota"], 2);
        let next = owner.next_charge().await["amount_due"].clone();
        assert_eq!(next, 11_662 - credit);
        // The credit has paid the rest.
        world.days_pass(31).await;
        assert_eq!(owner.latest_total().await, 11_662);
    }

    async fn without_the_setting_checkout_asks_for_no_address(world: World) {
        let owner = world.subscribed(3).await;
        assert_eq!(owner.next_charge().await["amount_due"], 14_700);
        let quoted = owner.quote(4).await;
        assert_eq!((&quoted["next_tax"], &quoted["next_discount"]), (&json!(0), &json!(0)));
    }
}
