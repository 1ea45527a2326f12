//! A change that waits for the customer's bank: it is shown, paid for, or withdrawn.

use super::*;

/// Three seats, and five that wait for the bank.
async fn waiting(world: &World) -> Person {
    let owner = in_a_paid_month(world, 3).await;
    card(world, &owner, "pm_card_authenticationRequired").await;
    let quoted = quote(&owner, 5).await;
    confirm(&owner, &quoted).await.refused(402, "payment_action_required");
    owner
}

on_both_databases! {
    async fn a_change_that_waits_for_a_bank_is_on_the_page_until_it_is_withdrawn(world: World) {
        let owner = waiting(&world).await;
        let tenant = owner.tenant().await;
        assert_eq!((&tenant["agent_quota"], &tenant["pending_agent_count"]), (&json!(3), &json!(5)));
        let page = owner.html("/billing").await;
        assert!(page.contains("The change to 5 seats waits for your bank"), "{page}");
        let landing = owner.submit("/billing/withdraw", &[("tenant_id", DEMO), ("wanted", "5")]).await;
        landing.says("Withdrawn. You still have 3 seats, and nothing was charged.");
        assert!(!landing.html.contains("waits for your bank"), "{}", landing.html);
        assert_eq!(owner.tenant().await["pending_agent_count"], Value::Null);
        assert!(invoices(&owner).await.iter().all(|invoice| invoice["status"] != "open"));
        assert_eq!(at_stripe(&world, &owner).await["pending_update"], Value::Null);
        assert_eq!(entries(&owner, "payment_failed").await.len(), 1);
        // Outside the trial, any number needs a quote.
        owner.post("/api/portal/billing/quantity", seats(3)).await.refused(409, "quote_required");
    }

    async fn a_withdrawal_that_comes_too_late_says_which_seats_there_are(world: World) {
        let owner = waiting(&world).await;
        let open = invoices(&owner).await.into_iter().find(|invoice| invoice["status"] == "open");
        approve(&owner, text(&open.expect("an open invoice"), "hosted_invoice_url")).await;
        let landing = owner.submit("/billing/withdraw", &[("tenant_id", DEMO), ("wanted", "5")]).await;
        landing.says("You now have 5 seats.");
        assert_eq!(owner.tenant().await["agent_quota"], 5);
    }

    async fn a_change_that_nobody_approves_in_time_is_given_up_and_told(world: World) {
        let owner = waiting(&world).await;
        world.days_pass(1).await;
        owner.tenant_when("it is given up", |now| now["pending_agent_count"].is_null()).await;
        assert_eq!(at_stripe(&world, &owner).await["pending_update"], Value::Null);
        assert!(!owner.html("/billing").await.contains("waits for your bank"));
        owner.settled().await;
        assert_eq!(entries(&owner, "payment_failed").await.len(), 1);
        assert!(quote(&owner, 5).await["replaces"].is_null());
    }

    async fn a_withdrawal_that_fails_says_so_where_it_was_asked_for(world: World) {
        let owner = waiting(&world).await;
        owner.settled().await;
        let call = ("call", "GET /v1/subscriptions");
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "9"), call]).await;
        let landing = owner.submit("/billing/withdraw", &[("tenant_id", DEMO), ("wanted", "5")]).await;
        landing.says("Stripe can&#39;t be reached right now.").says("waits for your bank");
        assert_eq!(landing.to, format!("/billing?tenant_id={DEMO}"));
    }

    async fn asking_for_what_waits_for_a_bank_leads_to_its_invoice(world: World) {
        let owner = waiting(&world).await;
        let again = owner.post("/api/portal/billing/quote", seats(5)).await;
        let open = invoices(&owner).await.into_iter().find(|invoice| invoice["status"] == "open");
        let open = open.expect("an open invoice");
        assert_eq!(text(&again.body["error"], "url"), text(&open, "hosted_invoice_url"));
        again.refused(402, "payment_action_required");
        assert_eq!(quote(&owner, 6).await["replaces"], 5);
    }

    async fn more_seats_while_a_payment_is_due_lead_to_what_is_due(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        card(&world, &owner, "pm_card_chargeCustomerFail").await;
        world.days_pass(32).await;
        owner.tenant_when("it is past due", |now| now["subscription_status"] == "past_due").await;
        let more = owner.post("/api/portal/billing/quote", seats(4)).await;
        let open = invoices(&owner).await.into_iter().find(|invoice| invoice["status"] == "open");
        assert_eq!(text(&more.body["error"], "url"), text(&open.expect("an open one"), "hosted_invoice_url"));
        more.refused(409, "payment_required");
    }
}
