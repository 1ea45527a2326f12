//! Seats waiting for the customer's bank when the subscription ends.

use super::*;

/// Requests five seats, for which the bank asks for authentication; returns the quote and the invoice's
/// page.
async fn wait_for_the_bank(world: &World, owner: &Person) -> (Value, String) {
    card(world, owner, "pm_card_authenticationRequired").await;
    let quoted = quote(owner, 5).await;
    let asked = confirm(owner, &quoted).await;
    let page = asked.body["error"]["url"].as_str().expect("the invoice's page").to_owned();
    asked.refused(402, "payment_action_required");
    (quoted, page)
}

async fn cancel_now(owner: &Person) -> Answer {
    let now = json!({"tenant_id": DEMO, "at": "now"});
    owner.post("/api/portal/billing/cancel", now).await
}

async fn end_at_stripe(world: &World, owner: &Person) {
    let path = format!("/subscriptions/{}", id(&owner.tenant().await, "stripe_subscription_id"));
    let ended = world.stripe(Method::DELETE, &path, &[]).await;
    assert_eq!(ended["status"], "canceled");
}

/// Holds all webhooks from now on.
async fn hold_webhooks(world: &World, owner: &Person) {
    world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
    owner.settled().await;
}

/// The newest invoice, once it can no longer be paid.
async fn void(owner: &Person) -> Value {
    let newest = async || invoices(owner).await.into_iter().next();
    eventually("a void invoice", async || newest().await.filter(|one| one["status"] == "void"))
        .await
}

on_both_databases! {
    async fn seats_that_wait_for_a_bank_cannot_be_paid_for_once_it_is_cancelled(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let (quoted, page) = wait_for_the_bank(&world, &owner).await;
        let tenant = cancel_now(&owner).await.ok();
        assert_eq!(tenant["subscription_status"], "canceled");
        approve(&owner, &page).await;
        let newest = invoices(&owner).await.swap_remove(0);
        assert_eq!((&newest["total"]["amount"], &newest["status"]), (&quoted["amount_due"], &json!("void")));
        assert!(refunds(&world).await.is_empty());
    }

    async fn seats_that_wait_for_a_bank_cannot_be_paid_for_once_it_has_ended_at_stripe(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let (quoted, page) = wait_for_the_bank(&world, &owner).await;
        end_at_stripe(&world, &owner).await;
        assert_eq!(void(&owner).await["total"]["amount"], quoted["amount_due"]);
        approve(&owner, &page).await;
        assert_eq!(invoices(&owner).await[0]["status"], "void");
        assert_eq!(owner.tenant().await["subscription_status"], "canceled");
    }

    async fn seats_that_were_paid_and_given_back_are_not_refunded_at_the_end(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let (quoted, page) = wait_for_the_bank(&world, &owner).await;
        approve(&owner, &page).await;
        owner.tenant_when("the seats are there", |tenant| tenant["agent_quota"] == 5).await;
        let paid = invoices(&owner).await.swap_remove(0);
        assert_eq!((&paid["status"], &paid["agent_count"]), (&json!("paid"), &Value::Null));
        let item = id(&owner.tenant().await, "stripe_subscription_item_id");
        world.stripe(Method::POST, &format!("/subscription_items/{item}"), &[("quantity", "3")]).await;
        owner.tenant_when("the seats are gone", |tenant| tenant["agent_quota"] == 3).await;
        // Confirming again finds the change done.
        assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], 3);
        cancel_now(&owner).await.ok();
        assert!(refunds(&world).await.is_empty());
        let page = owner.get(&format!("/api/portal/activity?tenant_id={DEMO}")).await.ok();
        let untrue = |entry: &&Value| {
            entry["kind"] == "invoice_refunded" || entry["kind"] == "payment_failed"
        };
        assert_eq!(page["entries"].as_array().expect("entries").iter().find(untrue), None);
    }

    async fn an_event_is_worked_on_again_until_nothing_can_be_paid_any_more(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        wait_for_the_bank(&world, &owner).await;
        hold_webhooks(&world, &owner).await;
        let call = ("call", "POST /v1/invoices/{id}/void");
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "3"), call]).await;
        end_at_stripe(&world, &owner).await;
        let deleted = [("type", "customer.subscription.deleted")];
        let events = world.stripe(Method::GET, "/events", &deleted).await;
        assert_eq!(world.deliver(&events["data"][0]).await.status, 200);
        void(&owner).await;
    }

    async fn what_is_paid_for_seats_after_the_end_is_refunded_once(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let (quoted, page) = wait_for_the_bank(&world, &owner).await;
        hold_webhooks(&world, &owner).await;
        end_at_stripe(&world, &owner).await;
        approve(&owner, &page).await;
        assert_eq!(invoices(&owner).await[0]["status"], "paid");
        for _ in 0..3 {
            refresh(&owner).await.ok();
        }
        let due = quoted["amount_due"].as_i64().expect("an amount");
        let refunded = refunds(&world).await;
        assert_eq!((refunded.len(), &refunded[0]["amount"]), (1, &json!(due)));
        assert_eq!(entries(&owner, "invoice_refunded").await, [json!([null, -due])]);
    }

    async fn seats_that_were_paid_for_unseen_are_shown_before_they_are_given_up(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let (_, page) = wait_for_the_bank(&world, &owner).await;
        hold_webhooks(&world, &owner).await;
        approve(&owner, &page).await;
        cancel_now(&owner).await.refused(409, "change_in_progress");
        assert_eq!(owner.tenant().await["agent_quota"], 5);
        assert_eq!(cancel_now(&owner).await.ok()["subscription_status"], "canceled");
        // They could be used as long as the subscription ran.
        assert!(refunds(&world).await.is_empty());
    }
}
