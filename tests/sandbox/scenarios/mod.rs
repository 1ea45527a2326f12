//! Whole lives of subscriptions, step by step: the status after each step, every event it caused, in
//! order, and the amounts of each invoice it created or changed. The clock is frozen, so that amounts
//! are known to the cent.

mod play;

use crate::helpers::{DAY, HOUR};
use play::Step::*;
use play::{Row, play, row};

/// 1 December 2026, 00:00 UTC. A trial of 14 days ends on the 15th, and the month after it on 15
/// January: 31 days.
const START: i64 = 1_796_083_200;
const TRIAL_END: i64 = START + 14 * DAY;
const RENEWAL: i64 = TRIAL_END + 31 * DAY;

const VISA: &str = "4242424242424242";
const DECLINES_LATER: &str = "4000000000000341";
const THREE_D_SECURE: &str = "4000002500003155";
const ALWAYS_AUTHENTICATES: &str = "4000002760003184";

const ZERO_INVOICE: &[&str] = &[
    "setup_intent.succeeded",
    "payment_method.attached",
    "customer.updated",
    "customer.subscription.created",
    "invoice.created",
    "invoice.finalized",
    "invoice.paid",
    "invoice.payment_succeeded",
    "checkout.session.completed",
];
const DRAFTED: &[&str] = &["customer.subscription.updated", "invoice.created"];
const COLLECTED: &[&str] = &[
    "invoice.finalized",
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "invoice_payment.paid",
    "invoice.paid",
    "invoice.payment_succeeded",
];
const DECLINED: &[&str] = &[
    "invoice.finalized",
    "payment_intent.created",
    "charge.failed",
    "payment_intent.payment_failed",
    "invoice.updated",
    "invoice.payment_failed",
    "customer.subscription.updated",
];
const DECLINED_AGAIN: &[&str] = &[
    "charge.failed",
    "payment_intent.payment_failed",
    "invoice.updated",
    "invoice.payment_failed",
];
const CARD_REPLACED: &[&str] = &[
    "billing_portal.session.created",
    "payment_method.attached",
    "customer.updated",
    "customer.subscription.updated",
];

fn trial(card: &'static str) -> Row {
    let checkout = Checkout { seats: 3, trial: true, card, challenge: "approve" };
    row(checkout, "trialing", ZERO_INVOICE, &[("paid", 0, 0)])
}

fn reminder() -> Row {
    let reminded = &["customer.subscription.trial_will_end"];
    row(Until(TRIAL_END - 3 * DAY), "trialing", reminded, &[])
}

fn trial_over() -> Row {
    row(Until(TRIAL_END), "active", DRAFTED, &[("draft", 14_700, 0)])
}

#[tokio::test]
async fn trial_then_active_then_renewed() {
    play(
        "https://docs.stripe.com/billing/subscriptions/trials",
        vec![
            trial(VISA),
            reminder(),
            trial_over(),
            row(Until(TRIAL_END + HOUR), "active", COLLECTED, &[("paid", 14_700, 14_700)]),
            row(Until(RENEWAL), "active", DRAFTED, &[("draft", 14_700, 0)]),
            row(Until(RENEWAL + HOUR), "active", COLLECTED, &[("paid", 14_700, 14_700)]),
        ],
    )
    .await;
}

#[tokio::test]
async fn trial_then_declined_then_recovered() {
    play(
        "https://docs.stripe.com/billing/revenue-recovery/smart-retries",
        vec![
            trial(DECLINES_LATER),
            reminder(),
            trial_over(),
            row(Until(TRIAL_END + HOUR), "past_due", DECLINED, &[("open", 14_700, 0)]),
            row(Until(TRIAL_END + HOUR + DAY), "past_due", DECLINED_AGAIN, &[("open", 14_700, 0)]),
            row(NewCard(VISA), "past_due", CARD_REPLACED, &[]),
            row(
                Pay(true),
                "active",
                &[
                    "charge.succeeded",
                    "payment_intent.succeeded",
                    "invoice_payment.paid",
                    "invoice.paid",
                    "invoice.payment_succeeded",
                    "customer.subscription.updated",
                ],
                &[("paid", 14_700, 14_700)],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn declined_to_the_end_it_is_cancelled() {
    play(
        "https://docs.stripe.com/billing/revenue-recovery/smart-retries",
        vec![
            row(AfterRetries { days: "1,3", then: "canceled" }, "", &[], &[]),
            trial(DECLINES_LATER),
            reminder(),
            trial_over(),
            row(Until(TRIAL_END + HOUR), "past_due", DECLINED, &[("open", 14_700, 0)]),
            row(Until(TRIAL_END + 2 * DAY), "past_due", DECLINED_AGAIN, &[("open", 14_700, 0)]),
            row(
                Until(TRIAL_END + HOUR + 3 * DAY),
                "canceled",
                &[
                    "charge.failed",
                    "payment_intent.payment_failed",
                    "invoice.updated",
                    "invoice.payment_failed",
                    "customer.subscription.deleted",
                ],
                &[("open", 14_700, 0)],
            ),
            row(Until(RENEWAL + DAY), "canceled", &[], &[]),
        ],
    )
    .await;
}

#[tokio::test]
async fn declined_to_the_end_it_is_unpaid_and_further_invoices_stay_drafts() {
    play(
        "https://docs.stripe.com/billing/subscriptions/overview#unpaid-subscriptions",
        vec![
            row(AfterRetries { days: "", then: "unpaid" }, "", &[], &[]),
            trial(DECLINES_LATER),
            reminder(),
            trial_over(),
            row(
                Until(TRIAL_END + HOUR),
                "unpaid",
                &[
                    "invoice.finalized",
                    "payment_intent.created",
                    "charge.failed",
                    "payment_intent.payment_failed",
                    "invoice.updated",
                    "invoice.payment_failed",
                    "customer.subscription.updated",
                    "customer.subscription.updated",
                ],
                &[("open", 14_700, 0)],
            ),
            row(Until(RENEWAL + DAY), "unpaid", DRAFTED, &[("draft", 14_700, 0)]),
            row(NewCard(VISA), "unpaid", CARD_REPLACED, &[]),
            row(
                Pay(true),
                "active",
                &[
                    "invoice.finalized",
                    "payment_intent.created",
                    "charge.succeeded",
                    "payment_intent.succeeded",
                    "invoice_payment.paid",
                    "invoice.paid",
                    "invoice.payment_succeeded",
                    "customer.subscription.updated",
                ],
                &[("paid", 14_700, 14_700)],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn declined_to_the_end_it_may_stay_past_due() {
    play(
        "https://docs.stripe.com/billing/revenue-recovery/smart-retries",
        vec![
            row(AfterRetries { days: "1", then: "past_due" }, "", &[], &[]),
            trial(DECLINES_LATER),
            reminder(),
            trial_over(),
            row(Until(TRIAL_END + HOUR), "past_due", DECLINED, &[("open", 14_700, 0)]),
            row(Until(TRIAL_END + 10 * DAY), "past_due", DECLINED_AGAIN, &[("open", 14_700, 0)]),
            row(
                Pay(false),
                "past_due",
                &["charge.failed", "payment_intent.payment_failed", "invoice.payment_failed"],
                &[],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn seats_up_and_down_in_the_middle_of_a_period() {
    play(
        "https://docs.stripe.com/billing/subscriptions/prorations",
        vec![
            trial(VISA),
            reminder(),
            trial_over(),
            row(Until(TRIAL_END + HOUR), "active", COLLECTED, &[("paid", 14_700, 14_700)]),
            // Half of 31 days is left: 5 × $24.50 are charged, 3 × $24.50 credited.
            row(Until(TRIAL_END + 31 * DAY / 2), "active", &[], &[]),
            row(
                Seats(5, "proration_behavior=always_invoice"),
                "active",
                &[
                    "customer.subscription.updated",
                    "invoiceitem.created",
                    "invoiceitem.created",
                    "invoice.created",
                    "invoice.finalized",
                    "payment_intent.created",
                    "charge.succeeded",
                    "payment_intent.succeeded",
                    "invoice_payment.paid",
                    "invoice.paid",
                    "invoice.payment_succeeded",
                ],
                &[("paid", 4_900, 4_900)],
            ),
            // A decrease waits for the renewal: 5 × $24.50 credited, 2 × $24.50 charged.
            row(
                Seats(2, "proration_behavior=create_prorations"),
                "active",
                &["customer.subscription.updated", "invoiceitem.created", "invoiceitem.created"],
                &[],
            ),
            row(Until(RENEWAL), "active", DRAFTED, &[("draft", 9_800 - 7_350, 0)]),
            row(Until(RENEWAL + HOUR), "active", COLLECTED, &[("paid", 2_450, 2_450)]),
        ],
    )
    .await;
}

#[tokio::test]
async fn an_increase_whose_card_declines_waits_and_expires() {
    play(
        "https://docs.stripe.com/billing/subscriptions/pending-updates",
        vec![
            trial(VISA),
            reminder(),
            trial_over(),
            row(Until(TRIAL_END + HOUR), "active", COLLECTED, &[("paid", 14_700, 14_700)]),
            row(Until(TRIAL_END + 31 * DAY / 2), "active", &[], &[]),
            row(NewCard(DECLINES_LATER), "active", CARD_REPLACED, &[]),
            row(
                Seats(
                    4,
                    "proration_behavior=always_invoice&payment_behavior=pending_if_incomplete",
                ),
                "active",
                &[
                    "customer.subscription.updated",
                    "invoiceitem.created",
                    "invoiceitem.created",
                    "invoice.created",
                    "invoice.finalized",
                    "payment_intent.created",
                    "charge.failed",
                    "payment_intent.payment_failed",
                    "invoice.updated",
                    "invoice.payment_failed",
                ],
                &[("open", 2_450, 0)],
            ),
            row(
                Until(TRIAL_END + 31 * DAY / 2 + 23 * HOUR),
                "active",
                &[
                    "payment_intent.canceled",
                    "invoice.voided",
                    "customer.subscription.updated",
                    "customer.subscription.pending_update_expired",
                ],
                &[("void", 2_450, 0)],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn cancelled_at_the_periods_end_resumed_and_cancelled_again() {
    let updated = &["customer.subscription.updated"];
    play(
        "https://docs.stripe.com/billing/subscriptions/cancel",
        vec![
            trial(VISA),
            row(Update("cancel_at_period_end=true"), "trialing", updated, &[]),
            row(Update("cancel_at_period_end=false"), "trialing", updated, &[]),
            row(Update("cancel_at_period_end=true"), "trialing", updated, &[]),
            reminder(),
            row(Until(TRIAL_END), "canceled", &["customer.subscription.deleted"], &[]),
            row(Until(RENEWAL), "canceled", &[], &[]),
        ],
    )
    .await;
}

#[tokio::test]
async fn cancelled_in_the_billing_portal() {
    play(
        "https://docs.stripe.com/customer-management/cancellation-page",
        vec![
            trial(VISA),
            row(
                CancelInPortal,
                "trialing",
                &["billing_portal.session.created", "customer.subscription.updated"],
                &[],
            ),
            reminder(),
            row(Until(TRIAL_END), "canceled", &["customer.subscription.deleted"], &[]),
        ],
    )
    .await;
}

#[tokio::test]
async fn cancelled_at_once_with_the_unused_time_credited() {
    play(
        "https://docs.stripe.com/api/subscriptions/cancel",
        vec![
            trial(VISA),
            reminder(),
            trial_over(),
            row(Until(TRIAL_END + HOUR), "active", COLLECTED, &[("paid", 14_700, 14_700)]),
            row(Until(TRIAL_END + 31 * DAY / 2), "active", &[], &[]),
            row(
                Cancel("prorate=true&invoice_now=true"),
                "canceled",
                &[
                    "invoiceitem.created",
                    "customer.subscription.deleted",
                    "invoice.created",
                    "invoice.finalized",
                    "customer.updated",
                    "invoice.paid",
                    "invoice.payment_succeeded",
                ],
                &[("paid", -7_350, 0)],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn three_d_secure_refused_makes_nothing_and_approved_makes_a_trial() {
    let refused = Checkout { seats: 3, trial: true, card: THREE_D_SECURE, challenge: "refuse" };
    play(
        "https://docs.stripe.com/testing#regulatory-cards",
        vec![
            row(refused, "", &[], &[]),
            row(Until(START + DAY), "", &["checkout.session.expired"], &[]),
            row(
                Checkout { seats: 3, trial: true, card: THREE_D_SECURE, challenge: "approve" },
                "trialing",
                ZERO_INVOICE,
                &[("paid", 0, 0)],
            ),
            row(
                Until(TRIAL_END + DAY),
                "active",
                &[
                    "customer.subscription.trial_will_end",
                    "customer.subscription.updated",
                    "invoice.created",
                ],
                &[("draft", 14_700, 0)],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn three_d_secure_asked_for_at_the_renewal() {
    play(
        "https://docs.stripe.com/billing/subscriptions/overview#requires-action",
        vec![
            trial(ALWAYS_AUTHENTICATES),
            reminder(),
            trial_over(),
            row(
                Until(TRIAL_END + HOUR),
                "past_due",
                &[
                    "invoice.finalized",
                    "payment_intent.created",
                    "payment_intent.requires_action",
                    "invoice.updated",
                    "invoice.payment_failed",
                    "invoice.payment_action_required",
                    "customer.subscription.updated",
                ],
                &[("open", 14_700, 0)],
            ),
            row(
                PayOnPage,
                "active",
                &[
                    "charge.succeeded",
                    "payment_intent.succeeded",
                    "invoice_payment.paid",
                    "invoice.paid",
                    "invoice.payment_succeeded",
                    "customer.subscription.updated",
                ],
                &[("paid", 14_700, 14_700)],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_duplicate_subscription_is_cancelled_and_refunded_and_the_first_goes_on() {
    play(
        "https://docs.stripe.com/api/credit_notes/create",
        vec![
            trial(VISA),
            row(
                Duplicate,
                "trialing",
                &[
                    "customer.subscription.created",
                    "invoice.created",
                    "invoice.finalized",
                    "payment_intent.created",
                    "charge.succeeded",
                    "payment_intent.succeeded",
                    "invoice_payment.paid",
                    "invoice.paid",
                    "invoice.payment_succeeded",
                ],
                &[("paid", 4_900, 4_900)],
            ),
            row(
                TakeDuplicateBack,
                "trialing",
                &[
                    "customer.subscription.deleted",
                    "charge.refunded",
                    "refund.created",
                    "credit_note.created",
                    "invoice.updated",
                ],
                &[("paid", 4_900, 4_900)],
            ),
            reminder(),
            trial_over(),
        ],
    )
    .await;
}
