//! Promotion codes: entered at Checkout, and included in every amount shown from then on.

use crate::helpers::*;
use reqwest::{Method, StatusCode};
use serde_json::json;

const PROMOTIONS: Environment = &[("STRIPE_ALLOW_PROMOTION_CODES", "true")];

/// The demo's owner with three agents, bought with a promotion code for this coupon.
async fn subscribed_for_less(world: &World, coupon: &[(&str, &str)]) -> Person {
    let coupon = world.stripe(Method::POST, "/coupons", coupon).await;
    let of = ("promotion[coupon]", coupon["id"].as_str().expect("a coupon"));
    let fields = [("promotion[type]", "coupon"), of, ("code", "WELCOME")];
    world.stripe(Method::POST, "/promotion_codes", &fields).await;
    let owner = world.owner().await;
    let checkout_url = checkout(&owner).await;
    assert_eq!(apply(world, &checkout_url, "WELCOME").await, StatusCode::SEE_OTHER);
    world.pay(&checkout_url).await;
    owner.tenant_when("it is trialing", |now| now["subscription_status"] == "trialing").await;
    owner
}

async fn checkout(owner: &Person) -> String {
    let body = json!({"tenant_id": DEMO, "agent_count": 3});
    let answer = owner.post("/api/portal/billing/checkout", body).await.ok();
    answer["checkout_url"].as_str().expect("a checkout_url").to_owned()
}

async fn apply(world: &World, checkout_url: &str, code: &str) -> StatusCode {
    let http = world.anonymous().http;
    let form = [("code", code)];
    let url = format!("{checkout_url}/promotion");
    http.post(url).form(&form).send().await.expect("an answer").status()
}

on_both_databases! {
    async fn a_promotion_code_at_checkout_lowers_what_a_quote_shows(world: World, PROMOTIONS) {
        let coupon = [("percent_off", "20"), ("duration", "forever")];
        let owner = subscribed_for_less(&world, &coupon).await;
        assert_eq!(owner.next_charge().await["amount_due"], 11_760);
        let quoted = owner.quote(4).await;
        assert_eq!((&quoted["amount_due"], &quoted["next_amount"]), (&json!(0), &json!(15_680)));
        assert_eq!((&quoted["next_discount"], &quoted["next_tax"]), (&json!(3_920), &json!(0)));

        world.days_pass(24).await;
        owner.tenant_when("it is active", |now| now["subscription_status"] == "active").await;
        let quoted = owner.quote(5).await;
        let due = quoted["amount_due"].as_i64().expect("an amount");
        // Two more seats at four fifths of the price, for less than a month.
        assert!((1..7_840).contains(&due), "{quoted}");
        assert_eq!(quoted["next_amount"], 19_600);
        assert_eq!(owner.confirm(&quoted).await["agent_quota"], 5);
        assert_eq!(owner.latest_total().await, due);
        assert_eq!(owner.next_charge().await["amount_due"], 19_600);
    }

    async fn a_code_for_one_invoice_lowers_the_first_charge_alone(world: World, PROMOTIONS) {
        let coupon = [("amount_off", "4700"), ("currency", "usd"), ("duration", "once")];
        let owner = subscribed_for_less(&world, &coupon).await;
        assert_eq!(owner.next_charge().await["amount_due"], 10_000);
        assert_eq!(owner.quote(4).await["next_amount"], 19_600);
        world.days_pass(24).await;
        owner.tenant_when("it is active", |now| now["subscription_status"] == "active").await;
        assert_eq!(owner.latest_total().await, 10_000);
        assert_eq!(owner.next_charge().await["amount_due"], 14_700);
    }

    async fn promotion_codes_are_taken_only_where_they_are_switched_on(world: World) {
        let owner = world.owner().await;
        let checkout_url = checkout(&owner).await;
        let page = world.anonymous().http.get(&checkout_url).send().await.expect("a page");
        assert!(!page.text().await.expect("a page").contains("Promotion code"));
        assert_eq!(apply(&world, &checkout_url, "X").await, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
