//! A quote whose period ends before it is confirmed.

use super::*;
use chrono::DateTime;

/// Lets a minute of the next period pass: its invoice is still a draft.
async fn renews(world: &World, owner: &Person) {
    let before = owner.tenant().await["current_period_end"].clone();
    let end = DateTime::parse_from_rfc3339(before.as_str().expect("a time")).expect("a time");
    let soon = (end.timestamp() + 60).to_string();
    world.control("/_sandbox/advance", &[("to", &soon)]).await;
    owner.tenant_when("it has renewed", |now| now["current_period_end"] != before).await;
}

/// The customer's balance at Stripe, in cents: negative for a credit.
async fn balance(world: &World, owner: &Person) -> i64 {
    let path = format!("/customers/{}", id(&owner.tenant().await, "stripe_customer_id"));
    let customer = world.stripe(Method::GET, &path, &[]).await;
    customer["balance"].as_i64().expect("a balance")
}

on_both_databases! {
    async fn a_quote_of_the_period_before_is_stale_and_another_works(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let before = owner.tenant().await["current_period_end"].clone();
        let end = DateTime::parse_from_rfc3339(before.as_str().expect("a time")).expect("a time");
        let minutes_later = |minutes: i64| (end.timestamp() + minutes * 60).to_string();
        world.control("/_sandbox/advance", &[("to", &minutes_later(-5))]).await;
        let quoted = quote(&owner, 5).await;
        world.control("/_sandbox/advance", &[("to", &minutes_later(1))]).await;
        owner.tenant_when("it has renewed", |now| now["current_period_end"] != before).await;
        let all = invoices(&owner).await.len();
        confirm(&owner, &quoted).await.refused(409, "quote_stale");
        confirm(&owner, &quoted).await.refused(409, "quote_stale");
        assert_eq!(invoices(&owner).await.len(), all);
        assert_eq!(at_stripe(&world, &owner).await["items"]["data"][0]["quantity"], 3);
        let quoted = quote(&owner, 5).await;
        assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], 5);
    }

    async fn fewer_seats_while_the_renewal_is_a_draft_leave_no_credit_that_outlives_it(world: World) {
        let owner = in_a_paid_month(&world, 9).await;
        renews(&world, &owner).await;
        let quoted = quote(&owner, 1).await;
        assert!(quoted["amount_due"] == 0 && quoted["credit"].as_i64() > Some(0), "{quoted}");
        assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], 1);
        assert_eq!(balance(&world, &owner).await, 0);
        // The renewal is never paid, and what it would have brought is not spent on a new subscription.
        owner.post("/api/portal/billing/cancel", json!({"tenant_id": DEMO, "at": "now"})).await.ok();
        world.days_pass(1).await;
        assert_eq!(balance(&world, &owner).await, 0);
    }

    async fn nor_is_there_one_after_more_seats_were_bought_in_between(world: World) {
        let owner = in_a_paid_month(&world, 9).await;
        renews(&world, &owner).await;
        let more = quote(&owner, 10).await;
        confirm(&owner, &more).await.ok();
        card(&world, &owner, "pm_card_chargeCustomerFail").await;
        let more = quote(&owner, 11).await;
        confirm(&owner, &more).await.refused(402, "card_declined");
        let fewer = quote(&owner, 2).await;
        assert!(fewer["credit"].as_i64() > Some(0), "{fewer}");
        assert_eq!(confirm(&owner, &fewer).await.ok()["agent_quota"], 2);
        assert_eq!(balance(&world, &owner).await, 0);
    }

    async fn nor_is_what_waits_for_a_credit_taken_along_by_more_seats(world: World) {
        let owner = in_a_paid_month(&world, 9).await;
        renews(&world, &owner).await;
        for count in [1, 2] {
            let quoted = quote(&owner, count).await;
            assert!(quoted["amount_due"] == 0 && quoted["credit"].as_i64() > Some(0), "{quoted}");
            assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], count);
        }
        assert_eq!(balance(&world, &owner).await, 0);
        owner.post("/api/portal/billing/cancel", json!({"tenant_id": DEMO, "at": "now"})).await.ok();
        world.days_pass(1).await;
        assert_eq!(balance(&world, &owner).await, 0);
    }

    async fn seats_that_are_bought_while_the_renewal_is_a_draft_do_not_hide_that_it_fails(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let before = owner.tenant().await["current_period_end"].clone();
        let end = DateTime::parse_from_rfc3339(before.as_str().expect("a time")).expect("a time");
        let at = |minutes: i64| (end.timestamp() + minutes * 60).to_string();
        world.control("/_sandbox/advance", &[("to", &at(1))]).await;
        owner.tenant_when("it has renewed", |now| now["current_period_end"] != before).await;
        let quoted = quote(&owner, 5).await;
        assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], 5);
        card(&world, &owner, "pm_card_chargeCustomerFail").await;
        world.control("/_sandbox/advance", &[("to", &at(90))]).await;
        let due = owner.tenant_when("it is past due", |now| now["subscription_status"] == "past_due").await;
        assert_eq!(due["unpaid_invoice"]["amount_due"]["amount"], 3 * 4_900, "{due}");
    }
}
