//! What is due, while a subscription is past due or unpaid.

use crate::helpers::*;
use portal::model::Role;
use reqwest::Method;
use serde_json::{Value, json};

/// The open invoice, as Stripe lists it.
async fn open_invoice(world: &World) -> Value {
    let mut list = world.stripe(Method::GET, "/invoices", &[("status", "open")]).await;
    list["data"][0].take()
}

async fn when(owner: &Person, status: &str) -> Value {
    owner.tenant_when(status, |tenant| tenant["subscription_status"] == status).await
}

/// The billing page, which contains all of these.
async fn billing_says(person: &Person, texts: &[&str]) -> String {
    let page = person.html("/billing").await;
    for text in texts {
        assert!(page.contains(text), "{text}: {page}");
    }
    page
}

on_both_databases! {
    async fn a_failed_renewal_says_what_is_due_and_when_stripe_tries_again(world: World) {
        world.control("/_sandbox/payments", &[("retry_days", "3"), ("then", "past_due")]).await;
        let owner = world.subscribed_with(2, DECLINES_LATER).await;
        assert_eq!(owner.tenant().await["unpaid_invoice"], Value::Null);
        world.days_pass(15).await;
        let due = &when(&owner, "past_due").await["unpaid_invoice"];
        let invoice = open_invoice(&world).await;
        assert_eq!((&due["invoice_id"], &due["awaits_action"]), (&invoice["id"], &json!(false)));
        assert_eq!(due["amount_due"], json!({"amount": 9_800, "currency": "usd"}));
        let again = chrono::DateTime::parse_from_rfc3339(text(due, "next_payment_attempt"));
        assert_eq!(Some(again.expect("a time").timestamp()), invoice["next_payment_attempt"].as_i64());
        let link = format!("href=\"{}\"", text(&invoice, "hosted_invoice_url"));
        billing_says(&owner, &["$98.00 could not be charged.", "next on ", &link]).await;
        nothing_differs(&world).await;

        // A retry that fails too is an event of the invoice alone.
        world.days_pass(4).await;
        owner.tenant_when("Stripe gave up", |tenant| {
            let due = &tenant["unpaid_invoice"];
            due.is_object() && due["next_payment_attempt"].is_null()
        }).await;
        billing_says(&owner, &["Stripe won&#39;t try again by itself"]).await;
        nothing_differs(&world).await;
    }

    async fn what_is_due_stays_on_the_page_after_the_end(world: World) {
        let owner = world.subscribed_with(2, DECLINES_LATER).await;
        world.days_pass(15).await;
        when(&owner, "past_due").await;
        billing_says(&owner, &["$98.00"]).await;
        owner.post("/api/portal/billing/cancel", json!({"tenant_id": DEMO, "at": "now"})).await.ok();
        let invoice = open_invoice(&world).await;
        let link = format!("href=\"{}\"", text(&invoice, "hosted_invoice_url"));
        billing_says(&owner, &["A payment is still due", "Pay $98.00", &link, "All invoices"]).await;
        nothing_differs(&world).await;
        let customer = text(&owner.tenant().await, "stripe_customer_id").to_owned();
        let attach = [("customer", customer.as_str())];
        let card = world.stripe(Method::POST, "/payment_methods/pm_card_visa/attach", &attach).await;
        let pay = format!("/invoices/{}/pay", text(&invoice, "id"));
        world.stripe(Method::POST, &pay, &[("payment_method", text(&card, "id"))]).await;
        owner.tenant_when("nothing is due", |tenant| tenant["unpaid_invoice"].is_null()).await;
        assert!(!owner.html("/billing").await.contains("A payment is still due"));
    }

    async fn what_is_forgiven_at_stripe_is_not_asked_for_any_more(world: World) {
        let owner = world.subscribed_with(2, DECLINES_LATER).await;
        world.days_pass(15).await;
        when(&owner, "past_due").await;
        owner.post("/api/portal/billing/cancel", json!({"tenant_id": DEMO, "at": "now"})).await.ok();
        owner.settled().await;
        let invoice = open_invoice(&world).await;
        world.stripe(Method::POST, &format!("/invoices/{}/void", text(&invoice, "id")), &[]).await;
        owner.tenant_when("nothing is due", |tenant| tenant["unpaid_invoice"].is_null()).await;
    }

    async fn fewer_seats_change_nothing_of_what_is_due_and_the_price_says_so(world: World) {
        let owner = world.subscribed_with(2, DECLINES_LATER).await;
        world.days_pass(15).await;
        when(&owner, "past_due").await;
        let page = owner.html(&format!("/billing?tenant_id={DEMO}&seats=1")).await;
        assert!(page.contains("$98.00 stays due. The new number counts from the next invoice on."), "{page}");
    }

    async fn a_renewal_that_the_bank_asks_about_can_be_confirmed_from_the_page(world: World) {
        let owner = in_a_paid_month(&world, 1).await;
        card(&world, &owner, "pm_card_authenticationRequired").await;
        world.days_pass(32).await;
        let due = &when(&owner, "past_due").await["unpaid_invoice"];
        assert_eq!(due["awaits_action"], true);
        let link = format!("href=\"{}\"", text(due, "hosted_invoice_url"));
        let title = "Your bank asks you to confirm a payment";
        billing_says(&owner, &[title, "Confirm the payment", &link]).await;
    }

    async fn nothing_is_due_once_it_is_paid(world: World) {
        world.control("/_sandbox/payments", &[("retry_days", ""), ("then", "unpaid")]).await;
        let owner = world.subscribed_with(1, DECLINES_LATER).await;
        world.days_pass(15).await;
        let due = when(&owner, "unpaid").await["unpaid_invoice"].clone();
        billing_says(&owner, &["$49.00 is unpaid.", "Pay $49.00"]).await;
        world.stripe(Method::POST, &format!("/invoices/{}/pay", text(&due, "invoice_id")), &[
            ("paid_out_of_band", "true"),
        ]).await;
        assert_eq!(when(&owner, "active").await["unpaid_invoice"], Value::Null);
    }

    async fn a_draft_says_whether_it_will_be_charged(world: World) {
        let drafts = async |owner: &Person| -> Vec<Value> {
            let path = format!("/api/portal/billing/invoices?tenant_id={DEMO}");
            let listed = owner.get(&path).await.ok();
            let all = listed.as_array().expect("a list").iter();
            all.filter(|one| one["status"] == "draft").map(|one| one["auto_advance"].clone()).collect()
        };
        world.control("/_sandbox/payments", &[("retry_days", ""), ("then", "unpaid")]).await;
        let owner = world.subscribed_with(1, DECLINES_LATER).await;
        world.days_pass(14).await;
        assert_eq!(drafts(&owner).await, [json!(true)]);
        world.days_pass(1).await;
        let due = when(&owner, "unpaid").await["unpaid_invoice"].clone();
        // The next period's waits until somebody sends it off, also once the first is paid.
        world.days_pass(31).await;
        world.stripe(Method::POST, &format!("/invoices/{}/pay", text(&due, "invoice_id")), &[
            ("paid_out_of_band", "true"),
        ]).await;
        assert_eq!(drafts(&owner).await, [json!(false)]);
    }

    async fn who_may_only_look_is_told_what_is_due_but_not_asked_to_pay(world: World) {
        let owner = world.subscribed_with(1, DECLINES_LATER).await;
        let member = world.person("mia@example.com", DEMO, Role::Member).await;
        world.days_pass(15).await;
        when(&owner, "past_due").await;
        let page = billing_says(&member, &["$49.00 could not be charged."]).await;
        assert!(!page.contains("Pay $49.00"));
    }
}
