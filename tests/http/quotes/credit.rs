//! The customer's credit: fewer seats add to it, and it pays what comes next.

use super::*;

/// What the customer has at Stripe, in cents.
async fn credit(world: &World, owner: &Person) -> i64 {
    let path = format!("/customers/{}", id(&owner.tenant().await, "stripe_customer_id"));
    let customer = world.stripe(Method::GET, &path, &[]).await;
    -customer["balance"].as_i64().expect("a balance")
}

async fn change(owner: &Person, count: u32) -> Value {
    let quoted = quote(owner, count).await;
    assert_eq!(confirm(owner, &quoted).await.ok()["agent_quota"], count);
    quoted
}

/// Adds a support contract at $99 a month, whose first share waits for the next invoice.
async fn sell_support(world: &World, owner: &Person) -> i64 {
    let product = world.stripe(Method::POST, "/products", &[("name", "Support")]).await;
    let fields = [
        ("product", text(&product, "id")),
        ("unit_amount", "9900"),
        ("currency", "usd"),
        ("recurring[interval]", "month"),
    ];
    let price = world.stripe(Method::POST, "/prices", &fields).await;
    let subscription = id(&owner.tenant().await, "stripe_subscription_id");
    let fields = [("subscription", subscription.as_str()), ("price", text(&price, "id"))];
    world.stripe(Method::POST, "/subscription_items", &fields).await;
    owner.next_charge().await["amount_due"].as_i64().expect("an amount") - 3 * 4_900 - 9_900
}

on_both_databases! {
    async fn fewer_seats_leave_a_credit_that_the_next_invoice_uses(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let quoted = change(&owner, 2).await;
        let left = quoted["credit"].as_i64().expect("an amount");
        assert!(quoted["amount_due"] == 0 && (1..4_900).contains(&left), "{quoted}");
        assert_eq!(credit(&world, &owner).await, left);
        assert_eq!(entries(&owner, "seats_changed").await[0], json!(["Olivia Owner", -left]));
        assert_eq!(owner.next_charge().await["amount_due"], 9_800 - left);
        world.days_pass(31).await;
        let renewed = invoices(&owner).await[0].clone();
        let renewed = world.stripe(Method::GET, &format!("/invoices/{}", text(&renewed, "id")), &[]).await;
        assert_eq!((&renewed["total"], &renewed["amount_paid"]), (&json!(9_800), &json!(9_800 - left)));
    }

    async fn a_credit_outlives_more_seats_that_could_not_be_paid(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let left = change(&owner, 2).await["credit"].as_i64().expect("an amount");
        card(&world, &owner, "pm_card_chargeCustomerFail").await;
        let quoted = quote(&owner, 9).await;
        assert_eq!(quoted["credit_used"], left);
        confirm(&owner, &quoted).await.refused(402, "card_declined");
        assert_eq!(credit(&world, &owner).await, left);
        assert_eq!(owner.next_charge().await["amount_due"], 9_800 - left);
    }

    async fn what_a_credit_pays_of_more_seats_is_said_and_not_charged(world: World) {
        let owner = in_a_paid_month(&world, 10).await;
        let left = change(&owner, 1).await["credit"].as_i64().expect("an amount");
        let quoted = quote(&owner, 3).await;
        let used = quoted["credit_used"].as_i64().expect("an amount");
        assert!(quoted["amount_due"] == 0 && (1..9_800).contains(&used), "{quoted}");
        let page = owner.html(&format!("/billing?tenant_id={DEMO}&seats=3")).await;
        assert!(page.contains("comes from your credit."), "{page}");
        let before = invoices(&owner).await.len();
        assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], 3);
        assert_eq!(credit(&world, &owner).await, left - used);
        assert_eq!(invoices(&owner).await.len(), before + 1);
    }

    async fn what_a_credit_pays_in_full_is_told_too(world: World) {
        let owner = in_a_paid_month(&world, 10).await;
        change(&owner, 1).await;
        let next = owner.next_charge().await;
        assert_eq!((&next["amount_due"], &next["credit_used"]), (&json!(0), &json!(4_900)));
        world.days_pass(31).await;
        let number = text(&invoices(&owner).await[0], "number").to_owned();
        owner.settled().await;
        let page = owner.html(&format!("/activity?tenant_id={DEMO}")).await;
        assert!(page.contains(&format!("Invoice {number} paid from your credit")), "{page}");
    }

    async fn fewer_seats_are_credited_even_if_something_else_waits_for_an_invoice(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let waits = sell_support(&world, &owner).await;
        assert!(waits > 4_900, "{waits}");
        // The invoice for the change takes along what waits, as Stripe's own preview says.
        let quoted = quote(&owner, 2).await;
        let due = quoted["amount_due"].as_i64().expect("an amount");
        assert!(quoted["credit"] == 0 && (waits - 4_900 + 1..waits).contains(&due), "{quoted}");
        assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], 2);
        assert_eq!(invoices(&owner).await[0]["total"]["amount"], due);
        assert_eq!(owner.next_charge().await["amount_due"], 2 * 4_900 + 9_900);
    }

    async fn less_than_the_smallest_charge_goes_on_the_next_invoice(world: World) {
        let owner = in_a_paid_month(&world, 1).await;
        let end = at_stripe(&world, &owner).await["items"]["data"][0]["current_period_end"].clone();
        let last_hours = (end.as_i64().expect("a time") - 3 * 3_600).to_string();
        world.control("/_sandbox/advance", &[("to", &last_hours)]).await;
        let quoted = quote(&owner, 2).await;
        let over = quoted["carried_over"].as_i64().expect("an amount");
        assert!(quoted["amount_due"] == 0 && (1..50).contains(&over), "{quoted}");
        let page = owner.html(&format!("/billing?tenant_id={DEMO}&seats=2")).await;
        assert!(page.contains("goes on the next invoice."), "{page}");
        assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], 2);
        assert_eq!(owner.next_charge().await["amount_due"], 9_800 + over);
        owner.settled().await;
        let page = owner.html(&format!("/activity?tenant_id={DEMO}")).await;
        assert!(!page.contains("paid from your credit"), "{page}");
    }

    async fn what_a_credit_has_paid_for_a_duplicate_is_given_back(world: World) {
        let owner = in_a_paid_month(&world, 10).await;
        let left = change(&owner, 1).await["credit"].as_i64().expect("an amount");
        let tenant = owner.tenant().await;
        let card = world.stripe(Method::GET, "/payment_methods", &[
            ("customer", text(&tenant, "stripe_customer_id")), ("type", "card"),
        ]).await;
        // Stripe calls a failure what it has done.
        let call = ("call", "POST /v1/credit_notes");
        world.control("/_sandbox/faults", &[("fault", "500-done"), ("count", "1"), call]).await;
        for (seats, by_card) in [("2", false), ("10", true)] {
            world.control("/_sandbox/advance", &[("by", "3600")]).await;
            world.stripe(Method::POST, "/subscriptions", &[
                ("customer", text(&tenant, "stripe_customer_id")),
                ("default_payment_method", text(&card["data"][0], "id")),
                ("items[0][price]", text(&tenant["plan"], "price_id")),
                ("items[0][quantity]", seats),
            ]).await;
            refresh(&owner).await.ok();
            owner.settled().await;
            assert_eq!(credit(&world, &owner).await, left);
            let refunds = world.stripe(Method::GET, "/refunds", &[]).await;
            assert_eq!(refunds["data"].as_array().expect("a list").len(), usize::from(by_card));
        }
        let told = entries(&owner, "duplicate_canceled").await;
        let amounts: Vec<i64> = told.iter().filter_map(|one| one[1].as_i64()).collect();
        assert_eq!(amounts, [-10 * 4_900, -2 * 4_900]);
        assert!(entries(&owner, "payment_refunded").await.is_empty());
    }
}
