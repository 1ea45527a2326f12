//! Confirmations without an answer, or with one that does not say what was done.

use super::*;
use portal::billing::Walk;

const CHANGE: (&str, &str) = ("call", "POST /v1/subscriptions/{id}");
const IN_TRIAL: (&str, &str) = ("call", "POST /v1/subscription_items/{id}");

/// Makes the call fail this way, and also each of its retries that is not answered from the idempotency
/// key.
async fn goes_wrong(world: &World, call: (&str, &str), fault: &str) {
    world.control("/_sandbox/faults", &[("fault", fault), call]).await;
    if fault == "lost" || fault == "cut" {
        world.control("/_sandbox/faults", &[("fault", "cut"), ("count", "2"), call]).await;
    }
}

async fn minutes_pass(world: &World, minutes: i64) {
    world.control("/_sandbox/advance", &[("by", &(minutes * 60).to_string())]).await;
}

fn choosing(quote: &Value, turn_off: &Value) -> Value {
    json!({
        "tenant_id": DEMO, "agent_count": quote["agent_count"], "quote_id": quote["quote_id"],
        "turn_off": turn_off,
    })
}

/// The reconcile job, which runs every quarter of an hour.
async fn reconciled(world: &World) {
    world.portal.billing.settle_given_up().await.expect("settled");
    let walk = Walk { dry_run: false, synced_before: None };
    world.portal.billing.reconcile_all(walk, |_| ()).await.expect("a walk");
}

/// Gives five seats in the Dashboard for free; returns the timeline's entry about it.
async fn given_in_the_dashboard(world: &World, owner: &Person) -> Value {
    let item = id(&owner.tenant().await, "stripe_subscription_item_id");
    let given = [("quantity", "5"), ("proration_behavior", "none")];
    world.stripe(Method::POST, &format!("/subscription_items/{item}"), &given).await;
    owner.tenant_when("the seats are there", |tenant| tenant["agent_quota"] == 5).await;
    entries(owner, "seats_changed").await.swap_remove(0)
}

on_both_databases! {
    async fn a_confirmation_that_stripe_has_forgotten_is_not_made_again(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        card(&world, &owner, "pm_card_authenticationRequired").await;
        let quoted = quote(&owner, 5).await;
        confirm(&owner, &quoted).await.refused(402, "payment_action_required");
        card(&world, &owner, "pm_card_visa").await;
        world.days_pass(2).await;
        confirm(&owner, &quoted).await.refused(409, "quote_stale");
        assert_eq!(at_stripe(&world, &owner).await["items"]["data"][0]["quantity"], 3);
        assert!(invoices(&owner).await.iter().all(|invoice| invoice["status"] != "open"));
    }

    async fn a_confirmation_whose_answer_is_lost_can_be_repeated(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let quoted = quote(&owner, 5).await;
        let before = invoices(&owner).await.len();
        goes_wrong(&world, CHANGE, "lost").await;
        confirm(&owner, &quoted).await.refused(503, "stripe_unavailable");
        assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], 5);
        assert_eq!(invoices(&owner).await.len(), before + 1);
    }

    async fn what_was_charged_is_told_though_the_seats_were_changed_before_the_answer_was_found(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        owner.settled().await;
        let payments = async || {
            let mut all = entries(&owner, "invoice_paid").await;
            all.extend(entries(&owner, "seats_changed").await);
            all.into_iter().filter(|entry| !entry[1].is_null()).collect::<Vec<_>>()
        };
        let before = payments().await.len();
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        let quoted = quote(&owner, 5).await;
        goes_wrong(&world, CHANGE, "lost").await;
        confirm(&owner, &quoted).await.refused(503, "stripe_unavailable");
        let item = id(&owner.tenant().await, "stripe_subscription_item_id");
        let taken = [("quantity", "4"), ("proration_behavior", "none")];
        world.stripe(Method::POST, &format!("/subscription_items/{item}"), &taken).await;
        world.control("/_sandbox/deliveries", &[("action", "release")]).await;
        owner.tenant_when("the seats are there", |tenant| tenant["agent_quota"] == 4).await;
        minutes_pass(&world, 2).await;
        reconciled(&world).await;
        let told = async || {
            minutes_pass(&world, 1).await;
            let now = payments().await;
            (now.len() > before).then_some(now)
        };
        let now = eventually("the charge is told", told).await;
        assert_eq!(now.len(), before + 1, "{now:?}");
        assert!(now.iter().any(|entry| entry[1] == quoted["amount_due"]), "{now:?}");
    }

    async fn a_lost_confirmation_is_found_again_by_the_next_quote(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let quoted = quote(&owner, 5).await;
        goes_wrong(&world, CHANGE, "lost").await;
        confirm(&owner, &quoted).await.refused(503, "stripe_unavailable");
        let next = quote(&owner, 6).await;
        assert_eq!(owner.tenant().await["agent_quota"], 5);
        assert_eq!(confirm(&owner, &next).await.ok()["agent_quota"], 6);
        assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], 6);
    }

    async fn a_charge_that_stripe_answers_with_a_failure_is_granted_and_told(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let quoted = quote(&owner, 5).await;
        let before = invoices(&owner).await.len();
        goes_wrong(&world, CHANGE, "500-done").await;
        assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], 5);
        assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], 5);
        assert_eq!(invoices(&owner).await.len(), before + 1);
        let newest = entries(&owner, "seats_changed").await.swap_remove(0);
        assert_eq!(newest, json!(["Olivia Owner", quoted["amount_due"]]));
    }

    async fn a_failure_that_did_nothing_leaves_the_seats_and_another_quote_works(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let quoted = quote(&owner, 5).await;
        goes_wrong(&world, CHANGE, "500").await;
        confirm(&owner, &quoted).await.refused(503, "stripe_unavailable");
        assert_eq!(owner.tenant().await["agent_quota"], 3);
        let quoted = quote(&owner, 5).await;
        assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], 5);
    }

    async fn a_declined_increase_whose_answer_is_lost_leaves_nothing_to_pay(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        card(&world, &owner, "pm_card_authenticationRequired").await;
        let quoted = quote(&owner, 5).await;
        goes_wrong(&world, CHANGE, "lost").await;
        confirm(&owner, &quoted).await.refused(503, "stripe_unavailable");
        let ask = owner.post("/api/portal/billing/quote", seats(2));
        ask.await.refused(409, "change_in_progress");
        minutes_pass(&world, 2).await;
        let fewer = quote(&owner, 2).await;
        assert!(invoices(&owner).await.iter().all(|invoice| invoice["status"] != "open"));
        assert_eq!(confirm(&owner, &fewer).await.ok()["agent_quota"], 2);
        confirm(&owner, &quoted).await.refused(409, "quote_stale");
    }

    async fn what_was_sent_again_a_moment_ago_is_not_given_up(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let quoted = quote(&owner, 5).await;
        for _ in 0..2 {
            goes_wrong(&world, CHANGE, "cut").await;
            confirm(&owner, &quoted).await.refused(503, "stripe_unavailable");
            minutes_pass(&world, 2).await;
        }
        goes_wrong(&world, CHANGE, "cut").await;
        confirm(&owner, &quoted).await.refused(503, "stripe_unavailable");
        let ask = owner.post("/api/portal/billing/quote", seats(4));
        ask.await.refused(409, "change_in_progress");
        assert_eq!(confirm(&owner, &quoted).await.ok()["agent_quota"], 5);
    }

    async fn seats_of_the_trial_are_not_given_away_after_it(world: World) {
        let owner = world.subscribed(3).await;
        world.days_pass(13).await;
        minutes_pass(&world, 23 * 60 + 55).await;
        let quoted = quote(&owner, 50).await;
        goes_wrong(&world, IN_TRIAL, "cut").await;
        confirm(&owner, &quoted).await.refused(503, "stripe_unavailable");
        minutes_pass(&world, 120).await;
        owner.tenant_when("it is active", |tenant| tenant["subscription_status"] == "active").await;
        confirm(&owner, &quoted).await.refused(409, "quote_stale");
        assert_eq!(at_stripe(&world, &owner).await["items"]["data"][0]["quantity"], 3);
        let quoted = quote(&owner, 4).await;
        assert!(quoted["amount_due"].as_i64().expect("an amount") > 4_000, "{quoted}");
    }

    async fn a_confirmation_that_was_given_up_is_settled_by_the_reconcile_job(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let quoted = quote(&owner, 5).await;
        goes_wrong(&world, CHANGE, "cut").await;
        confirm(&owner, &quoted).await.refused(503, "stripe_unavailable");
        minutes_pass(&world, 2).await;
        reconciled(&world).await;
        assert_eq!(given_in_the_dashboard(&world, &owner).await, json!([null, null]));
        confirm(&owner, &quoted).await.refused(409, "quote_stale");
    }

    async fn seats_that_wait_for_a_bank_are_given_up_by_the_reconcile_job_after_a_day(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        card(&world, &owner, "pm_card_authenticationRequired").await;
        let quoted = quote(&owner, 5).await;
        confirm(&owner, &quoted).await.refused(402, "payment_action_required");
        minutes_pass(&world, 30).await;
        reconciled(&world).await;
        assert_ne!(at_stripe(&world, &owner).await["pending_update"], Value::Null);
        world.days_pass(1).await;
        reconciled(&world).await;
        assert_eq!(given_in_the_dashboard(&world, &owner).await, json!([null, null]));
    }

    async fn an_old_confirmation_without_an_answer_explains_no_change(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let quoted = quote(&owner, 5).await;
        goes_wrong(&world, CHANGE, "cut").await;
        confirm(&owner, &quoted).await.refused(503, "stripe_unavailable");
        world.days_pass(4).await;
        assert_eq!(given_in_the_dashboard(&world, &owner).await, json!([null, null]));
    }

    async fn another_confirmation_leaves_the_choice_of_the_first(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        for name in ["Ada", "Bob", "Cleo"] {
            owner.hire(name).await.ok();
        }
        let (fewer, more) = (quote(&owner, 1).await, quote(&owner, 6).await);
        let chosen = owner.ids(&["Ada", "Bob"]).await;
        let confirm = |quote: &Value, turn_off: &Value| {
            owner.post("/api/portal/billing/quantity", choosing(quote, turn_off))
        };
        goes_wrong(&world, CHANGE, "cut").await;
        confirm(&fewer, &chosen).await.refused(503, "stripe_unavailable");
        confirm(&more, &json!([])).await.refused(409, "change_in_progress");
        // Its call gets through in the end.
        let item = id(&owner.tenant().await, "stripe_subscription_item_id");
        world.stripe(Method::POST, &format!("/subscription_items/{item}"), &[("quantity", "1")]).await;
        owner.tenant_when("it has one seat", |tenant| tenant["agent_quota"] == 1).await;
        assert_eq!(owner.agents().await, ["Ada off by billing", "Bob off by billing", "Cleo on"]);
    }

    async fn a_confirmation_that_never_arrived_is_not_sent_once_somebody_has_changed_the_seats(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        let quoted = quote(&owner, 5).await;
        goes_wrong(&world, CHANGE, "cut").await;
        confirm(&owner, &quoted).await.refused(503, "stripe_unavailable");
        let before = invoices(&owner).await.len();
        let item = id(&owner.tenant().await, "stripe_subscription_item_id");
        for seats in ["4", "10"] {
            let given = [("quantity", seats), ("proration_behavior", "none")];
            world.stripe(Method::POST, &format!("/subscription_items/{item}"), &given).await;
        }
        owner.tenant_when("the seats are there", |tenant| tenant["agent_quota"] == 10).await;
        // It may still be under way; later it is given up.
        confirm(&owner, &quoted).await.refused(409, "change_in_progress");
        minutes_pass(&world, 2).await;
        confirm(&owner, &quoted).await.refused(409, "quote_stale");
        assert_eq!(at_stripe(&world, &owner).await["items"]["data"][0]["quantity"], 10);
        assert_eq!(invoices(&owner).await.len(), before);
    }

    async fn whoever_was_chosen_to_go_and_need_not_is_chosen_no_more(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        for name in ["Ada", "Bob", "Cleo"] {
            owner.hire(name).await.ok();
        }
        let chosen = owner.ids(&["Ada"]).await;
        let fewer = quote(&owner, 2).await;
        world.control("/_sandbox/deliveries", &[("action", "hold")]).await;
        goes_wrong(&world, CHANGE, "lost").await;
        let asked = owner.post("/api/portal/billing/quantity", choosing(&fewer, &chosen)).await;
        asked.refused(503, "stripe_unavailable");
        let cleo = owner.ids(&["Cleo"]).await;
        let path = format!("/api/portal/agents/{}/deactivate", cleo[0].as_str().expect("an id"));
        owner.post(&path, json!({"tenant_id": DEMO})).await.ok();
        owner.post("/api/portal/billing/refresh", json!({"tenant_id": DEMO})).await.ok();
        assert_eq!(owner.agents().await, ["Ada on", "Bob on", "Cleo off by operator"]);
        let item = id(&owner.tenant().await, "stripe_subscription_item_id");
        world.stripe(Method::POST, &format!("/subscription_items/{item}"), &[("quantity", "1")]).await;
        world.control("/_sandbox/deliveries", &[("action", "release")]).await;
        owner.tenant_when("it has one seat", |tenant| tenant["agent_quota"] == 1).await;
        assert_eq!(owner.agents().await, ["Ada on", "Bob off by billing", "Cleo off by operator"]);
    }

    async fn what_waits_for_a_bank_of_test_mode_holds_nothing_up(world: World) {
        let owner = in_a_paid_month(&world, 3).await;
        card(&world, &owner, "pm_card_authenticationRequired").await;
        let quoted = quote(&owner, 5).await;
        confirm(&owner, &quoted).await.refused(402, "payment_action_required");
        world.sql("UPDATE quotes SET invoice_id = 'in_of_test_mode'").await.expect("changed");
        assert_eq!(quote(&owner, 4).await["agent_count"], 4);
    }
}
